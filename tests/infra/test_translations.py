"""Every refusal reads in both languages."""

import importlib
import pkgutil
from collections import Counter
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import backend
from backend.core.errors import TenureError
from backend.core.i18n import catalog

CATALOGS = sorted((Path(backend.__file__).parent / "locales").rglob("*.po"))


@cache
def _errors() -> tuple[type[TenureError], ...]:
    """Every named error of the product; the environment of the migrations runs when imported and defines none."""
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        if not module.name.startswith("backend.migrations."):
            importlib.import_module(module.name)
    return tuple(sorted(_below(TenureError), key=lambda error: error.code))


def _below(family: type[TenureError]) -> set[type[TenureError]]:
    found = {error for child in family.__subclasses__() for error in (child, *_below(child))}
    return {error for error in found if error.__module__.startswith("backend.")}


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_catalog_is_complete(path: Path) -> None:
    with path.open("rb") as file:
        messages = [message for message in read_po(file, abort_invalid=True) if message.id]
    assert [message.id for message in messages if message.fuzzy or not message.string] == []


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_translation_names_what_the_original_names(path: Path) -> None:
    with path.open("rb") as file:
        texts = [
            message for message in read_po(file) if isinstance(message.id, str) and isinstance(message.string, str)
        ]
    different = [
        text.id for text in texts if text.id and _placeholders(str(text.id)) != _placeholders(str(text.string))
    ]
    assert different == []


def test_every_error_has_a_chinese_text() -> None:
    known = catalog("zh_CN")
    assert [f"{error.code}: {error.text}" for error in _errors() if error.text not in known] == []


def test_a_code_means_one_error() -> None:
    assert [code for code, count in Counter(error.code for error in _errors()).items() if count > 1] == []

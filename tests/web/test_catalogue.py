"""Every word of the web client exists in both languages, and no translation outlives its text."""

import ast
import re
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from backend.core.i18n import numbered
from backend.web.door import FAILED
from backend.web.labels import LABELS

_WEB = Path(__file__).resolve().parents[2] / "backend" / "web"
_CATALOGUE = _WEB.parent / "locales" / "zh_CN" / "web.po"
_COUNTED = re.compile(r"\{(?:count|days|months|hours|points)\} (?!is\b|was\b|has\b)[a-z]+s\b")
_FORM_FORGED = _WEB.parent / "edge" / "csrf.py"


def _of_templates() -> set[str]:
    found: set[str] = set()
    for path in _WEB.glob("templates/**/*.html"):
        with path.open("rb") as file:
            for _, _, message, _ in babel_extract(file, ["_"], [], {"trim_blocks": "true", "lstrip_blocks": "true"}):
                texts = message if isinstance(message, tuple) else (message,)
                found |= {texts[0]} if texts and isinstance(texts[0], str) else set()
    return found


def _of_code(path: Path) -> set[str]:
    """First texts of `translate(locale, "…")`, and the texts of named errors."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "translate":
            found |= {arg.value for arg in node.args[1:2] if isinstance(arg, ast.Constant)}
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "text":
                    found.add(ast.literal_eval(line.value))
    return found


def _texts() -> set[str]:
    code = set().union(*(_of_code(path) for path in [*_WEB.glob("*.py"), _FORM_FORGED]))
    return _of_templates() | code | {words for group in LABELS.values() for words in group.values()} | {FAILED}


def _translated(*catalogues: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for catalogue in catalogues or (_CATALOGUE,):
        with catalogue.open("rb") as file:
            found |= {str(each.id): str(each.string) for each in read_po(file) if each.id}
    return found


def test_every_text_of_the_web_client_has_a_translation() -> None:
    """Words that pages share with errors or documents stand in the catalogue of those."""
    translated = _translated(*_CATALOGUE.parent.glob("*.po"))
    assert {text for text in _texts() if not translated.get(text)} == set()


def test_no_translation_is_left_of_a_text_that_is_gone() -> None:
    assert set(_translated()) - _texts() == set()


def test_a_translation_names_the_same_parameters_as_its_text() -> None:
    def names(text: str) -> list[str]:
        return sorted(part.split("}")[0] for part in text.split("{")[1:])

    wrong = {text for text, words in _translated().items() if names(text) != names(words)}
    assert wrong == set()


def test_no_page_says_one_days() -> None:
    """A text that counts something has the form for one (backend/locales/en)."""
    assert {text for text in _texts() if _COUNTED.search(text)} - numbered("en").keys() == set()

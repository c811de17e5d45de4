"""The trusted documents of the pages: valid against the schema, each used, each used one there."""

import ast
import re
from pathlib import Path

import pytest
from graphql import parse, validate

from backend.api.schema import schema
from backend.api.trusted import TrustedDocuments

_ROOT = Path(__file__).resolve().parents[2]
_DOCUMENTS = TrustedDocuments.load(_ROOT / "graphql" / "operations")
_WEB = sorted(name for name in _DOCUMENTS.names if name.startswith("web/"))


@pytest.mark.parametrize("name", _WEB)
def test_a_document_fits_the_schema(name: str) -> None:
    assert validate(schema._schema, parse(_DOCUMENTS.by_id[name].text)) == []


def _sources() -> list[str]:
    return [path.read_text("utf-8") for path in (_ROOT / "backend" / "web").glob("*.py")]


def _literals() -> set[str]:
    nodes = (node for source in _sources() for node in ast.walk(ast.parse(source)))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return texts | {f"document-{verdict}" for verdict in ("accept", "revision", "reject")}


def test_every_document_that_a_page_runs_is_there() -> None:
    run = {name for source in _sources() for name in re.findall(r"\.(?:query|partial|act)\(\s*\"([a-z-]+)\"", source)}
    assert {f"web/{name}" for name in run} <= set(_WEB)


def test_no_document_is_left_over() -> None:
    assert {name.removeprefix("web/") for name in _WEB} - _literals() == set()

"""The trusted documents of the pages: valid against the schema, each used, each used one there."""

import re
from pathlib import Path

import pytest
from graphql import parse, validate

from backend.api.schema import schema
from backend.api.trusted import TrustedDocuments
from backend.web import colleagues, governance, privacy
from backend.web.additions import _ADDITIONS
from backend.web.case_acts import ACTS
from backend.web.queues import _ACTS

_ROOT = Path(__file__).resolve().parents[2]
_DOCUMENTS = TrustedDocuments.load(_ROOT / "graphql" / "operations")
_WEB = sorted(name for name in _DOCUMENTS.names if name.startswith("web/"))


@pytest.mark.parametrize("name", _WEB)
def test_a_document_fits_the_schema(name: str) -> None:
    assert validate(schema._schema, parse(_DOCUMENTS.by_id[name].text)) == []


def _used() -> set[str]:
    named: set[str] = {f"document-{verdict}" for verdict in ("accept", "revision", "reject")}
    for path in (_ROOT / "backend" / "web").glob("*.py"):
        named |= set(re.findall(r"\.(?:query|partial|act)\(\s*\"([a-z-]+)\"", path.read_text("utf-8")))
        named |= set(re.findall(r"_send\(visit, \"([a-z-]+)\"", path.read_text("utf-8")))
        named |= set(re.findall(r"_decide\(visit, \"([a-z-]+)\"", path.read_text("utf-8")))
    for acts in (
        governance._ACTS,
        colleagues._DECISIONS,
        colleagues._STATES,
        privacy.REQUEST_ACTS,
        privacy.HOLD_ACTS,
        privacy.RETENTION_ACTS,
    ):
        named |= {document for document, _ in acts.values()}
    named |= {act.document for act in ACTS.values()} | {each.document for each in _ADDITIONS.values()}
    return {f"web/{name}" for name in named | {document for document, _ in _ACTS.values()}}


def test_every_document_that_a_page_runs_is_there_and_none_is_left_over() -> None:
    assert _used() == set(_WEB)

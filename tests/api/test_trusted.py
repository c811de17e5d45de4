"""Trusted documents: who may run what, and whether each still fits the schema."""

from pathlib import Path

import pytest
from graphql import get_introspection_query, get_operation_ast, parse, validate

from backend.api.limits import Limits, check_tokens, measure
from backend.api.schema import schema
from backend.api.trusted import OperationFileError, TrustedDocuments, sha256
from tests.api.conftest import OPERATIONS, Door

TRUSTED = TrustedDocuments.load(OPERATIONS)
QUERY = "{ viewer { id } }"


@pytest.mark.parametrize("name", TRUSTED.names)
def test_every_operation_fits_the_schema(name: str) -> None:
    assert validate(schema._schema, parse(TRUSTED.by_id[name].text)) == []


@pytest.mark.parametrize("name", TRUSTED.names)
def test_every_operation_stays_within_the_limits(name: str) -> None:
    text, limits = TRUSTED.by_id[name].text, Limits()
    document = parse(text)
    check_tokens(text, limits)
    limits.check(measure(schema._schema, document, get_operation_ast(document), {}))


async def test_a_partner_runs_a_document_by_its_name(door: Door) -> None:
    response = await door.post(door.partner(), documentId="partner/viewer")
    assert response.json()["data"]["viewer"]["id"] == str(door.actor.id)


async def test_a_partner_runs_a_document_by_its_hash(door: Door) -> None:
    response = await door.post(door.partner(), documentId=f"sha256:{TRUSTED.by_id['partner/viewer'].sha256}")
    assert response.status_code == 200


async def test_a_partner_may_send_the_text_of_a_trusted_document(door: Door) -> None:
    response = await door.post(door.partner(), query=TRUSTED.by_id["partner/viewer"].text)
    assert response.status_code == 200


async def test_a_partner_may_send_no_query_of_its_own(door: Door) -> None:
    response = await door.post(door.partner(), query=QUERY)
    assert response.status_code == 403
    (error,) = response.json()["errors"]
    assert error["message"] == "You are not allowed to do this (ad_hoc_query on graphql)."
    assert "line" not in str(error["extensions"])


async def test_a_partner_may_not_introspect(door: Door) -> None:
    response = await door.post(door.partner(), query="{ __schema { types { name } } }")
    assert response.status_code == 403


async def test_a_developer_of_a_partner_may_introspect(door: Door) -> None:
    response = await door.post(door.partner("partner_developer"), query="{ __schema { queryType { name } } }")
    assert response.json()["data"]["__schema"]["queryType"]["name"] == "Query"


async def test_the_introspection_query_of_the_tools_is_within_the_limits(door: Door) -> None:
    assert await door.codes(get_introspection_query()) == []


async def test_a_partner_may_not_run_what_is_meant_for_staff(door: Door) -> None:
    response = await door.post(door.partner(), documentId="compliance/cases")
    assert response.status_code == 404


async def test_an_unknown_document_is_404(door: Door) -> None:
    response = await door.post(documentId="sha256:" + "0" * 64)
    assert response.status_code == 404


async def test_a_document_and_its_id_together_are_malformed(door: Door) -> None:
    response = await door.post(query=QUERY, documentId="partner/viewer")
    assert response.status_code == 400


def test_a_shared_fragment_joins_the_documents_that_spread_it(tmp_path: Path) -> None:
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "_shared.graphql").write_text("fragment A on Viewer { ...B }\nfragment B on Viewer { id }")
    (folder / "home.graphql").write_text("{ viewer { ...A } }")
    (folder / "other.graphql").write_text(QUERY)
    trusted = TrustedDocuments.load(tmp_path)
    assert validate(schema._schema, parse(trusted.by_id["web/home"].text)) == []
    assert trusted.by_id["web/other"].sha256 == sha256(QUERY)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("web/two.graphql", "query A { viewer { id } } query B { viewer { id } }"),
        ("web/none.graphql", "fragment A on Viewer { id }"),
        ("web/_shared.graphql", QUERY),
        ("nobody/home.graphql", QUERY),
    ],
)
def test_a_file_that_is_no_trusted_document_stops_the_start(tmp_path: Path, path: str, text: str) -> None:
    (tmp_path / path).parent.mkdir()
    (tmp_path / path).write_text(text)
    with pytest.raises(OperationFileError):
        TrustedDocuments.load(tmp_path)

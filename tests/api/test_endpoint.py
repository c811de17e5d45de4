"""GraphQL over HTTP: media types, statuses, sizes, what is masked."""

import logging
from typing import Any

import pytest

from backend.api.endpoint import accepted
from tests.api.conftest import Door
from tests.factories.customers import Bank

VIEWER = "{ viewer { id roles { name } } }"
TRAIL = "query ($id: UUID!) { auditTrail(recordId: $id) { nodes { id } } }"


async def test_a_query_is_answered_with_its_data(door: Door) -> None:
    response = await door.post(query=VIEWER)
    assert response.status_code == 200
    viewer = response.json()["data"]["viewer"]
    assert viewer == {"id": str(door.actor.id), "roles": [{"name": "compliance_officer"}]}


@pytest.mark.parametrize(
    ("header", "media_type"),
    [
        (None, "application/json"),
        ("*/*", "application/graphql-response+json"),
        ("application/graphql-response+json", "application/graphql-response+json"),
        ("application/json", "application/json"),
        ("application/graphql-response+json;q=0.5, application/json", "application/json"),
        ("application/json;q=0, application/*", "application/graphql-response+json"),
        ("text/html", None),
    ],
)
def test_the_media_type_is_what_the_client_prefers(header: str | None, media_type: str | None) -> None:
    assert accepted(header) == media_type


async def test_an_invalid_document_is_400_where_the_client_reads_statuses(door: Door) -> None:
    response = await door.post(query="{ nothing }")
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    assert "data" not in response.json()


async def test_an_invalid_document_is_200_in_plain_json(door: Door) -> None:
    response = await door.client.post("/graphql", json={"query": "{ nothing }"}, headers={"accept": "application/json"})
    assert response.status_code == 200
    assert response.json()["errors"][0]["extensions"]["code"] == "graphql.document_invalid"


async def test_a_document_that_does_not_parse_names_the_place(door: Door) -> None:
    errors = (await door.ask("{ viewer {"))["errors"]
    assert errors[0]["locations"] == [{"line": 1, "column": 11}]


async def test_names_of_the_schema_are_not_suggested(door: Door) -> None:
    errors = (await door.ask("{ viewr { id } }"))["errors"]
    assert "viewer" not in errors[0]["message"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b"{}", b'{"query": 1}', b'{"query": "{a}", "variables": []}']
)
async def test_a_body_that_is_no_request_is_400(door: Door, body: bytes) -> None:
    response = await door.client.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert response.json()["errors"][0]["extensions"]["code"] == "graphql.request_malformed"


async def test_a_list_of_operations_is_refused(door: Door) -> None:
    response = await door.client.post("/graphql", json=[{"query": VIEWER}])
    assert response.status_code == 400


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"]
)
async def test_other_media_types_are_415(door: Door, media_type: str) -> None:
    response = await door.client.post("/graphql", content=b"{}", headers={"content-type": media_type})
    assert response.status_code == 415


async def test_a_client_that_takes_no_json_is_406(door: Door) -> None:
    response = await door.client.post("/graphql", json={"query": VIEWER}, headers={"accept": "text/html"})
    assert response.status_code == 406


async def test_a_large_body_is_413(door: Door) -> None:
    response = await door.post(query="#" * door.executor.limits.bytes)
    assert response.status_code == 413


async def test_there_is_no_get(door: Door) -> None:
    response = await door.client.get("/graphql", params={"query": VIEWER})
    assert response.status_code == 405


async def test_wrong_variables_are_named_and_nothing_runs(door: Door) -> None:
    query = "query ($id: UUID!) { party(id: $id) { id } }"
    response = await door.post(query=query, variables={"id": "7"})
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "graphql.variables_invalid"


async def test_an_unexpected_failure_is_masked_and_logged(
    door: Door, bank: Bank, monkeypatch: Any, caplog: Any
) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr("backend.customers.queries.book", broken)
    with caplog.at_level(logging.ERROR):
        answer = await door.ask("{ customers { nodes { id } } }", bank.manager)
    assert "hunter2" not in str(answer)
    assert answer["errors"][0]["extensions"] == {"code": "internal", "requestId": "test"}
    assert "hunter2" in caplog.text


async def test_a_refused_query_is_an_error_that_explains_itself_and_is_audited(door: Door, bank: Bank) -> None:
    from sqlalchemy import text

    answer = await door.ask(TRAIL, door.somebody("risk_analyst"), id=str((await bank.customer()).id))
    error = answer["errors"][0]
    assert error["extensions"]["code"] == "access.not_allowed"
    assert error["extensions"]["params"]["object"] == "audit"
    assert error["path"] == ["auditTrail"]
    async with door.executor.platform.transaction(bank.system) as ctx:
        denied = text("SELECT reason FROM audit_entry WHERE action = 'access.deny' AND actor_id = :actor")
        assert await ctx.session.scalar(denied, {"actor": door.actor.id}) == "access.not_allowed audit.view_record"

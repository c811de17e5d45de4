"""The GraphQL door as its clients meet it: over HTTP, with a real database behind it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event
from starlette.requests import Request

from backend.access.directory import register_client
from backend.access.models import Tenant
from backend.api.executor import Executor
from backend.api.router import graphql_router
from backend.api.trusted import TrustedDocument, TrustedDocuments, sha256
from backend.core.actor import Actor
from backend.core.database import Database
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.onboarding.dependants import CaseDependants
from tests.conftest import Engines, new_bank
from tests.factories.customers import Bank, open_bank

OPERATIONS = Path(__file__).resolve().parents[2] / "graphql" / "operations"


@dataclass
class Door:
    """A client whose identity is set instead of proven: authentication is not this door's affair."""

    client: httpx.AsyncClient
    executor: Executor
    tenant_id: UUID
    actor: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.actor = self.somebody("compliance_officer")

    def somebody(self, *roles: str, actor_type: Any = "staff", **more: Any) -> Actor:
        return Actor(new_id(), self.tenant_id, actor_type, frozenset(roles), "graphql", "request-1", **more)

    def partner(self, *roles: str) -> Actor:
        return self.somebody(*(roles or ("partner",)), actor_type="partner")

    async def post(self, actor: Actor | None = None, **body: Any) -> httpx.Response:
        self.actor = actor or self.actor
        headers = {"accept": "application/graphql-response+json"}
        return await self.client.post("/graphql", json=body, headers=headers)

    def trust(self, text: str) -> None:
        """From now on also those may run it who may run nothing of their own."""
        digest = sha256(text)
        self.executor.trusted.by_id[f"sha256:{digest}"] = TrustedDocument("web/of-a-test", text, digest)  # type: ignore[index]

    async def ask(self, query: str, actor: Actor | None = None, **variables: Any) -> dict[str, Any]:
        self.trust(query)
        response = await self.post(actor, query=query, variables=variables)
        return response.json()

    async def data(self, query: str, actor: Actor | None = None, **variables: Any) -> dict[str, Any]:
        answer = await self.ask(query, actor, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def codes(self, query: str, actor: Actor | None = None, **variables: Any) -> list[str]:
        answer = await self.ask(query, actor, **variables)
        return [error["extensions"]["code"] for error in answer.get("errors", [])]


@pytest.fixture(scope="session")
def operations() -> TrustedDocuments:
    return TrustedDocuments.load(OPERATIONS)


@pytest.fixture
async def door(platform: Platform, tenant: Tenant, operations: TrustedDocuments) -> AsyncIterator[Door]:
    executor = Executor.open(platform, CaseDependants(), trusted=TrustedDocuments(dict(operations.by_id)))

    async def actor_of(_: Request) -> Actor:
        return door.actor

    app = FastAPI()
    app.include_router(graphql_router(executor, actor_of))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://bank.example") as client:
        door = Door(client, executor, tenant.id)
        yield door


PERSON = """
mutation ($input: PartyInput!, $key: String) {
  recordParty(input: $input, idempotencyKey: $key) {
    __typename
    ... on Party { id name { value visibility } customer { id number } }
    ... on Problem { code message }
    ... on InvalidProblem { field }
    ... on NotAllowedProblem { object action roles missing }
  }
}
"""


def person(name: str = "Anna Nováková", **more: Any) -> dict[str, Any]:
    names = [{"fullName": name}]
    relation = {"stage": "PROSPECT"}
    return {
        "kind": "PERSON",
        "names": names,
        "source": "branch",
        "birthDate": "1985-03-09",
        "relation": relation,
        **more,
    }


@contextmanager
def statements(platform: Platform) -> Iterator[list[str]]:
    """The SQL that the platform sends meanwhile, but for its look once a second whether rules moved."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "ruleset_stamp" not in statement:
            sent.append(statement)

    event.listen(platform.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(platform.engine.sync_engine, "before_cursor_execute", note)


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


@pytest.fixture
async def foreign(platform: Platform, database: Database, engines: Engines) -> Bank:
    """Another institution on the same platform."""
    return await open_bank(platform, await new_bank(engines.owner(database), "other"))


@pytest.fixture
async def referrer(bank: Bank) -> Actor:
    """A registered partner, who may send queries of their own."""
    client, _ = await bank.run(bank.administrator, register_client, name="Broker s.r.o.", lifetime=timedelta(days=30))
    roles = frozenset({"partner", "partner_developer"})
    return Actor(client.id, bank.tenant.id, "partner", roles, "graphql", "request-1")

"""The GraphQL door as its clients meet it: over HTTP, with a real database behind it."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from backend.access.context import Context
from backend.access.models import Tenant
from backend.api.executor import Executor
from backend.api.router import graphql_router
from backend.api.trusted import TrustedDocuments
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.onboarding import queries as onboarding

OPERATIONS = Path(__file__).resolve().parents[2] / "graphql" / "operations"


class OpenCases:
    """What hangs on parties here: their cases alone, which block a merge and so never move."""

    async def open_cases(self, ctx: Context, party_ids: Collection[UUID]) -> Collection[UUID]:
        return [each for each in party_ids if await onboarding.open_cases_of(ctx, each)]

    async def follow(self, ctx: Context, loser_id: UUID, survivor_id: UUID) -> None:
        assert not await onboarding.open_cases_of(ctx, loser_id)


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

    async def ask(self, query: str, actor: Actor | None = None, **variables: Any) -> dict[str, Any]:
        response = await self.post(actor, query=query, variables=variables)
        return response.json()

    async def data(self, query: str, actor: Actor | None = None, **variables: Any) -> dict[str, Any]:
        answer = await self.ask(query, actor, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def codes(self, query: str, actor: Actor | None = None, **variables: Any) -> list[str]:
        answer = await self.ask(query, actor, **variables)
        return [error["extensions"]["code"] for error in answer.get("errors", [])]


@pytest.fixture
async def door(platform: Platform, tenant: Tenant) -> AsyncIterator[Door]:
    executor = Executor.open(platform, OpenCases(), trusted=TrustedDocuments.load(OPERATIONS))

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
    return {"kind": "PERSON", "names": names, "source": "branch", "birthDate": "1985-03-09", "relation": relation, **more}


@dataclass
class Bank:
    """A door with one relationship manager, to whom the customers recorded here belong."""

    door: Door
    manager: Actor

    async def record(self, **given: Any) -> dict[str, Any]:
        relation = {"managerId": str(self.manager.id), "stage": "PROSPECT"}
        answer = await self.door.executor.run(
            self.manager, document=PERSON, variables={"input": person(**given) | {"relation": relation}}
        )
        assert answer.data is not None, answer.errors
        recorded: dict[str, Any] = answer.data["recordParty"]
        assert recorded["__typename"] in {"Person", "Organisation"}, recorded
        return recorded


@pytest.fixture
async def bank(door: Door, platform: Platform) -> Bank:
    async def hired(ctx: Context) -> UUID:
        user = await directory.create_staff(ctx, login="eva", display_name="Eva Malá", password="correct horse battery")
        return user.id

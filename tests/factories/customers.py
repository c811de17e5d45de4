"""Parties, colleagues and actors for tests; everything is written through the services."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from backend.access.context import Context
from backend.access.models import StaffUser, Team, Tenant
from backend.core.actor import Actor, system_actor
from backend.core.ids import new_id
from backend.customers import inputs, service
from backend.customers.models import Party
from backend.edge.platform import Platform


def person(name: str = "Jan Novák", **given: Any) -> inputs.PartyInput:
    names = given.pop("names", [{"full_name": name}])
    return inputs.parse(inputs.PartyInput, {"kind": "person", "names": names, "source": "test", **given})


def organisation(name: str = "Škoda a syn s.r.o.", **given: Any) -> inputs.PartyInput:
    data = {"kind": "organisation", "names": [{"full_name": name}], "source": "test", **given}
    return inputs.parse(inputs.PartyInput, data)


@dataclass(frozen=True)
class Bank:
    """An institution with two teams; actors are `staff` rows, so they can hold customers."""

    platform: Platform
    tenant: Tenant
    team: Team
    manager: Actor
    colleague: Actor
    stranger: Actor
    lead: Actor
    officer: Actor
    second_officer: Actor
    auditor: Actor
    agent: Actor
    administrator: Actor
    system: Actor

    async def run(self, actor: Actor, verb: Any, *args: Any, **options: Any) -> Any:
        return await self.platform.run(actor, lambda ctx: verb(ctx, *args, **options))

    async def record(self, given: inputs.PartyInput | None = None, actor: Actor | None = None) -> Party:
        party: Party = await self.run(actor or self.manager, service.record_party, given or person())
        return party

    async def customer(self, given: inputs.PartyInput | None = None) -> Party:
        """A party in the manager's book and team."""
        relation = inputs.RelationInput(manager_id=self.manager.id, team_id=self.team.id)
        return await self.record((given or person()).model_copy(update={"relation": relation}))


_ROLES = {
    "manager": "relationship_manager",
    "colleague": "relationship_manager",
    "stranger": "relationship_manager",
    "lead": "team_lead",
    "officer": "compliance_officer",
    "second_officer": "compliance_officer",
    "auditor": "auditor",
    "agent": "service_agent",
    "administrator": "administrator",
}


async def open_bank(platform: Platform, tenant: Tenant) -> Bank:
    system = system_actor(tenant.id, "test")
    team, other = (Team(tenant_id=tenant.id, name=name) for name in ("Praha", "Brno"))
    rows = {
        name: StaffUser(
            tenant_id=tenant.id, login=name, display_name=name, team_id=(other if name == "stranger" else team).id
        )
        for name in _ROLES
    }

    async def write(ctx: Context) -> None:
        async with ctx.audit("team.create", ("team", team.id)):
            ctx.session.add_all([team, other])
            await ctx.session.flush()
            ctx.session.add_all(rows.values())

    await platform.run(system, write)
    actors = {
        name: Actor(row.id, tenant.id, "staff", frozenset({_ROLES[name]}), "web", "test", team_id=row.team_id)
        for name, row in rows.items()
    }
    return Bank(platform=platform, tenant=tenant, team=team, system=system, **actors)


def partner(tenant: Tenant) -> Actor:
    return Actor(new_id(), tenant.id, "partner", frozenset({"partner"}), "graphql", "test")


def with_roles(actor: Actor, *roles: str) -> Actor:
    return replace(actor, roles=frozenset(roles))


class Alone:
    """Nothing depends on parties but what this capability knows."""

    def __init__(self, open_cases: Collection[UUID] = ()) -> None:
        self._open_cases = open_cases
        self.followed: list[tuple[UUID, UUID]] = []

    async def open_cases(self, ctx: Context, party_ids: Collection[UUID]) -> Collection[UUID]:
        return [party for party in party_ids if party in self._open_cases]

    async def follow(self, ctx: Context, loser_id: UUID, survivor_id: UUID) -> None:
        self.followed.append((loser_id, survivor_id))


BORN = date(1971, 3, 19)
BIRTH_NUMBER = "710319/2745"
"""Valid by its check digit, of a man born on BORN; the example of python-stdnum."""

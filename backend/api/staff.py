"""Colleagues, teams, and who did something."""

from collections.abc import Collection
from enum import Enum
from uuid import UUID

import strawberry

from backend.access import queries
from backend.access.context import Context
from backend.access.models import StaffUser as StaffRow
from backend.access.scopes import Facts
from backend.api.costs import resolved
from backend.api.request import Info
from backend.core.actor import SYSTEM_ID


@strawberry.enum
class AgentKind(Enum):
    STAFF = "staff"
    SYSTEM = "system"
    PARTNER = "partner"
    OTHER = "other"


@strawberry.type(description="Who did something or looks after something: a colleague, the platform, or a partner.")
class Agent:
    id: UUID
    kind: AgentKind
    name: str | None = strawberry.field(description="A partner is told its own and no other.")


@strawberry.type
class Team:
    id: UUID
    name: str


@strawberry.type
class StaffUser:
    id: UUID
    login: str
    display_name: str
    active: bool
    locale: str
    team_id: UUID | None

    @strawberry.field
    def team(self, info: Info) -> Team | None:
        return None if self.team_id is None else info.context.loader(fetch_teams, None).load(self.team_id)


async def fetch_agents(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Agent]:
    colleagues = await queries.staff_names(ctx.session, set(ids))
    partners = await queries.client_names(ctx.session, set(ids) - colleagues.keys())
    known = {
        SYSTEM_ID: (AgentKind.SYSTEM, "Tenure"),
        **{each: (AgentKind.STAFF, name) for each, name in colleagues.items()},
        **{each: (AgentKind.PARTNER, name) for each, name in partners.items()},
    }
    return {each: _agent(ctx, each, *known[each]) for each in ids if each in known}


def _agent(ctx: Context, agent_id: UUID, kind: AgentKind, name: str) -> Agent:
    told = ctx.actor.type != "partner" or agent_id in {SYSTEM_ID, ctx.actor.id}
    return Agent(id=agent_id, kind=kind, name=name if told else None)


def agent(info: Info, agent_id: UUID | None) -> Agent | None:
    """The agent, or an awaitable of it."""
    if agent_id is None:
        return None
    unknown = Agent(id=agent_id, kind=AgentKind.OTHER, name=None)
    return info.context.loader(fetch_agents, unknown).load(agent_id)


async def fetch_teams(ctx: Context, ids: Collection[UUID]) -> dict[UUID, Team | None]:
    return {row.id: Team(id=row.id, name=row.name) for row in await queries.teams(ctx.session) if row.id in ids}


def team(info: Info, team_id: UUID | None) -> Team | None:
    return None if team_id is None else info.context.loader(fetch_teams, None).load(team_id)


async def all_teams(ctx: Context) -> list[Team]:
    ctx.require("view", "team", Facts(tenant_id=ctx.actor.tenant_id))
    return [Team(id=row.id, name=row.name) for row in await queries.teams(ctx.session)]


async def visible_staff(ctx: Context) -> list[StaffUser]:
    """The colleagues whose data the actor may see; the right may end at the own team."""
    rows = await queries.staff(ctx.session)
    return [_staff_user(row) for row in rows if ctx.may("view", "staff", _facts(row))]


def _facts(row: StaffRow) -> Facts:
    return Facts(tenant_id=row.tenant_id, team_id=row.team_id, subject_id=row.id)


def _staff_user(row: StaffRow) -> StaffUser:
    return StaffUser(
        id=row.id,
        login=row.login,
        display_name=row.display_name,
        active=row.active,
        locale=row.locale,
        team_id=row.team_id,
    )


@strawberry.type
class StaffQuery:
    @resolved("Colleagues whose data may be seen.", weight=2, size=50)
    async def staff(self, info: Info) -> list[StaffUser]:
        return await info.context.read(visible_staff)

    @resolved(weight=2, size=20)
    async def teams(self, info: Info) -> list[Team]:
        return await info.context.read(all_teams)

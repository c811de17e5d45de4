"""Colleagues who are given, offered or told of a task: at work here, and allowed to see what it is about."""

from collections.abc import Collection, Sequence
from uuid import UUID

from backend.access import queries as directory
from backend.access.context import Context
from backend.access.models import StaffUser
from backend.access.scopes import Facts
from backend.casework.tasks import queries, rules
from backend.casework.tasks.errors import DepartmentUnfit, PersonUnfit, PersonUnknown
from backend.casework.tasks.models import Task
from backend.core.actor import Actor
from backend.customers.queries.sight import facts_of


async def mentioned(ctx: Context, row: Task, words: str | None) -> list[UUID]:
    """Whoever is named after an @. Raises PersonUnknown, PersonUnfit."""
    logins = rules.mentioned(words)
    if not logins:
        return []
    known = await queries.by_login(ctx, logins)
    for login in logins:
        if login not in known:
            raise PersonUnknown(field="words", given=login)
    await require_sight(ctx, row, list(known.values()), "words")
    return [known[login].id for login in logins]


async def holder(ctx: Context, row: Task, user_id: UUID, field: str) -> StaffUser:
    """Somebody who may work on it. Raises PersonUnknown, PersonUnfit."""
    found = await ctx.session.get(StaffUser, user_id)
    if found is None or not found.active:
        raise PersonUnknown(field=field, given=str(user_id))
    await require_sight(ctx, row, [found], field, action="work")
    return found


async def require_sight(
    ctx: Context, row: Task, people: Sequence[StaffUser], field: str, *, action: str = "view"
) -> None:
    """Each by the own roles: a task says nothing about a customer to whom it is closed. Raises PersonUnfit."""
    granted = await directory.roles_of_active(ctx.session, ctx.now)
    party = await _party(ctx, row)
    for each in people:
        actor = _as(ctx, each, granted.get(each.id, frozenset()))
        own = Facts(tenant_id=row.tenant_id, owner_id=each.id)
        if not ctx.policy.decide(actor, action, queries.OBJECT, own).allowed or not _sees(ctx, actor, party):
            raise PersonUnfit(field=field, name=each.display_name)


async def require_department(ctx: Context, row: Task, code: str) -> None:
    """Somebody of it is at work here who may see what the task is about. Raises DepartmentUnknown, DepartmentUnfit."""
    roles = frozenset(queries.in_force(ctx).department(code).roles)
    granted, party = await directory.roles_of_active(ctx.session, ctx.now), await _party(ctx, row)
    for each in await directory.staff(ctx.session):
        held = granted.get(each.id, frozenset())
        if held & roles and _sees(ctx, _as(ctx, each, held), party):
            return
    raise DepartmentUnfit(field="department", department=queries.in_force(ctx).said(code, ctx.actor.locale))


async def _party(ctx: Context, row: Task) -> Facts | None:
    return None if row.party_id is None else (await facts_of(ctx, [row.party_id])).get(row.party_id)


def _as(ctx: Context, person: StaffUser, roles: frozenset[str]) -> Actor:
    return Actor(person.id, person.tenant_id, "staff", roles, "job", ctx.actor.request_id, person.team_id)


def _sees(ctx: Context, actor: Actor, party: Facts | None) -> bool:
    return party is None or ctx.policy.decide(actor, "view", "customer", party).allowed


async def leaders(ctx: Context, role: str, but: Collection[UUID] = ()) -> list[UUID]:
    """Whoever holds the role now."""
    holders = await directory.holders_of(ctx.session, role, ctx.now)
    return [each.id for each in holders if each.id not in but]

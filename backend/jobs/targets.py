"""Targets as jobs: figures every night, and one report a week by mail to whoever holds a role that is sent it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from backend.access import queries as directory
from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.access.models import StaffUser, Tenant
from backend.core.actor import Actor, system_actor
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.engagement.targets import queries, service
from backend.engagement.targets.models import TargetSnapshot
from backend.engagement.targets.ruleset import target_rules
from backend.engagement.targets.service import Letter
from backend.servicing.interactions.channels.choice import adapter_for
from backend.servicing.interactions.channels.parcel import Adapter, Outcome, Parcel


@dataclass(frozen=True, slots=True)
class _Reader:
    """A colleague as they would sign in: their letter tells nothing that their pages would not."""

    actor: Actor
    address: str


async def compute_due(platform: Platform, actor: Actor) -> list[TargetSnapshot]:
    months = await platform.run(actor, service.due)
    return [await platform.run(actor, partial(service.compute, first=month)) for month in months]


async def report(platform: Platform, actor: Actor, *, at_once: bool = False) -> int:
    """How many were sent the report of this week; 0 on other days than the rule-set's, and when it went out before.

    It is noted before it is sent: whoever is cut off in the middle sends nobody the same twice.
    """
    today, policies = platform.clock().date(), platform.policies_of(actor)
    told = target_rules(policies, today).rules.report
    if not told.roles or not (at_once or today.weekday() == told.weekday):
        return 0
    letters = await _letters(platform, await platform.run(actor, lambda ctx: _readers(ctx, told.roles)))
    reference = week_of(today)
    if not letters or not await platform.run(actor, lambda ctx: _noted(ctx, reference, letters)):
        return 0
    institution = await platform.run(actor, queries.institution)
    adapter = adapter_for(platform.settings, platform.clock, "email")
    return sum([await _sent(platform, adapter, reader, letter, institution) for reader, letter in letters])


async def nightly(platform: Platform, tenant: Tenant) -> None:
    """For the schedule."""
    await compute_due(platform, system_actor(tenant.id, f"job-{new_id()}"))


async def weekly(platform: Platform, tenant: Tenant) -> None:
    """For the schedule, which asks every morning."""
    await report(platform, system_actor(tenant.id, f"job-{new_id()}"))


def week_of(day: date) -> str:
    """As ISO 8601 names a week: 2026-W47."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


async def _readers(ctx: Context, roles: frozenset[str]) -> list[_Reader]:
    """Colleagues who hold one of the roles now and have an address, by their user name."""
    held = await directory.roles_of_active(ctx.session, ctx.now)
    people = sorted(await directory.staff(ctx.session), key=lambda user: user.login)
    return [
        _Reader(_actor_of(ctx, user, held[user.id]), user.work_email)
        for user in people
        if user.work_email is not None and roles & held.get(user.id, frozenset())
    ]


def _actor_of(ctx: Context, user: StaffUser, roles: frozenset[str]) -> Actor:
    given = ctx.actor
    return Actor(
        user.id, user.tenant_id, "staff", roles, given.channel, given.request_id, user.team_id, locale=user.locale
    )


async def _letters(platform: Platform, readers: Sequence[_Reader]) -> list[tuple[_Reader, Letter]]:
    """Nothing for whoever may not see targets, whatever the rule-set says."""
    found = []
    for reader in readers:
        try:
            letter = await platform.run(reader.actor, partial(service.weekly, locale=reader.actor.locale))
        except NotAllowed:
            continue
        found.append((reader, letter))
    return found


async def _noted(ctx: Context, reference: str, letters: Sequence[tuple[_Reader, Letter]]) -> bool:
    if await queries.report_sent(ctx, reference):
        return False
    digest = hashlib.sha256("".join(letter.sha256 for _, letter in letters).encode()).hexdigest()
    await service.note_report(ctx, reference, len(letters), digest)
    return True


async def _sent(platform: Platform, adapter: Adapter, to: _Reader, letter: Letter, institution: str) -> bool:
    parcel = Parcel(
        id=new_id(),
        tenant_id=to.actor.tenant_id,
        claim_id=new_id(),
        channel="email",
        to=to.address,
        subject=letter.subject,
        body=letter.text,
        locale=to.actor.locale,
        institution=institution,
        made_at=platform.clock(),
        html=letter.html,
    )
    return (await adapter.deliver(parcel)).outcome is Outcome.SENT


JOBS: Final = {"targets.compute": ("50 4 * * *", nightly), "targets.report": ("30 6 * * *", weekly)}
"""When each runs in every institution."""

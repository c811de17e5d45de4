"""Targets as jobs: figures every night, and the week's report by mail, once, to whom the rule-set names."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final

from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.actor import Actor, system_actor
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.engagement.targets import queries, service
from backend.engagement.targets.models import TargetSnapshot
from backend.engagement.targets.ruleset import Recipient, target_rules
from backend.engagement.targets.service import Letter
from backend.servicing.interactions.channels.choice import adapter_for
from backend.servicing.interactions.channels.parcel import Adapter, Outcome, Parcel


async def compute_due(platform: Platform, actor: Actor) -> list[TargetSnapshot]:
    months = await platform.run(actor, service.due)
    return [await platform.run(actor, partial(service.compute, first=month)) for month in months]


async def report(platform: Platform, actor: Actor, *, at_once: bool = False) -> int:
    """How many were sent the report of this week; 0 on other days than the rule-set's, and when it went out before.

    It is noted before it is sent: whoever is cut off in the middle sends nobody the same twice.
    """
    today, policies = platform.clock().date(), platform.policies_of(actor)
    told = target_rules(policies, today).rules.report
    if not told.recipients or not (at_once or today.weekday() == told.weekday):
        return 0
    reference = week_of(today)
    letters = await platform.run(actor, lambda ctx: _noted(ctx, reference, told.recipients))
    if letters is None:
        return 0
    institution = await platform.run(actor, queries.institution)
    adapter = adapter_for(platform.settings, platform.clock, "email")
    sent = [await _sent(platform, actor, adapter, each, letters[each.locale], institution) for each in told.recipients]
    return sum(sent)


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


async def _noted(ctx: Context, reference: str, recipients: Sequence[Recipient]) -> dict[str, Letter] | None:
    if await queries.report_sent(ctx, reference):
        return None
    letters: dict[str, Letter] = {
        locale: await service.weekly(ctx, locale) for locale in {each.locale for each in recipients}
    }
    first = letters[recipients[0].locale]
    await service.note_report(ctx, reference, len(recipients), first)
    return letters


async def _sent(
    platform: Platform, actor: Actor, adapter: Adapter, to: Recipient, letter: Letter, institution: str
) -> bool:
    parcel = Parcel(
        id=new_id(),
        tenant_id=actor.tenant_id,
        claim_id=new_id(),
        channel="email",
        to=to.address,
        subject=letter.subject,
        body=letter.text,
        locale=to.locale,
        institution=institution,
        made_at=platform.clock(),
        html=letter.html,
    )
    return (await adapter.deliver(parcel)).outcome is Outcome.SENT


JOBS: Final = {"targets.compute": ("50 4 * * *", nightly), "targets.report": ("30 6 * * *", weekly)}
"""When each runs in every institution."""

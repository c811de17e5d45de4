"""What people do with alerts: take, hand up, decide, answer, comment; one at a time or many with one reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.errors import Refused, TenureError
from backend.screening.alerts import events, queries, rules
from backend.screening.alerts.acting import allowed, move, refuse_stranger, subject
from backend.screening.alerts.commenting import checked, write_comment
from backend.screening.alerts.deciding import Verdict, decide_one, settle
from backend.screening.alerts.errors import AlertNotFound, BatchTooLarge, NotInBatch
from backend.screening.alerts.models import AlertState, ScreeningAlert
from backend.screening.alerts.positions import apply, position
from backend.screening.alerts.ruleset import AlertRules, in_force

__all__ = [
    "Triaged",
    "Verdict",
    "assign",
    "comment",
    "confirm",
    "decide",
    "escalate",
    "release",
    "reopen",
    "reopen_expired",
    "send_back",
    "take",
    "triage",
]


@dataclass(frozen=True, slots=True)
class Triaged:
    """What became of one alert of a batch: its new state, or why it was left alone."""

    alert_id: UUID
    state: AlertState | None
    problem: TenureError | None = None


async def take(ctx: Context, alert_id: UUID) -> ScreeningAlert:
    alert = await allowed(ctx, alert_id, "work")
    return await move(ctx, alert, rules.take(position(alert), ctx.actor.id), "take")


async def release(ctx: Context, alert_id: UUID) -> ScreeningAlert:
    alert = await allowed(ctx, alert_id, "work")
    return await move(ctx, alert, rules.release(position(alert), ctx.actor.id), "release")


async def escalate(ctx: Context, alert_id: UUID, words: str) -> ScreeningAlert:
    """Handed up, with words for who decides."""
    alert = await allowed(ctx, alert_id, "work")
    return await move(ctx, alert, rules.escalate(position(alert), ctx.actor.id), "escalate", words=words)


async def assign(ctx: Context, alert_id: UUID, person_id: UUID) -> ScreeningAlert:
    alert = await allowed(ctx, alert_id, "assign")
    await refuse_stranger(ctx, alert, person_id)
    return await move(ctx, alert, rules.assigned(position(alert), person_id), "assign")


async def comment(ctx: Context, alert_id: UUID, words: str) -> ScreeningAlert:
    alert = await allowed(ctx, alert_id, "work")
    text = checked(ctx, words)
    await ctx.vault.load([alert.party_id])
    async with ctx.audit("screening.alert.comment", subject(alert)):
        write_comment(ctx, alert, text)
    return alert


async def decide(ctx: Context, alert_id: UUID, verdict: Verdict) -> ScreeningAlert:
    """Final where the rule-set is content with one person; otherwise a proposal for the second. Serializable."""
    return await decide_one(ctx, await allowed(ctx, alert_id, "decide"), verdict)


async def confirm(ctx: Context, alert_id: UUID, words: str | None = None) -> ScreeningAlert:
    """The second person agrees. Serializable: a proposal is answered once."""
    alert = await allowed(ctx, alert_id, "approve")
    return await settle(ctx, alert, rules.confirm(position(alert), ctx.actor.id), alert.proposal_reason or "", words)


async def send_back(ctx: Context, alert_id: UUID, words: str) -> ScreeningAlert:
    """The second person does not agree and says why. Serializable."""
    alert = await allowed(ctx, alert_id, "approve")
    return await move(ctx, alert, rules.send_back(position(alert), ctx.actor.id), "send_back", words=words)


async def reopen(ctx: Context, alert_id: UUID, words: str) -> ScreeningAlert:
    alert = await allowed(ctx, alert_id, "reopen")
    return await _reopen(ctx, alert, "by_hand", words)


async def triage(ctx: Context, alert_ids: Sequence[UUID], verdict: Verdict) -> list[Triaged]:
    """The same verdict on many alerts, each by an entry of its own; one that cannot be decided holds no other up.

    Serializable. Raises NotInBatch and BatchTooLarge before anything is done.
    """
    _refuse_batch(in_force(ctx).rules, alert_ids, verdict)
    found = await queries.locked(ctx, alert_ids)
    await ctx.vault.load({alert.party_id for alert in found.values()})
    return [await _triaged(ctx, alert_id, found.get(alert_id), verdict) for alert_id in dict.fromkeys(alert_ids)]


async def reopen_expired(ctx: Context, limit: int = 100) -> int:
    """For the schedule: how many decisions are no longer remembered; call again while it answers `limit`."""
    ctx.require("record", queries.OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    alerts = await queries.no_longer_remembered(ctx, limit)
    for alert in alerts:
        await _reopen(ctx, alert, "expired")
    return len(alerts)


async def _reopen(ctx: Context, alert: ScreeningAlert, why: str, words: str | None = None) -> ScreeningAlert:
    at = rules.reopen(position(alert))
    text = None if words is None else checked(ctx, words)
    await ctx.vault.load([alert.party_id])
    async with ctx.audit("screening.alert.reopen", subject(alert), reason=why):
        apply(alert, at)
        alert.opened_at, alert.cause = ctx.now, why
        if text is not None:
            write_comment(ctx, alert, text)
    await events.alerted(ctx, alert.party_id)
    return alert


def _refuse_batch(rules_: AlertRules, alert_ids: Sequence[UUID], verdict: Verdict) -> None:
    if verdict.outcome not in rules_.batch.outcomes:
        raise NotInBatch(outcome=verdict.outcome.value, field="outcome")
    if len(set(alert_ids)) > rules_.batch.most:
        raise BatchTooLarge(most=rules_.batch.most, field="ids")


async def _triaged(ctx: Context, alert_id: UUID, alert: ScreeningAlert | None, verdict: Verdict) -> Triaged:
    """Whatever refuses does so before anything of this alert is written."""
    try:
        if alert is None:
            raise AlertNotFound()
        ctx.require("decide", queries.OBJECT, queries.facts(alert))
        decided = await decide_one(ctx, alert, verdict)
    except Refused as refusal:
        await ctx.trail.note("access.deny", (queries.OBJECT, alert_id), outcome="denied", reason=str(refusal.code))
        return Triaged(alert_id, None, refusal)
    except TenureError as problem:
        return Triaged(alert_id, None, problem)
    return Triaged(alert_id, AlertState(decided.state))

"""A verdict on an alert: proposed or final, with the facts and the rule-set it rests on, and what follows from it."""

from dataclasses import dataclass

from backend.access.context import Context
from backend.core.ids import new_id
from backend.screening.alerts import events, rules
from backend.screening.alerts.acting import subject
from backend.screening.alerts.commenting import checked, write_comment
from backend.screening.alerts.errors import ReasonUnknown
from backend.screening.alerts.models import Outcome, ScreeningAlert, ScreeningDisposition
from backend.screening.alerts.positions import apply, position
from backend.screening.alerts.rules import Position
from backend.screening.alerts.ruleset import in_force


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody says of an alert; the reason is a code of the rule-set, the comment their own words."""

    outcome: Outcome
    reason: str
    comment: str | None = None


async def decide_one(ctx: Context, alert: ScreeningAlert, verdict: Verdict) -> ScreeningAlert:
    """Raises before anything is written."""
    if not in_force(ctx).rules.allows(verdict.reason, verdict.outcome):
        raise ReasonUnknown(reason=verdict.reason, field="reason")
    at = rules.decide(position(alert), ctx.actor.id, verdict.outcome)
    if at.proposal is None:
        return await settle(ctx, alert, at, verdict.reason, verdict.comment)
    return await _propose(ctx, alert, at, verdict)


async def settle(ctx: Context, alert: ScreeningAlert, at: Position, reason: str, comment: str | None) -> ScreeningAlert:
    """The decision stands from now on, and is remembered; what hangs on it hears of it."""
    loaded = in_force(ctx)
    text = None if comment is None else checked(ctx, comment)
    outcome, was_confirmed = Outcome(at.state.value), alert.confirmed
    await ctx.vault.load([alert.party_id])
    async with ctx.audit("screening.alert.decide", subject(alert), reason=reason, ruleset=loaded.sha256):
        apply(alert, at)
        alert.decided_at, alert.confirmed = ctx.now, outcome is Outcome.TRUE_MATCH
        alert.remembered_until = loaded.rules.remembered_until(outcome, ctx.now.date())
        alert.suppressed, alert.suppressed_at = 0, None
        ctx.session.add(_disposition(ctx, alert, outcome, reason, loaded.sha256))
        if text is not None:
            write_comment(ctx, alert, text)
    await events.settled(ctx, alert)
    if alert.confirmed:
        await events.matched(ctx, alert)
    elif was_confirmed:
        await events.unmatched(ctx, alert.party_id)
    return alert


async def _propose(ctx: Context, alert: ScreeningAlert, at: Position, verdict: Verdict) -> ScreeningAlert:
    text = None if verdict.comment is None else checked(ctx, verdict.comment)
    await ctx.vault.load([alert.party_id])
    ruleset = in_force(ctx).sha256
    async with ctx.audit("screening.alert.propose", subject(alert), reason=verdict.reason, ruleset=ruleset):
        apply(alert, at)
        alert.proposal_reason = verdict.reason
        if text is not None:
            write_comment(ctx, alert, text)
    await events.moved(ctx, alert)
    return alert


def _disposition(
    ctx: Context, alert: ScreeningAlert, outcome: Outcome, reason: str, ruleset: str
) -> ScreeningDisposition:
    return ScreeningDisposition(
        id=new_id(),
        tenant_id=alert.tenant_id,
        alert_id=alert.id,
        party_id=alert.party_id,
        outcome=outcome.value,
        reason=reason,
        four_eyes=alert.four_eyes,
        proposed_by=alert.proposed_by,
        decided_by=ctx.actor.id,
        decided_at=ctx.now,
        valid_until=alert.remembered_until,
        score=alert.score,
        facts_digest=alert.facts_digest,
        entity_digest=alert.entity_digest,
        material_digest=alert.material_digest,
        list_version_id=alert.list_version_id,
        ruleset=ruleset,
    )

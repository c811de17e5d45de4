"""How a review ends: proposed, signed by a second person where it takes one, and what follows from the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.reviews import rules
from backend.reviews.errors import AlertsWait, ConcernStands, LevelMissing, QuestionsOpen, ReasonUnknown
from backend.reviews.models import Answer, Depth, Outcome, Review, ReviewRestriction, ReviewState
from backend.reviews.queries import changes, reviews
from backend.reviews.rules import Verb
from backend.reviews.ruleset import ReviewRules
from backend.reviews.service.loading import checked, review_for, sealed
from backend.reviews.service.noting import in_force, tell
from backend.reviews.service.periodic import next_days, set_days
from backend.reviews.service.work import apply, place_work, position, subject
from backend.risk import queries as ratings
from backend.risk import service as risk
from backend.risk.models import Cause, OverrideState
from backend.screening.alerts import queries as alerts

_NOTE: Final = ("review", "note")
_LIFTS: Final = frozenset({Outcome.KEEP, Outcome.CHANGE_LEVEL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`reason` is a code of the rule-set; `level` is the one to change to."""

    outcome: Outcome
    reason: str
    level: str | None = None
    words: str | None = None


async def propose(ctx: Context, review_id: UUID, verdict: Verdict) -> Review:
    """Ends the review where one person is enough; otherwise it waits for the second. Run it SERIALIZABLE.

    Raises ReasonUnknown, LevelMissing, QuestionsOpen, ConcernStands, AlertsWait, OverrideRefused.
    """
    row, loaded = await review_for(ctx, review_id, "decide"), in_force(ctx)
    two = verdict.outcome in loaded.rules.second_person_outcomes
    at = rules.propose(position(row), ctx.actor.id, verdict.outcome, two)
    text = checked(ctx, verdict.words, needed=verdict.outcome is not Outcome.KEEP)
    await _refuse(ctx, row, verdict, loaded.rules, text)
    kept = await sealed(ctx, _NOTE, row.id, row.party_id, text)
    override_id = await _override(ctx, row, verdict, loaded.rules, text or "")
    pending = at.state is ReviewState.PENDING_APPROVAL
    action = "review.propose" if pending else "review.complete"
    async with ctx.audit(action, subject(row), reason=verdict.reason, ruleset=loaded.sha256):
        apply(row, at)
        row.proposal_reason, row.proposal_level = verdict.reason, verdict.level
        row.note, row.override_id, row.proposed_at = kept, override_id, ctx.now
        if not pending:
            row.outcome, row.decided_at = verdict.outcome, ctx.now
    if not pending:
        return await _follow(ctx, row)
    await place_work(ctx, row, loaded.rules)
    await tell(ctx, row, "proposed")
    return row


async def sign(ctx: Context, review_id: UUID) -> Review:
    """The second person agrees. Run it SERIALIZABLE: a proposal is answered once. Raises AnotherPersonMustSign."""
    row, loaded = await review_for(ctx, review_id, "approve", Verb.SIGN), in_force(ctx)
    at = rules.sign(position(row), ctx.actor.id)
    if row.override_id is not None:
        await risk.approve(ctx, row.override_id)
    async with ctx.audit("review.sign", subject(row), reason=row.proposal_reason, ruleset=loaded.sha256):
        apply(row, at)
        row.outcome, row.decided_at = row.proposal, ctx.now
    return await _follow(ctx, row)


async def send_back(ctx: Context, review_id: UUID) -> Review:
    """The second person does not agree; who proposed looks again. Run it SERIALIZABLE."""
    row = await review_for(ctx, review_id, "approve", Verb.SEND_BACK)
    at = rules.send_back(position(row), ctx.actor.id)
    if row.override_id is not None:
        await risk.reject(ctx, row.override_id)
    async with ctx.audit("review.send_back", subject(row), reason=row.proposal_reason):
        apply(row, at)
        row.override_id = None
    await place_work(ctx, row, in_force(ctx).rules)
    await tell(ctx, row, "sent_back")
    return row


async def _refuse(ctx: Context, row: Review, verdict: Verdict, rules_: ReviewRules, text: str | None) -> None:
    if not rules_.allows(verdict.reason, verdict.outcome):
        raise ReasonUnknown(reason=verdict.reason, field="reason")
    if verdict.outcome is Outcome.CHANGE_LEVEL and verdict.level is None:
        raise LevelMissing(field="level")
    asked = rules_.asked(Depth(row.depth), await reviews.party_kind(ctx, row.party_id))
    answers = {each.question: each for each in (await reviews.answers_of(ctx, [row.id])).get(row.id, [])}
    if left := [question for question in asked if question not in answers]:
        raise QuestionsOpen(count=len(left))
    if verdict.outcome is not Outcome.KEEP:
        return
    if text is None and any(answers[question].answer == Answer.CONCERN for question in asked):
        raise ConcernStands()
    if (await alerts.standing(ctx, [row.party_id]))[row.party_id].open:
        raise AlertsWait()


async def _override(ctx: Context, row: Review, verdict: Verdict, rules_: ReviewRules, text: str) -> UUID | None:
    """Another level is an agreed level of the rating: proposed with the review, approved with its signature."""
    former = None if row.override_id is None else await ratings.override(ctx, row.override_id)
    if former is not None and former.state == OverrideState.PROPOSED:
        await risk.withdraw(ctx, former.id)
    if verdict.outcome is not Outcome.CHANGE_LEVEL or verdict.level is None:
        return None
    expires_on = ctx.now.date() + timedelta(days=rules_.override_days)
    proposed = await risk.propose(
        ctx,
        row.party_id,
        level=verdict.level,
        reason=rules_.override_reason,
        note=text,
        expires_on=expires_on,
    )
    return proposed.id


async def _follow(ctx: Context, row: Review) -> Review:
    """Rated anew, the next day set, restrictions lifted or placed, work ended, everybody told."""
    loaded, outcome = in_force(ctx), Outcome(row.outcome or "")
    await risk.rate(ctx, [row.party_id], Cause.REVIEW)
    level = (await changes.levels_of(ctx, [row.party_id])).get(row.party_id, row.level)
    following = (await next_days(ctx, {row.party_id: level}))[row.party_id]
    async with ctx.audit("review.schedule", ("party", row.party_id), ruleset=loaded.sha256) as entry:
        await set_days(ctx, {row.party_id: (entry, following)})
    async with ctx.audit("review.schedule", subject(row), ruleset=loaded.sha256):
        row.next_review_on = following
    await lift(ctx, row.party_id, ("overdue", "outcome") if outcome in _LIFTS else ("overdue",))
    if outcome is Outcome.RESTRICT:
        await restrict(ctx, row, "outcome", loaded.rules.restriction)
    await place_work(ctx, row, loaded.rules)
    await tell(ctx, row, "completed")
    if outcome is Outcome.EXIT:
        payload = {"party": str(row.party_id), "review": str(row.id), "reason": row.proposal_reason}
        await ctx.emit("customer.exit_decided", row.party_id, payload)
    return row


async def restrict(ctx: Context, row: Review, ground: str, measure: str) -> None:
    loaded = in_force(ctx)
    async with ctx.audit("review.restrict", subject(row), reason=measure, ruleset=loaded.sha256):
        ctx.session.add(
            ReviewRestriction(
                id=new_id(),
                tenant_id=ctx.actor.tenant_id,
                party_id=row.party_id,
                review_id=row.id,
                ground=ground,
                measure=measure,
                ruleset=loaded.sha256,
                placed_at=ctx.now,
            )
        )
    payload = {"party": str(row.party_id), "measure": measure, "ground": ground}
    await ctx.emit("customer.restricted", row.party_id, payload)


async def lift(ctx: Context, party_id: UUID, grounds: Sequence[str]) -> None:
    standing = (await reviews.restrictions_of(ctx, [party_id])).get(party_id, [])
    ending = [each for each in standing if each.ground in grounds]
    for each in ending:
        async with ctx.audit("review.lift", (reviews.OBJECT, each.review_id), reason=each.measure):
            each.lifted_at = ctx.now
    if ending:
        await ctx.emit("customer.unrestricted", party_id, {"party": str(party_id), "grounds": sorted(set(grounds))})

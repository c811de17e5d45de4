"""Assessing a customer: a questionnaire put before her, her answers graded and sealed, an assessment withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.core.periods import months_later
from backend.core.rulesets import Loaded
from backend.customers.models import Party
from backend.customers.queries import facts
from backend.customers.service.loading import party_for
from backend.governance import texts
from backend.products.suitability import grading, limits, queries, record
from backend.products.suitability.errors import (
    AnswersRefused,
    AssessmentOver,
    ContradictionUnresolved,
    DayLimitReached,
    NoQuestionnaire,
    YearLimitReached,
)
from backend.products.suitability.grading import Fault, Result
from backend.products.suitability.models import Assessment, AssessmentState
from backend.products.suitability.questionnaire import Contradiction, Kind, Questionnaire, fitting, in_force
from backend.products.suitability.record import Recorded

_LEAST_WORDS: Final = 3
_MOST_WORDS: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersInput:
    """Options chosen by question; explanations by the code of a contradiction; the language they were read in."""

    answers: Mapping[str, Sequence[str]]
    explanations: Mapping[str, str] = field(default_factory=dict)
    locale: str = "en"
    channel: str = "branch"


@dataclass(frozen=True, slots=True)
class Preview:
    """What the answers would come to; `result` is None while some are missing."""

    faults: tuple[Fault, ...]
    contradictions: tuple[Contradiction, ...]
    result: Result | None


async def questionnaire_for(ctx: Context, party_id: UUID, kind: Kind) -> Loaded[Questionnaire]:
    """The one to put before this customer today. Raises NoQuestionnaire."""
    return await _chosen(ctx, await party_for(ctx, party_id, "take", queries.OBJECT), kind)


async def by_name(ctx: Context, name: str) -> Loaded[Questionnaire]:
    """The version of a questionnaire that is in force today. Raises NoQuestionnaire."""
    found = in_force(ctx.policies, ctx.now.date()).get(name)
    if found is None:
        raise NoQuestionnaire()
    return found


async def preview(ctx: Context, party_id: UUID, kind: Kind, given: AnswersInput) -> Preview:
    """Nothing is written or counted: contradictions are shown while answers are given."""
    party = await party_for(ctx, party_id, "take", queries.OBJECT)
    questionnaire = (await _chosen(ctx, party, kind)).rules
    found = grading.faults(questionnaire, given.answers)
    result = None if found else grading.grade(questionnaire, given.answers, record.known(ctx, party))
    return Preview(found, grading.contradicted(questionnaire, given.answers), result)


async def take(ctx: Context, party_id: UUID, kind: Kind, given: AnswersInput) -> Assessment:
    """Grades and seals the answers; what was in force before is replaced.

    Raises AnswersRefused, ContradictionUnresolved, DayLimitReached and YearLimitReached.
    """
    party = await party_for(ctx, party_id, "take", queries.OBJECT)
    loaded = await _chosen(ctx, party, kind)
    explanations = _checked(loaded.rules, given)
    await queries.hold(ctx, party_id)
    today = record.today(ctx, loaded.rules)
    number = await _place(ctx, party_id, loaded.rules, today)
    await texts.keep(ctx, loaded.source)
    recorded = Recorded(given.answers, explanations, record.known(ctx, party), given.locale)
    row = _row(ctx, party_id, loaded, recorded, given.channel, today, number)
    await _replace(ctx, row)
    async with ctx.audit("assessment.take", ("party", party_id), reason=row.questionnaire, ruleset=row.ruleset):
        ctx.session.add(row)
    payload = {"party": str(party_id), "questionnaire": row.questionnaire, "kind": row.kind}
    await ctx.emit("assessment.taken", row.id, payload)
    return row


async def withdraw(ctx: Context, assessment_id: UUID, reason: str) -> Assessment:
    """Nothing can be sold on it any more; it stays on record, and still counts against the limits."""
    row = await queries.assessment(ctx, assessment_id, lock=True)
    ctx.require("withdraw", queries.OBJECT, await facts(ctx, row.party_id))
    await end(ctx, row, AssessmentState.WITHDRAWN, reason)
    return row


async def end(ctx: Context, row: Assessment, state: AssessmentState, reason: str) -> None:
    """Part of a use case whose right was required there. Raises AssessmentOver."""
    if row.state != AssessmentState.IN_FORCE:
        raise AssessmentOver(state=row.state)
    action = "assessment.expire" if state is AssessmentState.EXPIRED else f"assessment.{_VERBS[state]}"
    async with ctx.audit(action, ("party", row.party_id), reason=reason, ruleset=row.ruleset):
        row.state, row.ended_at, row.ended_reason = state, ctx.now, reason
    payload = {"party": str(row.party_id), "questionnaire": row.questionnaire, "kind": row.kind}
    await ctx.emit(f"assessment.{state.value}", row.id, payload)


_VERBS: Final = {AssessmentState.WITHDRAWN: "withdraw", AssessmentState.REPLACED: "replace"}


async def _chosen(ctx: Context, party: Party, kind: Kind) -> Loaded[Questionnaire]:
    found = fitting(ctx.policies, ctx.now.date(), kind, await queries.jurisdiction(ctx), party.kind)
    if found is None:
        raise NoQuestionnaire()
    return found


def _checked(questionnaire: Questionnaire, given: AnswersInput) -> dict[str, str]:
    """The explanations that are needed. Raises AnswersRefused and ContradictionUnresolved."""
    found = grading.faults(questionnaire, given.answers)
    if found:
        problems = "; ".join(f"{fault.question}: {fault.what}" for fault in found)
        raise AnswersRefused(field=f"answers.{found[0].question}", problems=problems)
    explained = {}
    unresolved = []
    for rule in grading.contradicted(questionnaire, given.answers):
        said = given.explanations.get(rule.code, "").strip()
        if rule.explainable and _LEAST_WORDS <= len(said) <= _MOST_WORDS:
            explained[rule.code] = said
        else:
            unresolved.append(f"{rule.first.question} – {rule.second.question}")
    if unresolved:
        raise ContradictionUnresolved(field="answers", contradictions="; ".join(unresolved))
    return explained


async def _place(ctx: Context, party_id: UUID, questionnaire: Questionnaire, today: date) -> int:
    taken = await queries.days_taken(ctx, party_id, questionnaire.id, limits.window(today))
    place = limits.next_place(taken, today, questionnaire.limits)
    if place.reached is limits.Reached.DAY:
        raise DayLimitReached(limit=questionnaire.limits.per_day)
    if place.again_on is not None:
        raise YearLimitReached(limit=questionnaire.limits.per_year, day=place.again_on.isoformat())
    return place.number


def _row(
    ctx: Context,
    party_id: UUID,
    loaded: Loaded[Questionnaire],
    recorded: Recorded,
    channel: str,
    today: date,
    number: int,
) -> Assessment:
    result = grading.grade(loaded.rules, recorded.answers, recorded.known)
    row = Assessment(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        party_id=party_id,
        kind=loaded.rules.kind,
        questionnaire=loaded.rules.id,
        ruleset=loaded.sha256,
        answers=b"",
        score=result.score,
        grade=result.grade,
        by_points=result.by_points,
        vulnerable=result.vulnerable,
        result=result.as_json(),
        channel=channel,
        taken_on=today,
        number=number,
        assessed_at=ctx.now,
        assessed_by=ctx.actor.id,
        valid_until=months_later(today, loaded.rules.validity_months) - timedelta(days=1),
    )
    row.answers = record.sealed(ctx, row, recorded)
    return row


async def _replace(ctx: Context, row: Assessment) -> None:
    earlier = await queries.in_force(ctx, row.party_id, row.questionnaire)
    if earlier is not None:
        await end(ctx, earlier, AssessmentState.REPLACED, "assessed_again")

"""Assessments over time, for the schedule: those that ran out end, those about to are told of, those that what is known
of the customer has overtaken are told of as well."""

from datetime import timedelta
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.rulesets import NoRuleSetEffective
from backend.customers.models import Party, PartyStatus
from backend.products.suitability import grading, queries, record
from backend.products.suitability.models import Assessment, AssessmentState
from backend.products.suitability.questionnaire import DIRECTORY, Questionnaire, in_force
from backend.products.suitability.service import end

RUNS_OUT = "runs_out"
OVERTAKEN = "overtaken"


async def expire_due(ctx: Context, limit: int = 200) -> int:
    """How many ended; call again while it answers more than 0."""
    _as_platform(ctx)
    rows = await queries.run_out(ctx, ctx.now.date(), limit)
    for row in rows:
        await end(ctx, row, AssessmentState.EXPIRED, "validity_over")
    return len(rows)


async def remind_due(ctx: Context, limit: int = 200) -> int:
    """Each once, as many days before its end as its questionnaire says."""
    _as_platform(ctx)
    today = ctx.now.date()
    before = {
        name: today + timedelta(days=loaded.rules.remind_days_before)
        for name, loaded in in_force(ctx.policies, today).items()
    }
    rows = await queries.to_remind(ctx, before, limit)
    for row in rows:
        await _tell(ctx, row, RUNS_OUT)
    return len(rows)


async def reconsider(ctx: Context, party_id: UUID, event: str) -> int:
    """Something about the customer changed: would the same answers come to something else today? Then she is due.

    Age and kind are all that grading reads of the record; answers themselves change only when she is asked again.
    """
    _as_platform(ctx)
    party = await ctx.session.get(Party, party_id)
    if party is None or party.status != PartyStatus.ACTIVE:
        return 0
    await ctx.vault.load([party_id])
    told = 0
    for row in (await queries.standing(ctx, [party_id])).get(party_id, []):
        if row.state == AssessmentState.IN_FORCE and row.reminded_on is None and _overtaken(ctx, party, row, event):
            await _tell(ctx, row, OVERTAKEN)
            told += 1
    return told


def _overtaken(ctx: Context, party: Party, row: Assessment, event: str) -> bool:
    try:
        rules = ctx.policies.book(DIRECTORY, Questionnaire).by_hash(row.ruleset).rules
    except NoRuleSetEffective:
        return True
    recorded = record.opened(ctx, row)
    if recorded is None or event not in rules.reassess_on:
        return False
    return grading.grade(rules, recorded.answers, record.known(ctx, party)).as_json() != row.result


async def _tell(ctx: Context, row: Assessment, why: str) -> None:
    async with ctx.audit("assessment.due", ("party", row.party_id), reason=why, ruleset=row.ruleset):
        row.reminded_on = ctx.now.date()
    payload = {"party": str(row.party_id), "questionnaire": row.questionnaire, "kind": row.kind, "why": why}
    await ctx.emit("assessment.due", row.id, payload)


def _as_platform(ctx: Context) -> None:
    ctx.require("run", queries.OBJECT, Facts(tenant_id=ctx.actor.tenant_id))

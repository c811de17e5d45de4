"""What the verbs work on: the survey, the words it was asked in, and the rights on the customer behind it."""

from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.rulesets import Loaded
from backend.customers.queries.sight import facts
from backend.servicing.feedback import queries
from backend.servicing.feedback.models import Survey
from backend.servicing.feedback.ruleset import Asked, SurveyRules, survey_asked, survey_rules


def in_force(ctx: Context) -> Loaded[SurveyRules]:
    return survey_rules(ctx.policies, ctx.now.date())


def asked(ctx: Context, row: Survey) -> Asked:
    return survey_asked(ctx.policies, row.ruleset, row.code)


def require_run(ctx: Context) -> None:
    ctx.require("run", queries.OBJECT, Facts(tenant_id=ctx.actor.tenant_id))


async def require(ctx: Context, action: str, party_id: UUID) -> None:
    ctx.require(action, queries.OBJECT, await facts(ctx, party_id))


async def tell(ctx: Context, row: Survey, what: str) -> None:
    payload = {"party": str(row.party_id), "survey": str(row.id), "product": row.product_code}
    await ctx.emit(f"feedback.{what}", row.id, payload)

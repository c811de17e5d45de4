"""Advice and sales at the demonstration bank: customers assessed at the desk, products sold, warned of and refused.

Told of customers whom the relationship manager looks after and against whom nothing stands.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.core.actor import Actor
from backend.customers.models import Customer, Stage
from backend.demo.cases import Story
from backend.products.selling import matching
from backend.products.selling import service as selling
from backend.products.selling.models import Sale
from backend.products.selling.rules import Allowed
from backend.products.selling.service import Insisted, SaleInput
from backend.products.suitability import queries, service
from backend.products.suitability.models import Assessment
from backend.products.suitability.questionnaire import Kind
from backend.products.suitability.service import AnswersInput

Answers = Mapping[str, Sequence[str]]
_RM: Final = "jana"
_LEAD: Final = "karel"
_ACCOUNT: Final = "current_account"
_LOOKED_AT: Final = 60
_CAUTIOUS: Final[dict[str, Sequence[str]]] = {
    "known_products": ["money_market"],
    "rates_rise": ["falls"],
    "spreading": ["spread_risk"],
    "years": ["under_2"],
    "trades": ["few"],
    "employment": ["employed"],
    "surplus": ["under_10"],
    "reserve": ["under_6"],
    "share": ["quarter"],
    "bearable": ["tenth"],
    "fall": ["sell_some"],
    "objective": ["income"],
    "sustainability": ["considered"],
    "needed": ["under_7"],
    "circumstances": ["none"],
}
_SAFE: Final = _CAUTIOUS | {"bearable": ["nothing"], "objective": ["preserve"], "fall": ["sell_all"]}
_BOLD: Final = _CAUTIOUS | {
    "known_products": ["money_market", "bonds", "equities", "structured"],
    "years": ["over_5"],
    "trades": ["many"],
    "surplus": ["over_30"],
    "reserve": ["over_6"],
    "share": ["tenth"],
    "bearable": ["all"],
    "fall": ["buy"],
    "objective": ["growth"],
    "needed": ["later"],
}
_SOON: Final = _CAUTIOUS | {"objective": ["growth"], "needed": ["within_year"]}
_HELPED: Final = _CAUTIOUS | {"circumstances": ["health"]}
_NEEDS: Final[dict[str, Sequence[str]]] = {
    "wishes": ["death", "home"],
    "household": ["family"],
    "has": ["none"],
    "owns": ["home", "loan"],
    "employment": ["employed"],
    "budget": ["under_8"],
    "years": ["ten"],
    "circumstances": ["none"],
}


async def tell(story: Story, system: Actor) -> None:
    """Once: the demonstration that is started again finds assessments, and leaves them alone."""
    if await story.platform.run(system, lambda ctx: queries.stored(ctx, None, 1)):
        return
    customers = await story.act(_RM, lambda ctx: _free(ctx, len(_TALES)))
    for tale, party_id in zip(_TALES, customers, strict=False):
        await tale(story, party_id)


async def _free(ctx: Context, wanted: int) -> list[UUID]:
    """Active customers of the relationship manager to whom an account may be sold."""
    query = select(Customer.party_id).where(Customer.manager_id == ctx.actor.id, Customer.stage == Stage.ACTIVE)
    rows = (await ctx.session.scalars(query.order_by(col(Customer.number)).limit(_LOOKED_AT))).all()
    asked = await matching.questions(ctx, list(rows), "branch", ctx.now.date())
    free = [party_id for party_id in rows if asked[party_id].answer(_ACCOUNT).allowed is not Allowed.NO]
    return free[:wanted]


async def _suits(story: Story, party_id: UUID) -> None:
    await _assess(story, party_id, _CAUTIOUS)
    await _sell(story, party_id, "balanced_fund", amount=Decimal(80_000), told=True)


async def _insists_and_is_signed(story: Story, party_id: UUID) -> None:
    await _assess(story, party_id, _CAUTIOUS)
    row = await _sell(story, party_id, "equity_fund", amount=Decimal(25_000), told=True, insisted=_insisting())
    await story.decide(_LEAD, lambda ctx: selling.sign(ctx, row.id))


async def _insists_and_waits(story: Story, party_id: UUID) -> None:
    await _assess(story, party_id, _HELPED)
    await _sell(story, party_id, "equity_fund", amount=Decimal(40_000), told=True, insisted=_insisting())


async def _is_refused(story: Story, party_id: UUID) -> None:
    await _assess(story, party_id, _SAFE)
    await _sell(story, party_id, "equity_fund", told=True, insisted=_insisting())


async def _explains(story: Story, party_id: UUID) -> None:
    """Growth within a year: the customer says why, and is held down all the same."""
    said = {"growth_soon_needed": "A flat is bought in the summer; what is left over may then stay for years."}
    await _assess(story, party_id, _SOON, explanations=said)


async def _changes_her_mind(story: Story, party_id: UUID) -> None:
    await _assess(story, party_id, _CAUTIOUS)
    await _assess(story, party_id, _BOLD)
    await _sell(story, party_id, "equity_fund", amount=Decimal(150_000), told=True, insisted=_insisting())


async def _is_insured(story: Story, party_id: UUID) -> None:
    await _assess(story, party_id, _NEEDS, kind=Kind.DEMANDS_AND_NEEDS)
    await _sell(story, party_id, "term_life", amount=Decimal(1_000_000), told=True, insisted=_insisting())


_TALES: Final[Sequence[Callable[[Story, UUID], Awaitable[None]]]] = (
    _suits,
    _insists_and_is_signed,
    _insists_and_waits,
    _is_refused,
    _explains,
    _changes_her_mind,
    _is_insured,
)


def _insisting() -> Insisted:
    return Insisted(version=1, locale="en", words="I have read about it for months and want it all the same.")


async def _assess(
    story: Story,
    party_id: UUID,
    answers: Answers,
    *,
    kind: Kind = Kind.SUITABILITY,
    explanations: Mapping[str, str] | None = None,
) -> Assessment:
    given = AnswersInput(answers=answers, explanations=explanations or {})
    return await story.act(_RM, lambda ctx: service.take(ctx, party_id, kind, given))


async def _sell(
    story: Story,
    party_id: UUID,
    product: str,
    *,
    told: bool = False,
    insisted: Insisted | None = None,
    amount: Decimal | None = None,
) -> Sale:
    currency = None if amount is None else "CZK"
    given = SaleInput(product=product, channel="branch", told=told, insisted=insisted, amount=amount, currency=currency)
    return await story.act(_RM, lambda ctx: selling.sell(ctx, party_id, given))

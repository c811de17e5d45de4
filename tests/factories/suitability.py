"""Customers assessed and products to sell them, made through the services."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from backend.access.context import Context
from backend.products.selling import service as selling
from backend.products.selling.models import Sale
from backend.products.selling.service import Insisted, SaleInput
from backend.products.suitability import service
from backend.products.suitability.models import Assessment
from backend.products.suitability.questionnaire import Kind
from backend.products.suitability.service import AnswersInput
from tests.factories import onboarding as make
from tests.factories import reviews
from tests.factories.catalogue import approved_product

Answers = Mapping[str, Sequence[str]]
EU: Final = "suitability-eu"
CAUTIOUS: Final[dict[str, Sequence[str]]] = {
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
    "sustainability": ["no_wish"],
    "needed": ["under_7"],
    "circumstances": ["none"],
}
"""Grade C3: 47 points."""
SAFE: Final = CAUTIOUS | {"bearable": ["nothing"], "objective": ["preserve"], "fall": ["sell_all"]}
"""Grade C1: no loss is wanted."""
BOLD: Final = CAUTIOUS | {
    "known_products": ["money_market", "bonds", "equities", "structured"],
    "years": ["over_5"],
    "trades": ["many"],
    "surplus": ["over_30"],
    "reserve": ["over_6"],
    "share": ["tenth"],
    "bearable": ["all"],
    "fall": ["buy"],
    "objective": ["speculation"],
    "needed": ["later"],
}
"""Grade C5: every point."""
NEEDS: Final[dict[str, Sequence[str]]] = {
    "wishes": ["death", "home"],
    "household": ["family"],
    "has": ["none"],
    "owns": ["home"],
    "employment": ["employed"],
    "budget": ["under_3"],
    "years": ["ten"],
    "circumstances": ["none"],
}


async def assessed(
    bank: make.Bank, party_id: UUID, answers: Answers = CAUTIOUS, *, kind: Kind = Kind.SUITABILITY, **given: Any
) -> Assessment:
    told = AnswersInput(answers=answers, **given)
    row: Assessment = await bank.run("rm", service.take, party_id, kind, told)
    return row


async def investor(bank: make.Bank, answers: Answers | None = CAUTIOUS, **options: Any) -> UUID:
    """An active customer in the manager's book, assessed unless told otherwise."""
    party_id = await reviews.customer(bank, **options)
    if answers is not None:
        await assessed(bank, party_id, answers)
    return party_id


async def product(bank: make.Bank, code: str, kind: str = "deposit", **given: Any) -> UUID:
    """On sale; the id of its version."""

    async def made(ctx: Context) -> UUID:
        return (await approved_product(ctx, code, date(2020, 1, 1), kind=kind, **given))[0]

    found: UUID = await bank.run("system", made)
    return found


async def fund(bank: make.Bank, code: str = "fund", risk: str = "R2", **given: Any) -> UUID:
    plain = {"risk_grade": risk, "needs_assessment": "suitability", "questionnaire": EU}
    return await product(bank, code, "fund", **{**plain, **given})


async def sold(bank: make.Bank, party_id: UUID, code: str, login: str = "rm", **given: Any) -> Sale:
    said = {"amount": Decimal(5000), "currency": "CZK"} | given
    row: Sale = await bank.run(login, selling.sell, party_id, SaleInput(product=code, channel="branch", **said))
    return row


def insisting(words: str = "I want it all the same.") -> Insisted:
    return Insisted(version=1, locale="en", words=words)

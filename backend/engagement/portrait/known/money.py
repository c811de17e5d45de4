"""What the customer holds, what moves on it, and what models say that it is worth."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from babel.numbers import get_currency_precision

from backend.core.money import Money
from backend.engagement.models import queries as models
from backend.engagement.models.queries import Score
from backend.engagement.models.words import reason_words
from backend.engagement.portrait import queries
from backend.engagement.portrait.known.subject import Subject
from backend.engagement.portrait.sources import Fact

_AMOUNTS: Final = (
    ("holdings", "balance"),
    ("behaviour", "inflow_3m"),
    ("behaviour", "outflow_3m"),
)
_COUNTS: Final = ("movements_3m", "months_inactive")
_TOLD_WHEN_ANY: Final = ("premiums_missed", "claims_12m")
_PURPOSES: Final = ("value", "churn", "activity")


async def holdings(of: Subject) -> Sequence[Fact]:
    if not of.ctx.may("view", "holding", of.access):
        return ()
    return [
        Fact(
            "holdings",
            f"product.{each.code}",
            each.count,
            "holdings",
            each.oldest,
            words=each.names,
            record=("product", each.product_id),
        )
        for each in await queries.held(of.ctx, of.party_id)
    ]


async def figures(of: Subject) -> Sequence[Fact]:
    """Of the portfolio's facts those that say something of this customer."""
    if not of.figures:
        return ()
    amounts = [
        Fact(group, name, of_minor(of.figures[f"{name}_minor"], of.currency), "facts", of.as_of)
        for group, name in _AMOUNTS
    ]
    counts = [
        Fact("behaviour", name, int(of.figures[name]), "facts", of.as_of)
        for name in (*_COUNTS, *_TOLD_WHEN_ANY)
        if (of.figures[name] is not None if name in _COUNTS else of.figures[name])
    ]
    last = of.figures["last_movement_on"]
    moved = () if last is None else (Fact("behaviour", "last_movement", last, "facts", last),)
    paid = of.figures["competitor_paid_3m_minor"]
    away = (Fact("behaviour", "competitor_paid_3m", of_minor(paid, of.currency), "facts", of.as_of),) if paid else ()
    return [*amounts, *counts, *moved, *away]


async def scores(of: Subject) -> Sequence[Fact]:
    found = []
    for purpose in _PURPOSES:
        score = (await models.scores(of.ctx, purpose, [of.party_id])).get(of.party_id)
        if score is not None:
            found.append(_scored(purpose, score, of))
    return found


def of_minor(amount: Any, currency: str) -> Money:
    places = get_currency_precision(currency)
    return Money(Decimal(int(amount)).scaleb(-places), currency)


def _scored(purpose: str, score: Score, of: Subject) -> Fact:
    money, locale = purpose == "value", of.ctx.actor.locale
    value = of_minor(round(score.value), of.currency) if money else Decimal(f"{score.value:.4f}")
    source = f"model:{score.model}:{score.version}"
    reasons = tuple(reason_words(locale, code) for code in score.reasons)
    return Fact("value", purpose, value, source, score.as_of, reasons=reasons, share=not money)

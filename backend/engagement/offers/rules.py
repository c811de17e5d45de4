"""Which offer is next for a customer? Pure: who she is, what there is and how likely she takes it in, a ranking out,
with the reason for each that is made and every reason against each that is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from backend.customers.models import Stage
from backend.engagement.offers.models import Answer, Basis
from backend.engagement.offers.ruleset import OfferRules
from backend.engagement.offers.said import Said
from backend.products.selling.rules import Allowed, Reason
from backend.products.selling.rules import Answer as SellingAnswer
from backend.products.target_market import Place

_WHOLE: Final = Decimal(10_000)
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Chance:
    """That she accepts, with its interval; `reasons` are the score's codes, the strongest first."""

    value: Decimal
    low: Decimal
    high: Decimal
    basis: Basis
    model: str | None = None
    version: int | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One product as she stands towards it; `sell` is what the rules of selling say."""

    code: str
    kind: str
    sell: SellingAnswer
    chance: Chance
    held: bool = False
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """A code with what it is about; words are found by `wording`."""

    code: str
    figures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Customer:
    """`refused`: consents that are missing, by purpose with the reason; `contact`: why she may not be asked now;
    `speaks_for`: what speaks for a talk with her, whatever is offered.
    """

    stage: str | None
    refused: Mapping[str, str] = field(default_factory=dict)
    contact: tuple[str, ...] = ()
    speaks_for: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """`place` counts from 1; `margin` is what an acceptance brings, after costs."""

    place: int
    choice: Choice
    margin: Decimal
    expected: Decimal
    why: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Excluded:
    choice: Choice
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    currency: str
    offers: tuple[Ranked, ...]
    excluded: tuple[Excluded, ...]


def rank(customer: Customer, choices: Sequence[Choice], rules: OfferRules, on: date, currency: str) -> Ranking:
    """By expected value, the code deciding between equals. What speaks against the customer speaks against all."""
    against_her = _about(customer, rules)
    made: list[tuple[Decimal, Decimal, Choice]] = []
    excluded = []
    for choice in choices:
        margin, expected = _value(choice, rules, currency)
        grounds = (*against_her, *_against(choice, rules, on, margin, expected))
        if grounds:
            excluded.append(Excluded(choice, grounds))
        else:
            made.append((expected, margin, choice))
    made.sort(key=lambda each: (-each[0], each[2].code))
    offers = tuple(
        Ranked(
            place, choice, margin, expected, (*_why(choice, margin, expected, currency, rules), *customer.speaks_for)
        )
        for place, (expected, margin, choice) in enumerate(made, start=1)
    )
    return Ranking(currency, offers, tuple(sorted(excluded, key=lambda each: each.choice.code)))


def _value(choice: Choice, rules: OfferRules, currency: str) -> tuple[Decimal, Decimal]:
    """(margin after costs, expected value): chance × margin × (1 − cost share) − what it costs to ask."""
    worth = rules.worth(choice.code, choice.kind)
    if worth is None or currency not in worth.margin:
        return Decimal(), Decimal()
    margin = worth.margin[currency] * (_WHOLE - worth.cost_bp) / _WHOLE
    expected = choice.chance.value * margin - rules.asking.get(currency, Decimal())
    return margin.quantize(_CENT), expected.quantize(_CENT)


def _about(customer: Customer, rules: OfferRules) -> list[Ground]:
    found = []
    if customer.stage not in {Stage(each).value for each in rules.stages}:
        found.append(Ground("stage", {"stage": customer.stage or ""}))
    found += [Ground("consent", {"purpose": purpose, "reason": why}) for purpose, why in customer.refused.items()]
    return found + [Ground("contact", {"reason": reason}) for reason in customer.contact]


def _against(choice: Choice, rules: OfferRules, on: date, margin: Decimal, expected: Decimal) -> list[Ground]:
    found = [_told(reason) for reason in _standing_against(choice.sell, rules)]
    worth = rules.worth(choice.code, choice.kind)
    if worth is None or not margin:
        return [*found, Ground("no_worth")]
    if choice.held and not worth.repeatable:
        found.append(Ground("held"))
    if (until := _silent_until(choice.said, rules)) is not None and choice.said is not None and on < until:
        found.append(Ground(choice.said.answer.value, {"on": choice.said.on.isoformat(), "until": until.isoformat()}))
    if expected <= 0:
        found.append(Ground("not_worth"))
    return found


def _standing_against(answer: SellingAnswer, rules: OfferRules) -> list[Reason]:
    """Every reason of a refusal; of a warning those under which no offer is made."""
    if answer.allowed is Allowed.NO:
        return list(answer.reasons)
    return [reason for reason in answer.reasons if reason.code not in rules.tolerated]


def _told(reason: Reason) -> Ground:
    return Ground("selling", {**reason.figures, "reason": reason.code})


def _silent_until(said: Said | None, rules: OfferRules) -> date | None:
    if said is None:
        return None
    if said.answer is Answer.LATER:
        return said.until
    days = rules.declined_days if said.answer is Answer.DECLINED else rules.accepted_days
    return said.on + timedelta(days=days)


def _why(choice: Choice, margin: Decimal, expected: Decimal, currency: str, rules: OfferRules) -> tuple[Ground, ...]:
    """What carries it: the chance and where it is from, what it brings, that it fits, and that she asked for it."""
    chance = choice.chance
    share = {"chance": _percent(chance.value), "low": _percent(chance.low), "high": _percent(chance.high)}
    named = share if chance.model is None else share | {"model": chance.model, "version": str(chance.version)}
    found = [Ground(chance.basis.value, named)]
    found += [Ground("score", {"reason": reason}) for reason in chance.reasons[:3]]
    found.append(Ground("worth", {"margin": str(margin), "expected": str(expected), "currency": currency}))
    if choice.sell.market.place is Place.INSIDE:
        found.append(Ground("market"))
    if choice.held:
        found.append(Ground("again"))
    if choice.said is not None and choice.said.answer is Answer.LATER:
        found.append(Ground("asked_for", {"on": choice.said.on.isoformat()}))
    found += [_told(each) for each in choice.sell.reasons if each.code in rules.tolerated]
    return tuple(found)


def _percent(share: Decimal) -> str:
    return f"{share * 100:.1f}"

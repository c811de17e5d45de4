"""Which offer is next for a customer? Pure: who she is, what there is and how likely she takes it in, a ranking out,
with the reason for each that is made and every reason against each that is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from backend.customers.models import Stage
from backend.engagement.offers.choice import Choice, Customer, Ground, Value
from backend.engagement.offers.models import Answer
from backend.engagement.offers.ruleset import OfferRules
from backend.engagement.offers.said import Said
from backend.engagement.offers.why import told, why
from backend.engagement.offers.worth import margin
from backend.products.selling.rules import Allowed, Reason
from backend.products.selling.rules import Answer as SellingAnswer

_WHOLE: Final = Decimal(10_000)
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Ranked:
    """`place` counts from 1; `explored`: it stands there so that something is learned."""

    place: int
    choice: Choice
    value: Value
    why: tuple[Ground, ...]
    explored: bool = False

    @property
    def margin(self) -> Decimal:
        return self.value.margin

    @property
    def expected(self) -> Decimal:
        return self.value.expected


@dataclass(frozen=True, slots=True)
class Excluded:
    choice: Choice
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """`group`: the customers whom she is like, as the rule-set of the day draws the bounds."""

    currency: str
    offers: tuple[Ranked, ...]
    excluded: tuple[Excluded, ...]
    group: str | None = None


def rank(customer: Customer, choices: Sequence[Choice], rules: OfferRules, on: date, currency: str) -> Ranking:
    """By the value that the rule-set orders by, the code deciding between equals. What speaks against the customer
    speaks against all.
    """
    against_her = _about(customer, rules)
    made: list[tuple[Value, Choice]] = []
    excluded = []
    for choice in choices:
        value = _value(choice, customer, rules, currency)
        grounds = (*against_her, *_against(choice, rules, on, value))
        if grounds or value is None:
            excluded.append(Excluded(choice, grounds))
        else:
            made.append((value, choice))
    made.sort(key=lambda each: (-each[0].weighed, each[1].code))
    offers = tuple(
        _placed(place, choice, value, customer, rules, currency) for place, (value, choice) in enumerate(made, start=1)
    )
    return Ranking(currency, offers, tuple(sorted(excluded, key=lambda each: each.choice.code)), customer.group)


def _placed(place: int, choice: Choice, value: Value, customer: Customer, rules: OfferRules, currency: str) -> Ranked:
    grounds = why(choice, value, currency, rules, explored=customer.explored)
    return Ranked(place, choice, value, (*grounds, *customer.speaks_for), customer.explored)


def _value(choice: Choice, customer: Customer, rules: OfferRules, currency: str) -> Value | None:
    """chance × margin × (1 − cost share) − what it costs to ask; None where the rule-set names no margin."""
    worth = rules.worth(choice.code, choice.kind)
    if worth is None or currency not in worth.margin:
        return None
    gross = margin(worth.margin[currency], worth.by, customer.amounts, currency)
    net, asking = gross.amount * (_WHOLE - worth.cost_bp) / _WHOLE, rules.asking.get(currency, Decimal())
    chance = choice.chance
    bound = chance.upper if customer.explored else chance.lower
    weighed = chance.value if rules.ranked_by is None or bound is None else bound
    expected, ordered = (share * net - asking for share in (chance.value, weighed))
    return Value(net.quantize(_CENT), expected.quantize(_CENT), ordered.quantize(_CENT), gross)


def _about(customer: Customer, rules: OfferRules) -> list[Ground]:
    found = []
    if customer.stage not in {Stage(each).value for each in rules.stages}:
        found.append(Ground("stage", {"stage": customer.stage or ""}))
    found += [Ground("consent", {"purpose": purpose, "reason": why}) for purpose, why in customer.refused.items()]
    return found + [Ground("contact", {"reason": reason}) for reason in customer.contact]


def _against(choice: Choice, rules: OfferRules, on: date, value: Value | None) -> list[Ground]:
    found = [told(reason) for reason in _standing_against(choice.sell, rules)]
    worth = rules.worth(choice.code, choice.kind)
    if worth is None or value is None:
        return [*found, Ground("no_worth")]
    if choice.held and not worth.repeatable:
        found.append(Ground("held"))
    if (until := _silent_until(choice.said, rules)) is not None and choice.said is not None and on < until:
        found.append(Ground(choice.said.answer.value, {"on": choice.said.on.isoformat(), "until": until.isoformat()}))
    if value.expected <= 0:
        found.append(Ground("not_worth"))
    return found


def _standing_against(answer: SellingAnswer, rules: OfferRules) -> list[Reason]:
    """Every reason of a refusal; of a warning those under which no offer is made."""
    if answer.allowed is Allowed.NO:
        return list(answer.reasons)
    return [reason for reason in answer.reasons if reason.code not in rules.tolerated]


def _silent_until(said: Said | None, rules: OfferRules) -> date | None:
    if said is None:
        return None
    if said.answer is Answer.LATER:
        return said.until
    days = rules.declined_days if said.answer is Answer.DECLINED else rules.accepted_days
    return said.on + timedelta(days=days)

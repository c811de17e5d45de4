"""May this be sold to this customer? Pure: who she is and what is offered in, an answer with its reasons out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from backend.products.models import ProductState
from backend.products.selling.ruleset import RISKS, Effect, Finding, SellingRules
from backend.products.target_market import Market, Place, Verdict


class Allowed(StrEnum):
    YES = "yes"
    WARN = "warn"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that stands against selling, from outside the products: which of `bars` in the rule-set it is.

    `products` are codes or kinds that it holds for; empty means everything.
    """

    code: str
    products: frozenset[str] = frozenset()

    def holds(self, offer: "Offered") -> bool:
        return not self.products or offer.code in self.products or offer.kind in self.products


@dataclass(frozen=True, slots=True)
class Standing:
    """An assessment that is in force, or was."""

    id: UUID
    grade: str | None
    valid_until: date


@dataclass(frozen=True, slots=True)
class Client:
    """What selling knows of a customer: `assessments` by questionnaire, `facts` as target markets name them."""

    assessments: Mapping[str, Standing] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    vulnerable: bool = False
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """One version of a product as matching needs it.

    `needs` is the kind of assessment and `questionnaire` which one it is; both are None where none is needed.
    """

    code: str
    kind: str
    state: str
    channels: frozenset[str]
    risk: str | None
    needs: str | None
    questionnaire: str | None
    horizon_months: int | None
    noted_for_vulnerable: bool
    market: Market


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    effect: Effect
    figures: Mapping[str, str]
    insistence: bool = False
    signature: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "effect": self.effect.value, "figures": dict(self.figures)}


@dataclass(frozen=True, slots=True)
class Answer:
    """`market` is inside, outside or unknown, `conditions` the ids of the target market's conditions that were not met.

    `standing` is the assessment that a sale would rest on.
    """

    allowed: Allowed
    reasons: tuple[Reason, ...]
    market: Verdict
    standing: Standing | None = None

    @property
    def insistence(self) -> bool:
        return any(reason.insistence for reason in self.reasons)

    @property
    def signature(self) -> bool:
        return any(reason.signature for reason in self.reasons)

    @property
    def conditions(self) -> list[str]:
        return [ground.condition for ground in self.market.reasons]


_NOWHERE: Final = Verdict(Place.UNKNOWN)
_ON_SALE: Final = ProductState.ON_SALE.value
_UNDER_REVIEW: Final = ProductState.UNDER_REVIEW.value


def not_offered(code: str, rules: SellingRules) -> Answer:
    """For a product without a version for the day."""
    return Answer(Allowed.NO, (_reason("product.not_offered", rules, product=code),), _NOWHERE)


def decide(client: Client, offer: Offered, channel: str, on: date, rules: SellingRules) -> Answer:
    """Everything that speaks against it, not only the first: one who mends a reason learns of all at once."""
    found: list[Reason] = []
    _the_offer(offer, channel, rules, found)
    named = {"product": offer.code}
    found += (_made(bar.code, rules.bars.get(bar.code), named) for bar in client.bars if bar.holds(offer))
    standing = None if offer.questionnaire is None else client.assessments.get(offer.questionnaire)
    if offer.questionnaire is not None:
        _assessed(client, offer, standing, on, rules, found)
    verdict = offer.market.verdict(client.facts)
    if verdict.place is not Place.INSIDE:
        name = "market.outside" if verdict.place is Place.OUTSIDE else "market.unknown"
        conditions = ", ".join(ground.condition for ground in verdict.reasons)
        found.append(_reason(name, rules, product=offer.code, conditions=conditions))
    if client.vulnerable:
        _careful(offer, rules, found)
    return Answer(_allowed(found), tuple(found), verdict, standing)


def _allowed(reasons: Sequence[Reason]) -> Allowed:
    if any(reason.effect is Effect.REFUSE for reason in reasons):
        return Allowed.NO
    return Allowed.WARN if reasons else Allowed.YES


def _the_offer(offer: Offered, channel: str, rules: SellingRules, found: list[Reason]) -> None:
    if offer.state == _UNDER_REVIEW:
        found.append(_reason("product.under_review", rules, product=offer.code))
    elif offer.state != _ON_SALE:
        found.append(_reason("product.not_on_sale", rules, product=offer.code, state=offer.state))
    if channel not in offer.channels:
        open_ = ", ".join(sorted(offer.channels))
        found.append(_reason("channel.closed", rules, product=offer.code, channel=channel, channels=open_))


def _assessed(
    client: Client, offer: Offered, standing: Standing | None, on: date, rules: SellingRules, found: list[Reason]
) -> None:
    """Without an assessment that is valid nothing can be matched."""
    if standing is None:
        found.append(_reason("assessment.missing", rules, product=offer.code))
        return
    if standing.valid_until < on:
        until = standing.valid_until.isoformat()
        found.append(_reason("assessment.expired", rules, product=offer.code, until=until))
        return
    if offer.risk is not None:
        _graded(standing.grade, offer, offer.risk, rules, found)
        _levels(client, offer, rules, found)
    horizon = client.facts.get("horizon_months")
    if offer.horizon_months is not None and isinstance(horizon, int) and horizon < offer.horizon_months:
        found.append(
            _reason("horizon.short", rules, product=offer.code, asked=str(offer.horizon_months), has=str(horizon))
        )


def _careful(offer: Offered, rules: SellingRules, found: list[Reason]) -> None:
    """A risky product is looked at twice; notes for vulnerable customers are to be heeded."""
    if offer.risk in rules.vulnerable_risks:
        found.append(_reason("customer.vulnerable", rules, product=offer.code))
    if offer.noted_for_vulnerable:
        found.append(_reason("customer.noted", rules, product=offer.code))


def _graded(grade: str | None, offer: Offered, risk: str, rules: SellingRules, found: list[Reason]) -> None:
    """Without a grade nothing suits."""
    suits = rules.suits.get(grade, frozenset())  # type: ignore[call-overload]
    if risk in suits:
        return
    name = "grade.lowest" if grade is None or grade in rules.no_override else "grade.exceeded"
    told = ", ".join(each for each in RISKS if each in suits)
    found.append(_reason(name, rules, product=offer.code, risk=risk, grade=grade or "", suits=told))


def _levels(client: Client, offer: Offered, rules: SellingRules, found: list[Reason]) -> None:
    """A level that is not known is the lowest one."""
    for name, needed, fact in (
        ("knowledge.low", rules.knowledge, "knowledge"),
        ("capacity.low", rules.capacity, "capacity_for_loss"),
    ):
        asked, has = needed.rank(offer.risk, offer.kind), client.facts.get(fact)
        rank = needed.levels.index(has) if has in needed.levels else 0
        if rank < asked:
            has_words, asked_words = needed.levels[rank], needed.levels[asked]
            found.append(_reason(name, rules, product=offer.code, asked=asked_words, has=has_words))


def _reason(name: str, rules: SellingRules, **figures: str) -> Reason:
    return _made(name, rules.findings[name], figures)


def _made(code: str, finding: Finding | None, figures: Mapping[str, str]) -> Reason:
    """A bar that the rule-set does not name refuses: nothing is let through for want of a rule."""
    if finding is None:
        return Reason(code, Effect.REFUSE, figures)
    return Reason(code, finding.effect, figures, finding.insistence, finding.signature)

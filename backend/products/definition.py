"""What a product is: names, terms, prices, channels, documents, risk grade and for whom it is meant; known by its hash.

A definition is data: it reads the same from YAML, from JSON of the database and from a form, and two definitions that
say the same have the same SHA-256 (RFC 8785 canonical JSON of the values as JSON has them; amounts are strings).
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PlainSerializer, StringConstraints, model_validator

from backend.audit.formats.canonical import encode
from backend.core.rulesets import Part
from backend.products.target_market import Bilingual, TargetMarket


class ProductKind(StrEnum):
    DEPOSIT = "deposit"
    PAYMENT = "payment"
    CARD = "card"
    LOAN = "loan"
    MORTGAGE = "mortgage"
    FUND = "fund"
    STRUCTURED = "structured"
    LIFE = "life"
    HEALTH = "health"
    MOTOR = "motor"
    PROPERTY = "property"


class Channel(StrEnum):
    BRANCH = "branch"
    TELEPHONE = "telephone"
    WEB = "web"
    APP = "app"
    PARTNER = "partner"
    MAIL = "mail"


class FeeBasis(StrEnum):
    """When a fee falls due; the value of OF_AMOUNT is a percentage, of the others an amount of the currency."""

    ONCE = "once"
    MONTHLY = "monthly"
    YEARLY = "yearly"
    PER_USE = "per_use"
    OF_AMOUNT = "of_amount"
    OF_AMOUNT_YEARLY = "of_amount_yearly"


class RateBasis(StrEnum):
    """Of what a rate is a percentage, a year."""

    CREDIT = "credit"
    DEBIT = "debit"
    BONUS = "bonus"
    PREMIUM = "premium"


Language = Literal["en", "zh"]
RiskGrade = Literal["R1", "R2", "R3", "R4", "R5"]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError("an amount is a number")
    return value


Amount = Annotated[
    Decimal, AfterValidator(_finite), PlainSerializer(lambda value: format(value, "f"), when_used="json")
]
STANDARD = "standard"


class Term(Part):
    """One point of the contract's terms: notice period, cover, waiting time, term of years."""

    code: Code
    name: Bilingual
    says: Bilingual


class Tier(Part):
    """A step of prices; with `at_least` it is found by amount, otherwise by name (a package, a customer group)."""

    code: Code
    name: Bilingual
    at_least: Amount | None = None


class Price(Part):
    """What is charged or paid in one tier over a period; both days belong to it."""

    tier: Code = STANDARD
    valid_from: date
    valid_to: date | None = None
    value: Amount

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class _Priced(Part):
    code: Code
    name: Bilingual
    prices: tuple[Price, ...]

    @model_validator(mode="after")
    def _one_price_a_day(self) -> Self:
        ordered = sorted(self.prices, key=lambda price: (price.tier, price.valid_from))
        for first, second in pairwise(ordered):
            if first.tier == second.tier and first.covers(second.valid_from):
                raise ValueError(f"{self.code}: two prices of the tier “{first.tier}” hold on {second.valid_from}")
        return self

    def on(self, tier: str, day: date) -> Decimal | None:
        return next((price.value for price in self.prices if price.tier == tier and price.covers(day)), None)


class Fee(_Priced):
    basis: FeeBasis


class Rate(_Priced):
    """Values are percent a year."""

    basis: RateBasis


class CustomerDocument(Part):
    """A document that the customer is given before the contract; `sha256` is the hash of its content."""

    kind: Code = "key_facts"
    name: str
    language: Language
    sha256: Sha256


class Links(Part):
    """Codes of other products: sold together as one, and offered beside it."""

    bundle: tuple[Code, ...] = ()
    cross_sell: tuple[Code, ...] = ()


class ProductDefinition(Part):
    """`risk_grade` is None where nothing is invested; `needs_assessment` then may still be demands and needs."""

    kind: ProductKind
    names: Bilingual
    summary: Bilingual
    terms: tuple[Term, ...] = ()
    currency: Currency
    tiers: tuple[Tier, ...] = ()
    fees: tuple[Fee, ...] = ()
    rates: tuple[Rate, ...] = ()
    channels: Annotated[frozenset[Channel], PlainSerializer(sorted, when_used="json")]
    documents: tuple[CustomerDocument, ...] = ()
    risk_grade: RiskGrade | None = None
    needs_assessment: Literal["suitability", "demands_and_needs"] | None = None
    questionnaire: Code | None = None
    target_market: TargetMarket = Field(default_factory=TargetMarket)
    horizon_months: Annotated[int, Field(ge=0, le=1200)] | None = None
    vulnerable_notes: Bilingual | None = None
    links: Links = Field(default_factory=Links)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        _once("term", (term.code for term in self.terms))
        _once("tier", (tier.code for tier in self.tiers))
        _once("price", (priced.code for priced in (*self.fees, *self.rates)))
        _once("document", (f"{each.kind} ({each.language})" for each in self.documents))
        return self

    @model_validator(mode="after")
    def _tiers_known(self) -> Self:
        known = {STANDARD, *(tier.code for tier in self.tiers)}
        used = {price.tier for priced in (*self.fees, *self.rates) for price in priced.prices}
        if unknown := sorted(used - known):
            raise ValueError(f"prices of tiers that are not declared: {', '.join(unknown)}")
        return self

    @model_validator(mode="after")
    def _assessed(self) -> Self:
        if self.risk_grade is not None and self.needs_assessment != "suitability":
            raise ValueError("a product with a risk grade needs the assessment “suitability”")
        if (self.needs_assessment is None) != (self.questionnaire is None):
            raise ValueError("an assessment needs a questionnaire, and a questionnaire an assessment")
        return self

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(encode(self.as_json())).hexdigest()

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")

    def tier_of(self, amount: Decimal) -> str:
        """The highest tier that begins at or below the amount; the standard one below all of them."""
        reached = [tier for tier in self.tiers if tier.at_least is not None and tier.at_least <= amount]
        return max(reached, key=lambda tier: tier.at_least or Decimal()).code if reached else STANDARD

    def fee_on(self, code: str, tier: str, day: date) -> Decimal | None:
        return next((fee.on(tier, day) for fee in self.fees if fee.code == code), None)

    def rate_on(self, tier: str, day: date, code: str | None = None) -> Decimal | None:
        """Percent a year; without a code the first rate of the definition, its principal one."""
        return next((rate.on(tier, day) for rate in self.rates if code in (None, rate.code)), None)


def _once(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"the {what} “{name}” is there twice")
        seen.add(name)

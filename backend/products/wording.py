"""Words of the catalogue: message ids in English, translated where they are shown."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from backend.core.i18n import translate
from backend.products.attributes import Attribute, AttributeRules
from backend.products.definition import Fee, FeeBasis, Price, Rate
from backend.products.target_market import Condition

KINDS: Final[Mapping[str, str]] = {
    "deposit": "Deposit",
    "payment": "Payment service",
    "card": "Payment card",
    "loan": "Consumer loan",
    "mortgage": "Mortgage loan",
    "fund": "Investment fund",
    "structured": "Structured product",
    "life": "Life insurance",
    "health": "Health insurance",
    "motor": "Motor insurance",
    "property": "Property insurance",
}
STATES: Final[Mapping[str, str]] = {
    "concept": "Concept",
    "design": "Design",
    "target_market": "Target market",
    "testing": "Testing",
    "approval": "For approval",
    "on_sale": "On sale",
    "under_review": "Under review",
    "remediation": "Remediation",
    "withdrawn": "Withdrawn from sale",
    "run_off": "Run-off",
    "retired": "Retired",
    "approved": "Approved version",
    "abandoned": "Given up",
}
RISKS: Final[Mapping[str, str]] = {"low": "Low risk", "medium": "Medium risk", "high": "High risk"}
CHANNELS: Final[Mapping[str, str]] = {
    "branch": "Branch",
    "telephone": "Telephone",
    "web": "Website",
    "app": "Mobile app",
    "partner": "Partner",
    "mail": "Post",
}
FEE_BASES: Final[Mapping[FeeBasis, str]] = {
    FeeBasis.ONCE: "{value} {currency} once",
    FeeBasis.MONTHLY: "{value} {currency} a month",
    FeeBasis.YEARLY: "{value} {currency} a year",
    FeeBasis.PER_USE: "{value} {currency} each time",
    FeeBasis.OF_AMOUNT: "{value} % of the amount",
    FeeBasis.OF_AMOUNT_YEARLY: "{value} % of the amount a year",
}
RATE: Final = "{value} % a year"
ASSESSMENTS: Final[Mapping[str, str]] = {
    "suitability": "Suitability",
    "demands_and_needs": "Demands and needs",
}
_OPS: Final[Mapping[str, str]] = {
    "at_least": "{fact}: at least {value}",
    "at_most": "{fact}: at most {value}",
    "is": "{fact}: {value}",
    "in": "{fact}: one of {value}",
    "not_in": "{fact}: none of {value}",
}


def said(words: Mapping[str, str], code: str, locale: str) -> str:
    return translate(locale, words.get(code, code))


def price(priced: Fee | Rate, one: Price, currency: str, locale: str) -> str:
    """`9.90 CZK a month`; figures as they stand in the definition."""
    pattern = FEE_BASES[priced.basis] if isinstance(priced, Fee) else RATE
    return translate(locale, pattern, value=figure(one.value), currency=currency)


def figure(value: Decimal) -> str:
    return format(value, "f")


def period(first: date, last: date | None, locale: str) -> str:
    if last is None:
        return translate(locale, "from {day}", day=first.isoformat())
    return translate(locale, "from {day} to {last}", day=first.isoformat(), last=last.isoformat())


def condition(one: Condition, rules: AttributeRules, locale: str) -> str:
    """One condition of a target market as a sentence; a fact that the list no longer has is named by its code."""
    attribute = rules.attributes.get(one.fact)
    values = one.value if isinstance(one.value, tuple) else (one.value,)
    shown = ("、" if locale.startswith("zh") else ", ").join(_value(value, attribute, locale) for value in values)
    unit = "" if attribute is None or attribute.unit is None else f" {attribute.unit.text(locale)}"
    fact = one.fact if attribute is None else attribute.wording.text(locale)
    return translate(locale, _OPS[one.op], fact=fact, value=shown + unit)


def _value(value: object, attribute: Attribute | None, locale: str) -> str:
    if isinstance(value, bool):
        return translate(locale, "yes" if value else "no")
    return str(value) if attribute is None else attribute.words(value, locale)

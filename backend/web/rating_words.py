"""What the codes and units of the delivered rating rule-sets are called, and how the value of a fact is written.

A rule-set that an institution wrote itself may have others; they are shown as it wrote them.
"""

from collections.abc import Mapping
from typing import Any, Final

from backend.core.i18n import translate
from backend.web.formats import country

RATING_LABELS: Final[dict[str, dict[str, str]]] = {
    "rating_code": {
        "absent": "No",
        "present": "Yes",
        "none": "None",
        "other": "Other",
        "person": "Person",
        "listed_company": "Listed company",
        "company": "Company",
        "partnership": "Partnership",
        "foundation": "Foundation",
        "trust": "Trust",
        "association": "Association",
        "public_body": "Public body",
        "published": "Published",
        "partly": "In part",
        "closed": "Not public",
        "former": "Held a public office",
        "associate": "Close to an office holder",
        "current": "Holds a public office",
        "domestic": "Domestic office",
        "foreign": "Foreign office",
        "foreign_associate": "Close to a foreign office holder",
        "international_organisation": "Office in an international organisation",
        "unconfirmed": "Unconfirmed",
        "confirmed": "Confirmed",
        "corroborated": "Proven",
        "plausible": "Plausible",
        "unexplained": "Unexplained",
        "watch": "Waits for a decision, or on a watch list",
        "sanctions": "On a sanctions list",
        "savings": "Savings",
        "current_account": "Current account",
        "consumer_credit": "Consumer credit",
        "mortgage": "Mortgage",
        "cards": "Cards",
        "securities": "Securities account",
        "trade_finance": "Trade finance",
        "private_banking": "Private banking",
        "correspondent_banking": "Correspondent banking",
        "crypto_assets": "Crypto-assets",
        "term_life": "Term life insurance",
        "whole_life": "Whole life insurance",
        "universal_life": "Universal life insurance",
        "unit_linked": "Unit-linked insurance",
        "endowment": "Endowment insurance",
        "annuity": "Annuity",
        "health": "Health insurance",
        "accident": "Accident insurance",
        "motor": "Motor insurance",
        "home": "Home insurance",
        "group": "Group insurance",
        "branch": "Branch",
        "video": "Video call",
        "app": "Mobile app",
        "online": "Online",
        "partner": "Partner",
        "agent": "Agent",
        "tied_agent": "Tied agent",
        "bank": "Bank",
        "broker": "Broker",
        "intermediary": "Intermediary",
        "migration": "Migration",
        "unregulated": "Not supervised",
        "face_to_face": "Face to face",
        "electronic_high": "Electronic, high assurance",
        "electronic_substantial": "Electronic, substantial assurance",
        "remote_document": "Document seen remotely",
        "third_party": "By a third party",
        "licence_verified": "Licence verified at the register",
        "licence_presented": "Licence presented",
        "foreign_register": "Foreign register",
        "identity_card": "Identity card",
        "residence_permit": "Residence permit",
        "passport": "Passport",
        "temporary": "Temporary document",
        "ordinary": "Ordinary",
        "elevated": "Elevated",
        "severe": "Severe",
        "same_city": "Same city",
        "same_province": "Same province",
        "other_province": "Another province",
        "unreachable": "Not reachable",
        "nobody": "Nobody",
        "relative": "Relative",
        "employee": "Employee",
        "professional": "Professional",
        "public_servant": "Public servant",
        "retired": "Retired",
        "student": "Student",
        "homemaker": "Homemaker",
        "self_employed": "Self-employed",
        "unemployed": "Unemployed",
        "cash_trade": "Trade in cash",
        "art_and_auction": "Art and auctions",
        "money_changer": "Money changer",
        "gambling": "Gambling",
        "policyholder": "Policyholder",
        "family": "Family",
        "employer": "Employer",
        "legal_heirs": "Legal heirs",
        "unrelated": "Unrelated person",
        "beneficiary": "Beneficiary",
        "direct_debit": "Direct debit",
        "transfer": "Transfer",
        "card": "Card",
        "cheque": "Cheque",
        "cash": "Cash",
        "structuring": "Cash deposits just below the threshold",
        "reactivation": "Woke up after a long sleep",
        "pass_through": "Money left as soon as it came",
    },
}
_UNITS: Final = (
    "alerts",
    "basis points of transactions",
    "basis points of turnover",
    "changes",
    "euro",
    "layers between customer and beneficial owner",
    "months",
    "overpayments with refund",
    "per cent of premiums paid that surrender returns now",
    "per cent of the expected turnover",
    "per cent of yearly income",
    "reports",
    "surrenders or cancellations in the cooling-off period",
    "transactions",
    "years",
    "yuan",
)
# A rule-set names the unit in words, so the words are their own code.
RATING_LABELS["rating_unit"] = {unit: unit for unit in _UNITS}
_COUNTRY: Final = 2


def unit(locale: str, words: str) -> str:
    return translate(locale, words)


def fact_value(locale: str, facts: Mapping[str, Mapping[str, Any]], name: str, value: str) -> str:
    """`facts` of the rule-set by name; several values of one fact stand between bars."""
    fact = facts.get(name)
    if fact is not None and fact["kind"] == "number":
        return f"{value} ({unit(locale, fact['unit'])})" if fact["unit"] else value
    return ", ".join(_one(locale, fact, part) for part in value.split("|"))


def _one(locale: str, fact: Mapping[str, Any] | None, value: str) -> str:
    if fact is not None and fact["kind"] == "table":
        return country(locale, value) if len(value) == _COUNTRY and value.isalpha() else value
    known = RATING_LABELS["rating_code"].get(value.lower())
    return value.replace("_", " ") if known is None else translate(locale, known)

"""What screening says, for readers of every language: codes, and the sentences in which comparisons explain themselves.

The matching speaks English, for its sentences are kept with the decisions that rest on them. A sentence that is known
here is shown in the reader's language; another stays as it is.
"""

import re
from functools import cache
from typing import Final

from backend.core.i18n import translate

SCREENING_LABELS: Final[dict[str, dict[str, str]]] = {
    "alert_state": {
        "open": "Open",
        "in_review": "In review",
        "escalated": "Waits for a second person",
        "true_match": "True match",
        "false_positive": "False positive",
        "inconclusive": "Inconclusive",
        "obsolete": "Obsolete",
    },
    "severity": {"critical": "Critical", "high": "High", "medium": "Medium", "low": "Low"},
    "list_kind": {
        "sanctions": "Sanctions",
        "pep": "Politically exposed persons",
        "internal": "Internal list",
        "other": "Other list",
    },
    "alert_cause": {
        "onboarding": "Onboarding",
        "party_changed": "The customer's data changed",
        "list_version": "A new version of the list",
        "lists_changed": "The lists changed",
        "rescan": "Everybody was screened anew",
        "request": "Somebody asked for it",
        "customer_changed": "Reopened: the customer's data changed",
        "entry_changed": "Reopened: the entry changed",
        "expired": "Reopened: the decision was no longer remembered",
        "found_again": "Found again",
        "by_hand": "Reopened by a person",
        "entry_removed": "The entry left its list",
        "no_longer_alike": "The two no longer look alike",
        "customers_merged": "Reopened: two records of the customer were merged",
        "went_into_another": "The record was merged into another",
    },
    "comparison": {
        "base": "Two equal names",
        "spelling": "Spelling",
        "contradiction": "Contradicting words",
        "completeness": "Missing words",
        "surplus": "Further words",
        "information": "Rarity of the words",
        "namesake": "Namesakes",
        "own_name": "First name",
        "order": "Order of the words",
        "numbers": "Numbers",
        "legal_form": "Legal form",
        "independence": "Independent words",
        "folding": "Way of writing",
        "quality": "Quality of the alias",
        "initials": "Initials",
        "birth_date": "Date of birth",
        "country": "Country",
        "gender": "Gender",
        "identifier": "Identifier",
    },
    "comparison_outcome": {"agreed": "agrees", "disagreed": "differs", "absent": "nothing to compare"},
    "entity_kind": {
        "person": "Person",
        "organisation": "Organisation",
        "vessel": "Vessel",
        "aircraft": "Aircraft",
        "unknown": "Kind unknown",
    },
    "entry_name": {
        "primary": "Primary name",
        "alias": "Alias",
        "weak": "Weak alias",
        "original_script": "Original script",
    },
    "version_state": {
        "in_force": "In force",
        "superseded": "Superseded",
        "waiting": "Waits for a second person",
        "refused": "Refused",
        "dismissed": "Dismissed",
    },
    "run_kind": {"difference": "What the lists changed", "portfolio": "Everybody"},
    "screening_status": {"not_screened": "Not screened yet", "pending": "Pending", "cleared": "Cleared"},
    "entry_field": {
        "names": "Names",
        "kind": "Kind",
        "birth_dates": "Dates of birth",
        "birth_places": "Places of birth",
        "countries": "Countries",
        "genders": "Gender",
        "identifiers": "Identifiers",
        "addresses": "Addresses",
        "programmes": "Programmes",
        "remarks": "Remarks",
    },
    "said": {
        "spelling_doubt": "spelled differently: {pairs}",
        "spelling": "spelled alike: {pairs}",
        "nothing": "no word in common",
        "no_contradiction": "no word contradicts another",
        "missing": "not in the customer's name: {words}",
        "complete": "all words are there",
        "surplus": "not in the entry's name: {words}",
        "no_surplus": "no further words",
        "information": "agreeing words carry {found} of {all} bits",
        "no_order": "order of names not known",
        "lost": "first name not found: {words}",
        "kept": "the first name of each is in the other",
        "initials": "by initial only: {pairs}",
        "open": "{share} % of the names open",
        "other_order": "another order",
        "in_order": "in order",
        "independent": "{count} independent words agree by sound",
        "by_words": "agrees by words",
        "folded": "agrees by {how}",
        "weak": "a weak alias",
        "strong": "a name the publisher stands by",
        "no_birth_date": "no birth date on one side",
        "years_near": "years near: {left} against {right}",
        "no_country": "no country on one side",
        "no_gender": "no gender on one side",
        "equal": "equal {kinds}",
        "no_identifier": "no identifier in common",
        "against": "{left} against {right}",
    },
}
# Genders are kept as codes in the sentences, whole or on either side of “against”.
_CODES: Final = {"male": "Male", "female": "Female"}
_SIDES: Final = frozenset({"left", "right"})


def spoken(locale: str, words: str | None) -> str:
    """A sentence of the matching in the reader's language."""
    if not words:
        return ""
    for sentence, pattern in _patterns():
        found = pattern.fullmatch(words)
        if found:
            parts = found.groupdict()
            named = {name: _named(locale, said) if name in _SIDES else said for name, said in parts.items()}
            return translate(locale, sentence, **named)
    return _named(locale, words)


def _named(locale: str, said: str) -> str:
    """A code in words; of several, each."""
    parts = said.split(", ")
    return ", ".join(translate(locale, _CODES[part]) if part in _CODES else part for part in parts)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((sentence, _pattern(sentence)) for sentence in SCREENING_LABELS["said"].values())


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", sentence)
    written = (f"(?P<{part}>.*)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return re.compile("".join(written), re.DOTALL)

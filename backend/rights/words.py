"""What is held about a person in words that a person reads: tables, columns, codes, instants; in both languages."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import orjson

from backend.core.i18n import translate

_INSTANT: Final = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?\+00:00$")
_SILENT: Final = ("_id", "_by", "id", "ruleset", "_sha256")
_CODE: Final = re.compile(r"[a-z]+(?:_[a-z0-9]+)*\Z")
_HEADINGS: Final[Mapping[str, str]] = {"code": "Called in our rules"}
"""Columns whose own name says something else to a reader."""
TITLES: Final[Mapping[str, str]] = {
    "party": "Master data",
    "party_name": "Names",
    "party_identifier": "Identifiers",
    "party_address": "Addresses",
    "party_contact": "Contacts",
    "party_country": "Countries",
    "party_relationship": "Relationships",
    "ownership_stake": "Stakes and control",
    "customer": "Business relationship",
    "document": "Documents",
    "account": "Accounts",
    "account_holder": "Rights on accounts",
    "card": "Cards",
    "loan": "Loans",
    "standing_order": "Standing orders",
    "movement": "Movements",
    "onboarding_case": "Onboarding cases",
    "case_requirement": "Requirements of cases",
    "case_check": "Checks of cases",
    "case_approval": "Signatures of cases",
    "case_condition": "Conditions of cases",
    "information_request": "Requests for information",
    "consent_event": "Consents",
    "processing_limit": "Restrictions and objections",
    "privacy_request": "Requests of data subjects",
    "legal_hold": "Legal holds",
    "work_item": "Work about you",
    "merge_case": "Possible duplicates",
    "assessment": "Assessments of suitability and needs",
    "assistant_conversation": "Conversations with the assistant",
    "assistant_turn": "What was asked and answered",
    "complaint": "Complaints",
    "complaint_letter": "Letters about complaints",
    "complaint_letter_content": "Letters as they were sent",
    "complaint_step": "Course of complaints",
    "complaint_redress": "Redress",
    "holding": "Contracts and holdings",
    "premium": "Premiums",
    "claim": "Claims",
    "sale": "Sales",
    "erasure": "Erasures",
    "retention_due": "Ended periods of retention",
    "contact_address": "Addresses for messages",
    "contact_bar": "Bars of messages",
    "interaction": "Messages and contacts",
    "life_event": "Events in your life",
    "loyalty_member": "Loyalty programme",
    "loyalty_care": "Care plans",
    "loyalty_care_step": "Steps of care plans",
    "loyalty_balance": "Points: balances",
    "loyalty_lot": "Points earned",
    "loyalty_posting": "Points: postings",
    "loyalty_line": "Points: lines of postings",
    "playbook_enrolment": "Programmes you take part in",
    "playbook_step": "Steps of programmes",
    "prospect": "Interest in products",
    "prospect_step": "Contacts before the relationship",
    "segment_member": "Groups you belong to",
    "segment_move": "Changes of groups",
    "survey": "Surveys",
    "survey_follow_up": "Answers to surveys followed up",
    "task": "Tasks about you",
    "task_point": "Points of tasks",
    "task_step": "Course of tasks",
    "task_notice": "Notices of tasks",
    "task_watcher": "Who follows tasks",
    "next_offer": "What could be offered to you",
    "offer_answer": "Answers to offers",
    "score": "Scores",
    "stage_transition": "Stages of the relationship",
    "early_warning": "Signs that you may leave us",
    "early_warning_step": "What was done about such signs",
}


def heading(key: str) -> str | None:
    """What a column is called for a reader, before its translation; None for what is not read out."""
    return None if key.endswith(_SILENT) else _HEADINGS.get(key, _as_words(key))


def code(of: str, locale: str) -> str:
    """`quarter_talk` is “Quarter talk”, unless the reader's language has words for it."""
    known = translate(locale, f"held.{of}")
    return _as_words(of) if known == f"held.{of}" else known


def _as_words(code: str) -> str:
    return code.replace("_", " ").capitalize()


def said(value: Any, locale: str, *, typed: bool = False) -> str:
    """For reading: no brackets, codes as words, instants to the minute; empty for what says nothing.

    What somebody `typed` is given as it is, but for answers that are kept as one document.
    """
    if isinstance(value, bool):
        return translate(locale, "yes" if value else "no")
    if isinstance(value, str):
        return _text(value, locale, typed)
    if isinstance(value, Mapping):
        pairs = ((heading(str(key)), said(each, locale)) for key, each in value.items())
        return "; ".join(f"{translate(locale, words)}: {each}" for words, each in pairs if words and each)
    if isinstance(value, list):
        return " · ".join(each for each in (said(each, locale) for each in value) if each)
    return "" if value is None else str(value)


def _text(value: str, locale: str, typed: bool) -> str:
    if not typed:
        return code(value, locale) if _CODE.match(value) else _INSTANT.sub(r"\1 \2 UTC", value)
    with suppress(orjson.JSONDecodeError):
        document = orjson.loads(value)
        return said(document, locale) if isinstance(document, dict) else value
    return value

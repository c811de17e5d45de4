"""What is sealed with an assessment: the answers, the customer's explanations, and what the record knew on that day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from backend.access.context import Context
from backend.customers.models import Party, PartyKind
from backend.privacy.errors import DataKeyDestroyed
from backend.products.suitability.grading import Known
from backend.products.suitability.models import Assessment
from backend.products.suitability.questionnaire import Questionnaire

_PLACE = ("assessment", "answers")


@dataclass(frozen=True, slots=True)
class Recorded:
    answers: Mapping[str, Sequence[str]]
    explanations: Mapping[str, str]
    known: Mapping[str, Any]
    locale: str

    def text(self) -> str:
        """Options in one order, so that the same answers have the same text."""
        answers = {code: sorted(chosen) for code, chosen in self.answers.items()}
        body = {"answers": answers, "explanations": self.explanations, "known": self.known, "locale": self.locale}
        return orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()


def sealed(ctx: Context, row: Assessment, recorded: Recorded) -> bytes:
    return ctx.vault.seal(*_PLACE, row.id, row.party_id, recorded.text())


def opened(ctx: Context, row: Assessment) -> Recorded | None:
    """The customer's key is open; None when it was destroyed."""
    try:
        body = orjson.loads(ctx.vault.open(*_PLACE, row.id, row.party_id, row.answers))
    except DataKeyDestroyed:
        return None
    return Recorded(**body)


def known(ctx: Context, party: Party, on: date | None = None) -> Known:
    """What answers are held against on a day (today); the party's key is open. An age that is not known is missing."""
    facts: dict[str, Any] = {"kind": party.kind}
    try:
        born = ctx.vault.open_optional("party", "birth_date", party.id, party.id, party.birth_date)
    except DataKeyDestroyed:
        born = None
    if party.kind == PartyKind.PERSON and born is not None:
        facts["age"] = age(date.fromisoformat(born), on or ctx.now.date())
    return facts


def today(ctx: Context, questionnaire: Questionnaire) -> date:
    """The day of the limits, where the customer sits."""
    return ctx.now.astimezone(ZoneInfo(questionnaire.zone)).date()


def age(born: date, day: date) -> int:
    """In completed years; who was born on 29 February is a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

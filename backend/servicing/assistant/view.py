"""An answer as it is shown: the quoted paragraphs with their places, and what is said where there is no answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from babel.dates import format_datetime

from backend.access.context import Context
from backend.casework.queues import queues_on
from backend.core.i18n import translate
from backend.servicing.assistant import queries
from backend.servicing.assistant.models import AssistantConversation, AssistantTurn, ConversationState
from backend.servicing.assistant.reading import CHINESE, ENGLISH
from backend.servicing.assistant.service.asking import open_now
from backend.servicing.assistant.service.writing import rules_of

UNSURE: Final = "I am not sure that anything I know answers this, so I say nothing wrong: a colleague takes over."
LONG: Final = "We have talked for long; a colleague takes over."
OPEN: Final = "A colleague answers by {by}."
_MOMENT: Final = {ENGLISH: "EEEE, d MMMM y, HH:mm (VVV)", CHINESE: "y年M月d日EEEE HH:mm（VVV）"}
SHUT: Final = "Our colleagues are not at their desks now; one of them answers by {by}."


@dataclass(frozen=True, slots=True)
class Quote:
    """One paragraph, word for word, with where it stands."""

    version_id: UUID
    code: str
    title: str
    version: int
    paragraph: int
    text: str


async def quotes_of(ctx: Context, turns: Sequence[AssistantTurn]) -> dict[UUID, tuple[Quote, ...]]:
    """What each turn quoted, as it stood in that version, also when the version was replaced since."""
    wanted = {UUID(str(cited["version"])) for turn in turns for cited in turn.citations}
    known = await queries.versions(ctx, wanted)
    found: dict[UUID, tuple[Quote, ...]] = {}
    for turn in turns:
        quoted = []
        for cited in turn.citations:
            row, code = known[UUID(str(cited["version"]))]
            entry, number = queries.entry(row, code, turn.locale), int(str(cited["paragraph"]))
            quoted.append(Quote(row.id, code, entry.title, row.number, number, entry.paragraphs[number - 1]))
        found[turn.id] = tuple(quoted)
    return found


def told(ctx: Context, row: AssistantConversation, turn: AssistantTurn, locale: str) -> str | None:
    """In place of an answer: why a person takes over. None where the turn was answered."""
    if turn.outcome == "answered":
        return None
    closed = rules_of(ctx).rules.closed_topic(turn.topic)
    return translate(locale, UNSURE) if closed is None else closed.wording.text(locale)


def when(ctx: Context, row: AssistantConversation, locale: str) -> str | None:
    """By when a colleague answers, and that nobody is at a desk where that is so."""
    if row.state != ConversationState.HANDED_OVER or row.expected_by is None:
        return None
    words = OPEN if open_now(ctx, row.last_at) else SHUT
    lead = translate(locale, LONG) + " " if row.reason == "long" else ""
    return lead + translate(locale, words, by=_instant(ctx, row.expected_by, locale))


def _instant(ctx: Context, at: datetime, locale: str) -> str:
    """In the office's own time, which is named: whoever asks may be anywhere."""
    zone = queues_on(ctx.policies, ctx.now.date()).calendar.zone
    return str(format_datetime(at, _MOMENT[locale], tzinfo=zone, locale=locale))

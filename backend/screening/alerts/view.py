"""What is shown of alerts: the explanation as far as its reader sees the customer's data, comments, possible acts."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.fields import Visibility
from backend.core.errors import TenureError
from backend.customers import queries as customers
from backend.customers.queries import Sight
from backend.screening.alerts import queries, rules
from backend.screening.alerts.explanation import Explanation, Weighed, read
from backend.screening.alerts.models import JOINED, Outcome, ScreeningAlert, ScreeningComment
from backend.screening.alerts.positions import position
from backend.screening.alerts.rules import Position, Verb

_EVIDENCE: Final[Mapping[str, str]] = MappingProxyType(
    {"birth_date": "birth_date", "country": "nationality", "identifier": "document_number"}
)
"""Which field of the customer the words of a comparison quote; every other one quotes names."""
_QUOTES_NOTHING: Final = frozenset({"gender"})


@dataclass(frozen=True, slots=True)
class CommentView:
    id: UUID
    author_id: UUID
    written_at: datetime
    text: str | None
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class Act:
    """Something people do to alerts; `refusal` is what stands in the reader's way now, and None where nothing does."""

    verb: Verb
    refusal: TenureError | None


_ACTS: Final[tuple[tuple[Verb, str, Callable[[Position, UUID], Position]], ...]] = (
    (Verb.TAKE, "work", rules.take),
    (Verb.RELEASE, "work", rules.release),
    (Verb.CONFIRM, "approve", rules.confirm),
    (Verb.SEND_BACK, "approve", rules.send_back),
    (Verb.DECIDE, "decide", lambda at, who: rules.decide(at, who, Outcome.INCONCLUSIVE)),
    (Verb.ESCALATE, "work", rules.escalate),
    (Verb.ASSIGN, "assign", lambda at, _: replace(at, assignee_id=None)),
    (Verb.REOPEN, "reopen", lambda at, _: rules.reopen(at)),
)
"""Each with its right and the rule that decides; whom an alert may be given to is only known once somebody is named."""


def acts(ctx: Context, alert: ScreeningAlert) -> list[Act]:
    """Only verbs that the state of the alert allows, none where its pair goes on as another alert's; the policy's no
    comes before the rule's.
    """
    if alert.cause == JOINED:
        return []
    at, facts = position(alert), queries.facts(alert)
    who = ctx.actor.id
    return [
        Act(verb, _refusal(partial(ctx.require, action, queries.OBJECT, facts), partial(rule, at, who)))
        for verb, action, rule in _ACTS
        if at.state in rules.FROM[verb]
    ]


def _refusal(*tries: Callable[[], object]) -> TenureError | None:
    for attempt in tries:
        try:
            attempt()
        except TenureError as refusal:
            return refusal
    return None


async def explanations_of(ctx: Context, alerts: Collection[ScreeningAlert]) -> dict[UUID, Explanation]:
    """Of alerts that the actor was shown; words that quote a field which the actor does not see in clear are left out.

    None of what belongs to customers that the actor may not see, or whose key was destroyed.
    """
    seen = await customers.sights(ctx, {alert.party_id for alert in alerts})
    kept = await queries.comparisons_of(ctx, [alert.id for alert in alerts if alert.party_id in seen])
    place = ("screening_comparison", "explanation")
    opened: dict[UUID, Explanation] = {}
    for row in kept.values():
        sight = seen[row.party_id]
        text = sight.open("compliance_note", place, row.id, row.explanation)
        if text is not None:
            opened[row.id] = _shown(sight, read(text))
    return opened


def _shown(sight: Sight, whole: Explanation) -> Explanation:
    names = _clear(sight, "name")
    return replace(
        whole,
        subject_name=whole.subject_name if names else "",
        names=tuple(one if names else replace(one, words="") for one in whole.names),
        evidence=tuple(one if _quotable(sight, one) else replace(one, words="") for one in whole.evidence),
    )


def _quotable(sight: Sight, one: Weighed) -> bool:
    return one.comparison in _QUOTES_NOTHING or _clear(sight, _EVIDENCE.get(one.comparison, "name"))


def _clear(sight: Sight, field: str) -> bool:
    """Noted for the log where it is."""
    if sight.visible[field] is not Visibility.CLEAR:
        return False
    sight.ctx.saw(("party", sight.party_id), field)
    return True


async def comments_of(ctx: Context, alert_ids: Collection[UUID]) -> dict[UUID, list[CommentView]]:
    """Of alerts that the actor was shown, in the order in which they were written."""
    found = await queries.comments_of(ctx, alert_ids)
    seen = await customers.sights(ctx, {row.party_id for rows in found.values() for row in rows})
    return {
        alert_id: [_comment(seen[row.party_id], row) for row in rows if row.party_id in seen]
        for alert_id, rows in found.items()
    }


def _comment(sight: Sight, row: ScreeningComment) -> CommentView:
    text = sight.open("compliance_note", ("screening_comment", "text"), row.id, row.text)
    return CommentView(row.id, row.author_id, row.written_at, text, sight.visible["compliance_note"])

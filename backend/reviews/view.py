"""A review's file as one actor may read it: what asked for it, what moved, what was answered, who may do what now."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.privacy.errors import DataKeyDestroyed
from backend.reviews import rules
from backend.reviews.changes import Change, Sort
from backend.reviews.models import Depth, Review, ReviewAnswer, ReviewTrigger, TriggerKind
from backend.reviews.queries import changes, reviews
from backend.reviews.rules import Verb
from backend.reviews.ruleset import ReviewRules
from backend.reviews.service.noting import in_force
from backend.reviews.service.work import position

_RIGHTS = {
    Verb.TAKE: "work",
    Verb.RELEASE: "work",
    Verb.ANSWER: "work",
    Verb.ASK: "work",
    Verb.RECEIVE: "receive_information",
    Verb.PROPOSE: "decide",
    Verb.SIGN: "approve",
    Verb.SEND_BACK: "approve",
}
_MINE = frozenset({Verb.RELEASE, Verb.ANSWER, Verb.ASK, Verb.PROPOSE, Verb.TAKE})
_CONFIDENTIAL = frozenset({Sort.ALERT, Sort.FINDING, Sort.BEHAVIOUR})


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    code: str
    words: str
    answer: ReviewAnswer | None
    note: str | None


@dataclass(frozen=True, slots=True)
class NotedTrigger:
    row: ReviewTrigger
    words: str
    note: str | None


@dataclass(frozen=True, slots=True)
class File:
    """`confidential`: whether the actor was told what compliance knows; what moved since then is left out otherwise."""

    confidential: bool
    triggers: Sequence[NotedTrigger]
    changes: Sequence[Change]
    questions: Sequence[AskedQuestion]
    note: str | None
    information_note: str | None
    verbs: frozenset[Verb]


async def file(ctx: Context, row: Review) -> File:
    """For a review that the actor was shown."""
    known, loaded = await reviews.access(ctx, row), in_force(ctx)
    told = reviews.told(ctx, known)
    await ctx.vault.load([row.party_id])
    if told:
        ctx.saw(("party", row.party_id), "compliance_fact")
    return File(
        told,
        await _triggers(ctx, row, loaded.rules, told),
        await _changes(ctx, row, told),
        await _questions(ctx, row, loaded.rules, told),
        _opened(ctx, "review", "note", row, row.note) if told else None,
        _opened(ctx, "review", "information_note", row, row.information_note),
        verbs(ctx, row, known),
    )


def verbs(ctx: Context, row: Review, known: Facts) -> frozenset[Verb]:
    """What the actor may do with the review as it stands."""
    at, me = position(row), ctx.actor.id
    return frozenset(
        verb
        for verb, right in _RIGHTS.items()
        if at.state in rules.FROM[verb]
        and ctx.may(right, reviews.OBJECT, known)
        and not (verb in _MINE and at.assignee_id not in (None, me))
        and not (verb is Verb.TAKE and at.assignee_id == me)
    )


async def _triggers(ctx: Context, row: Review, rules_: ReviewRules, told: bool) -> list[NotedTrigger]:
    found = (await reviews.triggers_of(ctx, [row.id])).get(row.id, [])
    return [
        NotedTrigger(each, rule.wording.text(ctx.actor.locale), _opened(ctx, "review_trigger", "note", each, each.note))
        for each in found
        for rule in (rules_.triggers[TriggerKind(each.kind)],)
        if told or not rule.confidential
    ]


async def _changes(ctx: Context, row: Review, told: bool) -> list[Change]:
    """Up to the end of the review, whose own doing is none of it, or up to now."""
    found = (await changes.changes_since(ctx, {row.party_id: row.since}))[row.party_id]
    ended = row.decided_at
    return [each for each in found if (ended is None or each.at < ended) and (told or each.sort not in _CONFIDENTIAL)]


async def _questions(ctx: Context, row: Review, rules_: ReviewRules, told: bool) -> list[AskedQuestion]:
    asked = rules_.asked(Depth(row.depth), await reviews.party_kind(ctx, row.party_id))
    answers = {each.question: each for each in (await reviews.answers_of(ctx, [row.id])).get(row.id, [])}
    return [
        AskedQuestion(
            code,
            rules_.questions[code].wording.text(ctx.actor.locale),
            answers.get(code),
            _opened(ctx, "review_answer", "note", answers[code], answers[code].note)
            if told and code in answers
            else None,
        )
        for code in asked
    ]


def _opened(
    ctx: Context, table: str, name: str, row: Review | ReviewTrigger | ReviewAnswer, blob: bytes | None
) -> str | None:
    try:
        return ctx.vault.open_optional(table, name, row.id, row.party_id, blob)
    except DataKeyDestroyed:
        return None

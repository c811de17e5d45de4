"""A review's file as one actor may read it: what asked for it, findings with their actions, packs, who may do what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.product_reviews import rules
from backend.product_reviews.models import (
    PackState,
    ProductDecision,
    ProductReview,
    ProductReviewAction,
    ProductReviewFinding,
    ProductReviewPack,
    ProductReviewTrigger,
    ProductTrigger,
)
from backend.product_reviews.queries import packs, reviews
from backend.product_reviews.rules import Verb
from backend.product_reviews.service.deciding import sold_through
from backend.product_reviews.service.opening import planned_days
from backend.product_reviews.service.standing import in_force, position
from backend.product_reviews.service.working import SECTIONS

_RIGHTS: Final = {
    Verb.TAKE: "work",
    Verb.RELEASE: "work",
    Verb.FIND: "work",
    Verb.COMPUTE: "work",
    Verb.PROPOSE: "decide",
    Verb.SIGN: "approve",
    Verb.SEND_BACK: "approve",
}
_MINE: Final = frozenset({Verb.TAKE, Verb.RELEASE, Verb.FIND, Verb.COMPUTE, Verb.PROPOSE})


@dataclass(frozen=True, slots=True)
class NotedTrigger:
    row: ProductReviewTrigger
    words: str


@dataclass(frozen=True, slots=True)
class File:
    triggers: Sequence[NotedTrigger]
    findings: Sequence[ProductReviewFinding]
    actions: Mapping[UUID, Sequence[ProductReviewAction]]
    packs: Sequence[ProductReviewPack]
    verbs: frozenset[Verb]
    channels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Choices:
    reasons: Sequence[tuple[str, str, Sequence[ProductDecision]]]
    sections: Sequence[str]
    colleagues: Sequence[tuple[UUID, str]]


async def file(ctx: Context, row: ProductReview) -> File:
    """For a review that the actor was shown."""
    triggers, locale = in_force(ctx).rules.triggers, ctx.actor.locale
    return File(
        [
            NotedTrigger(each, triggers[ProductTrigger(each.kind)].wording.text(locale))
            for each in (await reviews.triggers_of(ctx, [row.id])).get(row.id, [])
        ],
        (await reviews.findings_of(ctx, [row.id])).get(row.id, []),
        await reviews.actions_of(ctx, [row.id]),
        await packs.packs_of_review(ctx, row.id),
        verbs(ctx, row),
        await sold_through(ctx, row.product_id),
    )


def verbs(ctx: Context, row: ProductReview) -> frozenset[Verb]:
    """What the actor may do with the review as it stands."""
    at, known, me = position(row), reviews.facts(ctx, row), ctx.actor.id
    return frozenset(
        verb
        for verb, right in _RIGHTS.items()
        if at.state in rules.FROM[verb]
        and ctx.may(right, reviews.OBJECT, known)
        and not (verb in _MINE and at.assignee_id not in (None, me))
        and not (verb is Verb.TAKE and at.assignee_id == me)
    )


async def pack_of(ctx: Context, row: ProductReview) -> ProductReviewPack | None:
    """The one that was decided on; before that the newest, under way or not."""
    if row.pack_id is not None:
        return await packs.pack(ctx, row.pack_id)
    return await packs.newest_of(ctx, row.id)


async def ready_pack_of(ctx: Context, row: ProductReview) -> ProductReviewPack | None:
    found = await pack_of(ctx, row)
    return found if found is not None and found.state == PackState.READY else None


async def planned(ctx: Context) -> list[tuple[UUID, date | None]]:
    """Products by the day of their next review; those whose day is not known come last."""
    ctx.require("view", reviews.OBJECT, reviews.facts(ctx))
    found = [(product.id, day) for product, day in (await planned_days(ctx)).values()]
    return sorted(found, key=lambda pair: (pair[1] is None, pair[1] or date.max, pair[0]))


async def choices(ctx: Context) -> Choices:
    ctx.require("view", reviews.OBJECT, reviews.facts(ctx))
    known, locale = in_force(ctx).rules.reasons, ctx.actor.locale
    return Choices(
        [
            (code, rule.wording.text(locale), [each for each in ProductDecision if each in rule.decisions])
            for code, rule in known.items()
        ],
        SECTIONS,
        [(user.id, user.display_name) for user in await reviews.colleagues(ctx)],
    )

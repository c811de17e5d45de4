"""What comes up about products is noted on the one review that each may have open, or opens it.

Each source is noted once, and one transaction at a time notes what comes up about a product, so every trigger ends in
exactly one review, however often and from wherever it is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from backend.access.context import Context
from backend.core.ids import new_id
from backend.product_reviews import rules
from backend.product_reviews.errors import ProductNotReviewed, TriggerNotForHand
from backend.product_reviews.models import ProductReview, ProductReviewState, ProductReviewTrigger, ProductTrigger
from backend.product_reviews.queries import reviews
from backend.product_reviews.ruleset import ProductReviewRules
from backend.product_reviews.service.standing import (
    apply,
    in_force,
    position,
    require_run,
    subject,
    tell,
    written,
)
from backend.products import queries as products
from backend.products.models import Product, ProductRisk, ProductState

_ENDED: Final = frozenset({ProductState.RETIRED})


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that asks for a review; `source` names it, so that it is noted once."""

    kind: ProductTrigger
    source: str
    occurred_on: date
    figures: Mapping[str, Any] = field(default_factory=dict)
    note: str | None = None


async def open_review(
    ctx: Context, product_id: UUID, kind: ProductTrigger, words: str, *, until: date | None = None
) -> ProductReview:
    """By a person, who says why; noted on the open review where there is one.

    `until` is the first day after the months to look at; without it the month of today.
    Raises TriggerNotForHand, WordsMissing, ProductNotReviewed.
    """
    row = await products.product(ctx, product_id)
    ctx.require("open", reviews.OBJECT, reviews.facts(ctx))
    if not in_force(ctx).rules.triggers[kind].by_hand:
        raise TriggerNotForHand(kind=kind.value, field="kind")
    signal = Signal(kind, str(new_id()), ctx.now.date(), note=written(ctx, words))
    found = await note(ctx, row, [signal], until=until)
    if found is None:
        raise ProductNotReviewed()
    return found


async def open_due(ctx: Context, limit: int) -> int:
    """For the schedule: opens reviews whose day is near; how many. Call again while there are some."""
    require_run(ctx)
    rules_, today = in_force(ctx).rules, ctx.now.date()
    opened = 0
    for row, planned in (await planned_days(ctx)).values():
        if planned is None or rules.opens_on(rules_, ProductRisk(row.risk), planned) > today or opened >= limit:
            continue
        if await reviews.active_of(ctx, row.id) is None:
            signal = Signal(ProductTrigger.SCHEDULED, planned.isoformat(), today, {"planned": planned.isoformat()})
            opened += await note(ctx, row, [signal]) is not None
    return opened


async def planned_days(ctx: Context) -> Mapping[UUID, tuple[Product, date | None]]:
    """The day of the next review of every product that is reviewed: as decided, else that of its first one."""
    rules_ = in_force(ctx).rules
    rows = await reviews.reviewed_products(ctx)
    decided = await reviews.next_days(ctx, [row.id for row in rows])
    found: dict[UUID, tuple[Product, date | None]] = {}
    for row in rows:
        found[row.id] = (row, decided.get(row.id) or _first_day(rules_, row))
    return found


def _first_day(rules_: ProductReviewRules, row: Product) -> date | None:
    """Its place in a take-over is the random end of its id."""
    if row.opened_on is None:
        return None
    place = (row.id.int & 0xFFFF) * rules.PLACES >> 16
    return rules.first_on(rules_, ProductRisk(row.risk), row.opened_on, row.created_at.date(), place)


async def look(ctx: Context, product_id: UUID) -> ProductReview | None:
    """The product moved: a further version on sale is a significant change; a retired product needs no review."""
    require_run(ctx)
    row = await products.product(ctx, product_id)
    if ProductState(row.state) in _ENDED:
        return await _cancel(ctx, row)
    versions = (await products.versions_of(ctx, [product_id])).get(product_id, ())
    signals = [
        Signal(
            ProductTrigger.SIGNIFICANT_CHANGE,
            f"version {each.number}",
            each.effective_from,
            {"version": each.number, "sha256": each.sha256},
        )
        for each in versions
        if each.number > 1 and each.effective_from is not None and each.effective_from <= ctx.now.date()
    ]
    return await note(ctx, row, signals)


async def note(
    ctx: Context, product: Product, signals: Sequence[Signal], *, until: date | None = None
) -> ProductReview | None:
    """Part of a use case whose right was asked for. Signals that are noted already are left out.

    Answers the review that gained a trigger, None when none did or the product is not reviewed.
    """
    if not signals or not rules.reviewed(ProductState(product.state)):
        return None
    await reviews.hold(ctx, product.id)
    known = await reviews.noted(ctx, product.id)
    fresh = [each for each in signals if (each.kind.value, each.source) not in known]
    if not fresh:
        return None
    row = await reviews.active_of(ctx, product.id)
    return await (_opened(ctx, product, fresh, until) if row is None else _joined(ctx, row, fresh))


async def _opened(ctx: Context, product: Product, signals: Sequence[Signal], until: date | None) -> ProductReview:
    loaded, cause = in_force(ctx), _leading(ctx, signals)
    since, end = rules.period(loaded.rules, until or ctx.now.date())
    row = ProductReview(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        product_id=product.id,
        cause=cause,
        risk=product.risk,
        ruleset=loaded.sha256,
        since=since,
        until=end,
        opened_at=ctx.now,
        due_at=_due(ctx, signals),
    )
    async with ctx.audit("product_review.open", subject(row), reason=cause, ruleset=loaded.sha256):
        ctx.session.add(row)
        await ctx.session.flush()
        ctx.session.add_all(_triggers(ctx, row, signals))
    await tell(ctx, row, "opened")
    return row


async def _joined(ctx: Context, row: ProductReview, signals: Sequence[Signal]) -> ProductReview:
    """The clock may become shorter; a decision that waits for its second signature falls, because facts moved."""
    loaded = in_force(ctx)
    waits = row.state == ProductReviewState.PENDING_SIGNATURE
    async with ctx.audit("product_review.note", subject(row), reason=_leading(ctx, signals), ruleset=loaded.sha256):
        row.due_at = min(row.due_at, _due(ctx, signals))
        if waits:
            apply(row, rules.withdrawn(position(row)))
            row.proposal = row.proposal_reason = row.proposed_at = None
        ctx.session.add_all(_triggers(ctx, row, signals))
    await tell(ctx, row, "noted")
    return row


async def _cancel(ctx: Context, product: Product) -> ProductReview | None:
    row = await reviews.active_of(ctx, product.id)
    if row is None:
        return None
    async with ctx.audit("product_review.cancel", subject(row), reason=product.state):
        apply(row, rules.cancel(position(row)))
    await tell(ctx, row, "cancelled")
    return row


def _leading(ctx: Context, signals: Sequence[Signal]) -> ProductTrigger:
    known = in_force(ctx).rules.triggers
    return max(signals, key=lambda signal: known[signal.kind].priority).kind


def _due(ctx: Context, signals: Sequence[Signal]) -> datetime:
    return min(rules.due_at(in_force(ctx).rules, signal.kind, ctx.now) for signal in signals)


def _triggers(ctx: Context, row: ProductReview, signals: Sequence[Signal]) -> list[ProductReviewTrigger]:
    return [
        ProductReviewTrigger(
            id=new_id(),
            tenant_id=ctx.actor.tenant_id,
            review_id=row.id,
            product_id=row.product_id,
            kind=signal.kind,
            source=signal.source,
            occurred_on=signal.occurred_on,
            noted_at=ctx.now,
            noted_by=ctx.actor.id,
            figures=dict(signal.figures),
            note=signal.note,
        )
        for signal in signals
    ]

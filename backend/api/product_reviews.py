"""Reviews of products: the worklist, one with its pack, findings and decision, packs, open actions."""

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api.costs import Cost, resolved
from backend.api.product_codes import SaleChannel
from backend.api.product_review_codes import (
    FindingSeverity,
    ProductDecision,
    ProductReviewState,
    ProductTriggerKind,
    ReviewActionState,
)
from backend.api.product_types import Product, fetch_products
from backend.api.request import Info
from backend.api.review_packs import ReviewPack
from backend.api.staff import Agent, agent
from backend.product_reviews import file, models
from backend.product_reviews.queries import reviews


@strawberry.type(description="Why the review is there: what was found, with its figures as text.")
class ProductReviewTrigger:
    kind: ProductTriggerKind
    words: str
    occurred_on: dt.date
    noted_at: dt.datetime
    note: str | None
    figures: list[str] = strawberry.field(description="As `name: value`.", directives=[Cost(weight=0, size=4)])
    noted_by_id: strawberry.Private[UUID]

    @strawberry.field
    def noted_by(self, info: Info) -> Agent | None:
        return agent(info, self.noted_by_id)


@strawberry.type(description="What follows from a finding: who does it until when.")
class ProductReviewAction:
    id: UUID
    version: int
    words: str
    state: ReviewActionState
    due_on: dt.date
    overdue: bool
    reminders: int
    outcome: str | None
    ended_at: dt.datetime | None
    review_id: UUID
    owner_id: strawberry.Private[UUID]
    product_id: strawberry.Private[UUID]

    @strawberry.field
    def owner(self, info: Info) -> Agent | None:
        return agent(info, self.owner_id)

    @resolved(weight=2)
    async def product(self, info: Info) -> Product | None:
        return await product_of(info, self.product_id)

    @strawberry.field
    def mine(self, info: Info) -> bool:
        return self.owner_id == info.context.actor.id

    @classmethod
    def of(cls, row: models.ProductReviewAction, today: dt.date) -> "ProductReviewAction":
        return cls(
            id=row.id,
            version=row.ver,
            words=row.words,
            state=ReviewActionState(row.state),
            due_on=row.due_on,
            overdue=row.state == models.ActionState.OPEN and row.due_on < today,
            reminders=row.reminders,
            outcome=row.outcome,
            ended_at=row.ended_at,
            review_id=row.review_id,
            owner_id=row.owner_id,
            product_id=row.product_id,
        )


@strawberry.type(description="`section` is the part of the pack that it comes from.")
class ProductReviewFinding:
    id: UUID
    number: int
    section: str
    severity: FindingSeverity
    words: str
    raised_at: dt.datetime
    actions: list[ProductReviewAction] = strawberry.field(directives=[Cost(weight=0, size=4)])
    raised_by_id: strawberry.Private[UUID]

    @strawberry.field
    def raised_by(self, info: Info) -> Agent | None:
        return agent(info, self.raised_by_id)


@strawberry.type
class ProductReviewFile:
    triggers: list[ProductReviewTrigger] = strawberry.field(directives=[Cost(weight=0, size=6)])
    findings: list[ProductReviewFinding] = strawberry.field(directives=[Cost(weight=0, size=8)])
    packs: list[ReviewPack] = strawberry.field(directives=[Cost(weight=0, size=3)])
    verbs: list[str] = strawberry.field(description="What the viewer may do with it now.")
    channels: list[SaleChannel] = strawberry.field(description="Through which the product is sold.")

    @classmethod
    def of(cls, found: file.File, today: dt.date) -> "ProductReviewFile":
        return cls(
            triggers=[_trigger(each) for each in found.triggers],
            findings=[_finding(row, found.actions.get(row.id, ()), today) for row in found.findings],
            packs=[ReviewPack.of(row) for row in found.packs],
            verbs=sorted(verb.value for verb in found.verbs),
            channels=[SaleChannel(each) for each in sorted(found.channels)],
        )


def _trigger(found: file.NotedTrigger) -> ProductReviewTrigger:
    row = found.row
    return ProductReviewTrigger(
        kind=ProductTriggerKind(row.kind),
        words=found.words,
        occurred_on=row.occurred_on,
        noted_at=row.noted_at,
        note=row.note,
        figures=[f"{name}: {value}" for name, value in sorted(row.figures.items()) if name != "pack"],
        noted_by_id=row.noted_by,
    )


def _finding(
    row: models.ProductReviewFinding, actions: Sequence[models.ProductReviewAction], today: dt.date
) -> ProductReviewFinding:
    return ProductReviewFinding(
        id=row.id,
        number=row.number,
        section=row.section,
        severity=FindingSeverity(row.severity),
        words=row.words,
        raised_at=row.raised_at,
        actions=[ProductReviewAction.of(each, today) for each in actions],
        raised_by_id=row.raised_by,
    )


@strawberry.type(description="A look at one product over some months: why, until when, what two people decided.")
class ProductReview:
    id: UUID
    version: int
    state: ProductReviewState
    cause: ProductTriggerKind
    risk: str
    since: dt.date
    until: dt.date = strawberry.field(description="The first day after the months that are looked at.")
    opened_at: dt.datetime
    due_at: dt.datetime
    overdue: bool
    proposal: ProductDecision | None
    decision: ProductDecision | None
    reason: str | None
    note: str | None
    channels: list[str] = strawberry.field(description="Closed by the decision.")
    proposed_at: dt.datetime | None
    decided_at: dt.datetime | None
    next_review_on: dt.date | None
    row: strawberry.Private[models.ProductReview]

    @resolved(weight=2)
    async def product(self, info: Info) -> Product | None:
        return await product_of(info, self.row.product_id)

    @strawberry.field
    def assignee(self, info: Info) -> Agent | None:
        return agent(info, self.row.assignee_id)

    @strawberry.field
    def proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.proposed_by)

    @strawberry.field
    def signed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.signed_by)

    @resolved("The pack that was decided on, else the newest of this review.", weight=10)
    async def pack(self, info: Info) -> ReviewPack | None:
        row = await info.context.read(lambda ctx: file.pack_of(ctx, self.row))
        return None if row is None else ReviewPack.of(row)

    @resolved("What asked for it, what was found, what may be done.", weight=20)
    async def file(self, info: Info) -> ProductReviewFile:
        found = await info.context.read(lambda ctx: file.file(ctx, self.row))
        return ProductReviewFile.of(found, info.context.platform.clock().date())

    @classmethod
    def of(cls, row: models.ProductReview, now: dt.datetime) -> "ProductReview":
        return cls(
            id=row.id,
            version=row.ver,
            state=ProductReviewState(row.state),
            cause=ProductTriggerKind(row.cause),
            risk=row.risk,
            since=row.since,
            until=row.until,
            opened_at=row.opened_at,
            due_at=row.due_at,
            overdue=row.state in models.ACTIVE and row.due_at < now,
            proposal=None if row.proposal is None else ProductDecision(row.proposal),
            decision=None if row.decision is None else ProductDecision(row.decision),
            reason=row.proposal_reason,
            note=row.note,
            channels=list(row.channels),
            proposed_at=row.proposed_at,
            decided_at=row.decided_at,
            next_review_on=row.next_review_on,
            row=row,
        )


async def product_of(info: Info, product_id: UUID) -> Product | None:
    row = await info.context.loader(fetch_products, None).get(product_id)
    return None if row is None else Product.of(row)


async def fetch_product_reviews(ctx: Context, ids: Collection[UUID]) -> dict[UUID, models.ProductReview | None]:
    return {**await reviews.by_ids(ctx, ids)}

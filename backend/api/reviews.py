"""Reviews of customers: the worklist, one with its file, what they will be over the portfolio."""

from collections.abc import Collection
from datetime import date, datetime
from enum import Enum
from typing import Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.errors import CursorInvalid
from backend.api.graph import LazyParty, LazyWorkItem
from backend.api.inputs import Id
from backend.api.pages import After, Connection, First, page_size, place
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.reviews import models, service, view
from backend.reviews.changes import Change
from backend.reviews.queries import plan, reviews
from backend.reviews.ruleset import ReviewRules

_REVIEWS: Final = "reviews"
_WEEKS: Final = 104


@strawberry.enum
class ReviewState(Enum):
    OPEN = "open"
    IN_REVIEW = "in_review"
    AWAITING_INFORMATION = "awaiting_information"
    PENDING_APPROVAL = "pending_approval"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@strawberry.enum
class ReviewTriggerKind(Enum):
    PERIODIC = "periodic"
    LIST_HIT = "list_hit"
    FACTOR_MOVED = "factor_moved"
    DOCUMENT_EXPIRED = "document_expired"
    ASSESSMENT_EXPIRED = "assessment_expired"
    BEHAVIOUR = "behaviour"
    ADVERSE_INFORMATION = "adverse_information"
    PRODUCT_CHANGED = "product_changed"
    OWNERS_CHANGED = "owners_changed"
    REQUEST = "request"


@strawberry.enum
class ReviewDepth(Enum):
    SIMPLIFIED = "simplified"
    STANDARD = "standard"
    ENHANCED = "enhanced"


@strawberry.enum
class ReviewOutcome(Enum):
    KEEP = "keep"
    CHANGE_LEVEL = "change_level"
    RESTRICT = "restrict"
    EXIT = "exit"


@strawberry.enum
class ReviewAnswerKind(Enum):
    SATISFIED = "satisfied"
    CONCERN = "concern"
    NOT_APPLICABLE = "not_applicable"


@strawberry.type(description="Why the review is there; notes are told to who may know compliance facts.")
class ReviewTrigger:
    kind: ReviewTriggerKind
    words: str
    occurred_on: date
    noted_at: datetime
    note: str | None
    noted_by_id: strawberry.Private[UUID]

    @strawberry.field
    def noted_by(self, info: Info) -> Agent | None:
        return agent(info, self.noted_by_id)


@strawberry.type(description="What moved since the last review; `code` is a code of its sort.")
class ReviewChange:
    sort: str
    code: str
    at: datetime
    alert_id: UUID | None
    was: str | None
    amount: int | None = strawberry.field(description="In minor units of `currency`.")
    currency: str | None
    kind: str | None
    by_id: strawberry.Private[UUID | None]

    @strawberry.field
    def by(self, info: Info) -> Agent | None:
        return agent(info, self.by_id)

    @classmethod
    def of(cls, change: Change) -> "ReviewChange":
        figures = change.figures
        alert_id = figures.get("alert")
        return cls(
            sort=change.sort.value,
            code=change.code,
            at=change.at,
            alert_id=None if alert_id is None else UUID(alert_id),
            was=figures.get("was"),
            amount=figures.get("amount"),
            currency=figures.get("currency"),
            kind=figures.get("type") or figures.get("list"),
            by_id=change.by,
        )


@strawberry.type
class ReviewQuestion:
    code: str
    words: str
    answer: ReviewAnswerKind | None
    note: str | None
    answered_at: datetime | None
    by_id: strawberry.Private[UUID | None]

    @strawberry.field
    def answered_by(self, info: Info) -> Agent | None:
        return agent(info, self.by_id)


@strawberry.type(description="`confidential` false: what only compliance may know is left out.")
class ReviewFile:
    confidential: bool
    triggers: list[ReviewTrigger] = strawberry.field(directives=[Cost(weight=0, size=5)])
    changes: list[ReviewChange] = strawberry.field(directives=[Cost(weight=0, size=20)])
    questions: list[ReviewQuestion] = strawberry.field(directives=[Cost(weight=0, size=10)])
    note: str | None
    information_note: str | None
    verbs: list[str] = strawberry.field(description="What the viewer may do with it now.")

    @classmethod
    def of(cls, found: view.File) -> "ReviewFile":
        return cls(
            confidential=found.confidential,
            triggers=[_trigger(each) for each in found.triggers],
            changes=[ReviewChange.of(each) for each in found.changes],
            questions=[_question(each) for each in found.questions],
            note=found.note,
            information_note=found.information_note,
            verbs=sorted(verb.value for verb in found.verbs),
        )


def _trigger(found: view.NotedTrigger) -> ReviewTrigger:
    row = found.row
    return ReviewTrigger(
        kind=ReviewTriggerKind(row.kind),
        words=found.words,
        occurred_on=row.occurred_on,
        noted_at=row.noted_at,
        note=found.note,
        noted_by_id=row.noted_by,
    )


def _question(found: view.AskedQuestion) -> ReviewQuestion:
    said = found.answer
    return ReviewQuestion(
        code=found.code,
        words=found.words,
        answer=None if said is None else ReviewAnswerKind(said.answer),
        note=found.note,
        answered_at=None if said is None else said.answered_at,
        by_id=None if said is None else said.answered_by,
    )


@strawberry.type(description="What may not be sold to the customer, and why.")
class SaleRestriction:
    measure: str
    words: str
    products: list[str] = strawberry.field(description="Empty: nothing new.")
    ground: str
    placed_at: datetime


@strawberry.type(description="A look at one customer: why, how deep, until when, how it ended.")
class Review:
    id: UUID
    version: int
    state: ReviewState
    level: str
    depth: ReviewDepth
    four_eyes: bool
    since: datetime
    opened_at: datetime
    due_at: datetime
    overdue: bool
    escalated: bool
    information: list[str]
    information_due_at: datetime | None
    reminders: int
    proposal: ReviewOutcome | None
    proposal_level: str | None
    outcome: ReviewOutcome | None
    reason: str | None
    decided_at: datetime | None
    automatic: bool = strawberry.field(description="Ended by rule: nothing moved.")
    next_review_on: date | None
    row: strawberry.Private[models.Review]

    @strawberry.field
    def assignee(self, info: Info) -> Agent | None:
        return agent(info, self.row.assignee_id)

    @strawberry.field
    def proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.proposed_by)

    @strawberry.field
    def decided_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.decided_by)

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @resolved("The open piece of work on it.", weight=2)
    async def work(self, info: Info) -> LazyWorkItem | None:
        return await graph.work_on(info, self.id)

    @resolved("What asked for it, what moved, what was answered, what may be done.", weight=30)
    async def file(self, info: Info) -> ReviewFile:
        return ReviewFile.of(await info.context.read(lambda ctx: view.file(ctx, self.row)))

    @classmethod
    def of(cls, row: models.Review, now: datetime) -> "Review":
        return cls(
            id=row.id,
            version=row.ver,
            state=ReviewState(row.state),
            level=row.level,
            depth=ReviewDepth(row.depth),
            four_eyes=row.four_eyes,
            since=row.since,
            opened_at=row.opened_at,
            due_at=row.due_at,
            overdue=row.state in models.ACTIVE and row.due_at < now,
            escalated=row.escalated_at is not None,
            information=list(row.information),
            information_due_at=row.information_due_at,
            reminders=row.reminders,
            proposal=None if row.proposal is None else ReviewOutcome(row.proposal),
            proposal_level=row.proposal_level,
            outcome=None if row.outcome is None else ReviewOutcome(row.outcome),
            reason=row.proposal_reason,
            decided_at=row.decided_at,
            automatic=row.automatic,
            next_review_on=row.next_review_on,
            row=row,
        )


@strawberry.input(description="Conditions that all hold; without states those that are not over.")
class ReviewFilter:
    states: list[ReviewState] | None = None
    levels: list[str] | None = None
    triggers: list[ReviewTriggerKind] | None = None
    party_id: UUID | None = None
    mine: bool = False
    unassigned: bool = False
    overdue: bool = False

    def wanted(self, info: Info) -> reviews.ReviewFilter:
        return reviews.ReviewFilter(
            states=frozenset(models.ReviewState(each.value) for each in self.states or ()),
            levels=frozenset(self.levels or ()),
            triggers=frozenset(each.value for each in self.triggers or ()),
            party_id=self.party_id,
            assignee_id=info.context.actor.id if self.mine else None,
            unassigned=self.unassigned,
            overdue=self.overdue,
        )


@strawberry.type
class ReviewConnection(Connection[Review]):
    wanted: strawberry.Private[reviews.ReviewFilter]

    @resolved("How many there are in all; counted only when asked for.", weight=50)
    async def total_count(self, info: Info) -> int:
        wanted = self.wanted
        return await info.context.read(lambda ctx: reviews.reviews_count(ctx, wanted))


@strawberry.type
class ReviewFigure:
    state: ReviewState
    level: str
    reviews: int
    overdue: int


@strawberry.type(description="Reviews of a level that are due in the week that begins on `week`, and what they take.")
class ReviewLoad:
    week: date
    level: str | None
    reviews: int
    minutes: int


@strawberry.type
class ReviewForecast:
    minutes_a_week: int = strawberry.field(description="What there is.")
    loads: list[ReviewLoad] = strawberry.field(directives=[Cost(weight=0, size=60)])


@strawberry.type
class ReviewChoice:
    code: str
    words: str
    outcomes: list[ReviewOutcome] = strawberry.field(description="Of a reason: what it is a reason for.")


@strawberry.type(description="What the rule-set in force offers to choose from.")
class ReviewChoices:
    reasons: list[ReviewChoice] = strawberry.field(directives=[Cost(weight=0, size=10)])
    information: list[ReviewChoice] = strawberry.field(directives=[Cost(weight=0, size=10)])
    levels: list[str]


@strawberry.type
class ReviewQuery:
    @resolved("Reviews that may be seen, what is due first comes first.", weight=5, sliced_by="first")
    async def reviews(
        self, info: Info, where: ReviewFilter | None = None, first: First = 50, after: After = None
    ) -> ReviewConnection:
        wanted = (where or ReviewFilter()).wanted(info)
        start, limit = _start(place(info, _REVIEWS, after)), page_size(first)
        rows = await info.context.read(lambda ctx: reviews.reviews(ctx, wanted, after=start, limit=limit + 1))
        shown, now = rows[:limit], info.context.platform.clock()
        following = f"{shown[-1].due_at.isoformat()}|{shown[-1].id}" if len(rows) > limit else None
        return ReviewConnection.of(info, _REVIEWS, [Review.of(row, now) for row in shown], following, wanted=wanted)

    @resolved("A review that may be seen.", weight=2)
    async def review(self, info: Info, record_id: Id) -> Review:
        row = await info.context.read(lambda ctx: reviews.review(ctx, record_id))
        return Review.of(row, info.context.platform.clock())

    @resolved("Reviews that are not over, counted by state and level.", weight=20, size=24)
    async def review_figures(self, info: Info) -> list[ReviewFigure]:
        return [
            ReviewFigure(state=ReviewState(e.state.value), level=e.level, reviews=e.reviews, overdue=e.overdue)
            for e in await info.context.read(reviews.figures)
        ]

    @resolved("What may not be sold to a customer because of reviews.", weight=5, size=2)
    async def sale_restrictions(self, info: Info, party_id: UUID) -> list[SaleRestriction]:
        return await info.context.read(lambda ctx: _restrictions(ctx, party_id))

    @resolved("Reviews by week and level, beside what there is of working time.", weight=60)
    async def review_forecast(self, info: Info, weeks: int = 26) -> ReviewForecast:
        async def found(ctx: Context) -> tuple[ReviewRules, list[plan.Load]]:
            rules = service.in_force(ctx).rules
            return rules, await plan.forecast(ctx, rules, max(1, min(weeks, _WEEKS)))

        rules, loads = await info.context.read(found)
        minutes = rules.capacity.minutes
        return ReviewForecast(
            minutes_a_week=rules.capacity.minutes_a_week,
            loads=[
                ReviewLoad(
                    week=e.week,
                    level=e.level,
                    reviews=e.reviews,
                    minutes=e.reviews * minutes[rules.level(e.level).depth],
                )
                for e in loads
            ],
        )

    @resolved("Reasons, things to ask for and levels, as the rule-set words them.", weight=2)
    async def review_choices(self, info: Info) -> ReviewChoices:
        rules, locale = await info.context.read(_rules), info.context.actor.locale
        return ReviewChoices(
            reasons=[
                ReviewChoice(
                    code=code,
                    words=reason.wording.text(locale),
                    outcomes=[ReviewOutcome(each.value) for each in models.Outcome if each in reason.outcomes],
                )
                for code, reason in rules.reasons.items()
            ],
            information=[
                ReviewChoice(code=code, words=words.text(locale), outcomes=[])
                for code, words in rules.information.items.items()
            ],
            levels=list(rules.levels),
        )


async def _rules(ctx: Context) -> ReviewRules:
    return service.in_force(ctx).rules


async def _restrictions(ctx: Context, party_id: UUID) -> list[SaleRestriction]:
    known = await reviews.customer_facts(ctx, party_id)
    ctx.require("view", reviews.OBJECT, known)
    rules, locale = service.in_force(ctx).rules, ctx.actor.locale
    found = []
    for row in (await reviews.restrictions_of(ctx, [party_id])).get(party_id, []):
        measure = rules.measures.get(row.measure)
        found.append(
            SaleRestriction(
                measure=row.measure,
                words=row.measure if measure is None else measure.wording.text(locale),
                products=[] if measure is None else sorted(measure.products),
                ground=row.ground,
                placed_at=row.placed_at,
            )
        )
    return found


async def fetch_reviews(ctx: Context, review_ids: Collection[UUID]) -> dict[UUID, models.Review | None]:
    return {**await reviews.by_ids(ctx, review_ids)}


def _start(text: str | None) -> reviews.After | None:
    if text is None:
        return None
    at, bar, review_id = text.partition("|")
    if not bar:
        raise CursorInvalid(field="after")
    return reviews.After(datetime.fromisoformat(at), UUID(review_id))

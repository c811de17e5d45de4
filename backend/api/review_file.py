"""What belongs to a review: why it is there, what moved, what was asked and answered."""

from datetime import date, datetime
from uuid import UUID

import strawberry

from backend.api.costs import Cost
from backend.api.request import Info
from backend.api.review_codes import ReviewAnswerKind, ReviewTriggerKind
from backend.api.staff import Agent, agent
from backend.reviews import view
from backend.reviews.changes import Change


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

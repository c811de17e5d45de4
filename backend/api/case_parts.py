"""What belongs to a case: requirements, checks, signatures, conditions, questions to the customer."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import strawberry

from backend.api.case_enums import (
    CheckStatus,
    ConditionStatus,
    RequirementKind,
    RequirementStatus,
    Signature,
)
from backend.api.case_rules import Because, Reason, Words
from backend.api.personal import PersonalText
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.onboarding.models import (
    CaseApproval,
    CaseCheck,
    CaseCondition,
    CaseRequirement,
)
from backend.onboarding.models import (
    InformationRequest as RequestRow,
)


@strawberry.type(description="Something the case needs, with the rules that ask for it.")
class Requirement:
    id: UUID
    code: str
    words: str
    kind: RequirementKind
    status: RequirementStatus
    because: list[Because]
    accepts: list[str] = strawberry.field(description="Types of documents that would satisfy it.")
    waivable: bool
    satisfied_by: UUID | None = strawberry.field(description="The document that satisfies it.")
    waiver_reason: Reason | None
    changed_at: datetime
    waived_by_id: strawberry.Private[UUID | None]

    @strawberry.field
    def waived_by(self, info: Info) -> Agent | None:
        return agent(info, self.waived_by_id)

    @classmethod
    def of(cls, row: CaseRequirement, words: Words) -> "Requirement":
        return cls(
            id=row.id,
            code=row.code,
            words=words.requirement(row.code),
            kind=RequirementKind(row.kind),
            status=RequirementStatus(row.status),
            because=words.because(row.because),
            accepts=words.accepts(row.code),
            waivable=row.status == RequirementStatus.OPEN.value and words.waivable(row.code),
            satisfied_by=row.satisfied_by,
            waiver_reason=None if row.waiver_reason is None else words.reason(row.waiver_reason),
            changed_at=row.changed_at,
            waived_by_id=row.waived_by,
        )


@strawberry.type(description="A code or figure that a check came to.")
class Finding:
    name: str
    value: list[str]


@strawberry.type(description="One answer to a check; of several of a kind the last counts.")
class Check:
    id: UUID
    kind: str
    status: CheckStatus
    findings: list[Finding]
    performed_at: datetime
    performed_by_id: strawberry.Private[UUID]

    @strawberry.field
    def performed_by(self, info: Info) -> Agent | None:
        return agent(info, self.performed_by_id)

    @classmethod
    def of(cls, row: CaseCheck, told: bool) -> "Check":
        """Whoever is not told sees a check that found something as one that is still open."""
        hidden = not told and row.status in (CheckStatus.FAILED.value, CheckStatus.REFERRED.value)
        return cls(
            id=row.id,
            kind=row.kind,
            status=CheckStatus.OPEN if hidden else CheckStatus(row.status),
            findings=[Finding(name=name, value=_texts(value)) for name, value in row.result.items()] if told else [],
            performed_at=row.performed_at,
            performed_by_id=row.performed_by,
        )


def _texts(value: Any) -> list[str]:
    several = value if isinstance(value, list) else [value]
    return [str(each) for each in several if each is not None]


@strawberry.type(description="One person's signature in one round.")
class Approval:
    id: UUID
    round: int
    signature: Signature
    reasons: list[Reason]
    note: PersonalText | None
    decided_at: datetime
    approver_id: strawberry.Private[UUID]

    @strawberry.field
    def approver(self, info: Info) -> Agent | None:
        return agent(info, self.approver_id)

    @classmethod
    def of(cls, row: CaseApproval, words: Words, note: PersonalText | None) -> "Approval":
        return cls(
            id=row.id,
            round=row.round,
            signature=Signature(row.decision),
            reasons=[words.reason(code) for code in row.reasons],
            note=note,
            decided_at=row.decided_at,
            approver_id=row.approver_id,
        )


@strawberry.type(description="What has still to be done after an approval, and until when.")
class Condition:
    id: UUID
    code: str
    words: str
    due_on: date
    status: ConditionStatus
    closed_at: datetime | None
    closed_by_id: strawberry.Private[UUID | None]

    @strawberry.field
    def closed_by(self, info: Info) -> Agent | None:
        return agent(info, self.closed_by_id)

    @classmethod
    def of(cls, row: CaseCondition, words: Words) -> "Condition":
        return cls(
            id=row.id,
            code=row.code,
            words=words.condition(row.code),
            due_on=row.due_on,
            status=ConditionStatus(row.status),
            closed_at=row.closed_at,
            closed_by_id=row.closed_by,
        )


@strawberry.type(description="What was asked of the customer, and until when.")
class InformationRequest:
    id: UUID
    requirements: list[str]
    message: PersonalText | None
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None
    asked_by_id: strawberry.Private[UUID]

    @strawberry.field
    def asked_by(self, info: Info) -> Agent | None:
        return agent(info, self.asked_by_id)

    @classmethod
    def of(cls, row: RequestRow, message: PersonalText | None) -> "InformationRequest":
        return cls(
            id=row.id,
            requirements=list(row.requirements),
            message=message,
            asked_at=row.asked_at,
            due_at=row.due_at,
            answered_at=row.answered_at,
            asked_by_id=row.asked_by,
        )

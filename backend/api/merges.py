"""Pairs of records that may be one, and why they look alike."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry

from backend.api.costs import Cost
from backend.api.parties import Party, party_of
from backend.api.party_enums import MergeStatus
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.customers import views


@strawberry.type(description="What agreed or disagreed, and how much it counted; names of figures and their values.")
class Evidence:
    name: str
    value: str


@strawberry.type(description="Merged only when a second person agrees.")
class MergeCase:
    id: UUID
    first: Party
    second: Party
    score: int
    evidence: list["EvidenceItem"] = strawberry.field(directives=[Cost(weight=0, size=5)])
    status: MergeStatus
    survivor_id: UUID | None
    proposed_at: datetime | None
    decided_at: datetime | None
    proposed_by_id: strawberry.Private[UUID | None]
    decided_by_id: strawberry.Private[UUID | None]

    @strawberry.field
    def proposed_by(self, info: Info) -> Agent | None:
        return agent(info, self.proposed_by_id)

    @strawberry.field
    def decided_by(self, info: Info) -> Agent | None:
        return agent(info, self.decided_by_id)

    @classmethod
    def of(cls, view: views.MergeView) -> "MergeCase":
        return cls(
            id=view.id,
            first=party_of(view.first),
            second=party_of(view.second),
            score=view.score,
            evidence=[EvidenceItem.of(item) for item in view.evidence],
            status=MergeStatus(view.status),
            survivor_id=view.survivor_id,
            proposed_at=view.proposed_at,
            decided_at=view.decided_at,
            proposed_by_id=view.proposed_by,
            decided_by_id=view.decided_by,
        )


@strawberry.type
class EvidenceItem:
    figures: list[Evidence] = strawberry.field(directives=[Cost(weight=0, size=4)])

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "EvidenceItem":
        return cls(figures=[Evidence(name=name, value=str(value)) for name, value in given.items()])

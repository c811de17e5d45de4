"""Why something is allowed, masked, hidden or refused, with the line of the policy that decided."""

from uuid import UUID

import strawberry

from backend.access import explain, viewpoint
from backend.access.context import Context
from backend.api import faults, records
from backend.api.costs import resolved
from backend.api.personal import SHOWN, Visibility
from backend.api.records import RecordKind
from backend.api.request import Info
from backend.core.actor import Actor


@strawberry.type
class PolicyLine:
    file: str
    line: int
    text: str


@strawberry.type
class Explanation:
    allowed: bool
    visibility: Visibility | None = strawberry.field(description="For the right to view a personal field.")
    reason: str
    words: str
    decided_by: PolicyLine | None = strawberry.field(
        description="Null when no line speaks of the right, and for partners."
    )
    missing: list[str] = strawberry.field(description="Scopes that the record does not meet.")
    roles: list[str] = strawberry.field(description="Roles that could.")

    @classmethod
    def of(cls, explanation: explain.Explanation, actor: Actor) -> "Explanation":
        """The lines of the policy and the roles of the house are for its staff."""
        visibility, inside = explanation.visibility, actor.type != "partner"
        line = explanation.line if inside else None
        return cls(
            allowed=explanation.allowed,
            visibility=None if visibility is None else SHOWN[visibility],
            reason=explanation.reason,
            words=faults.explained(explanation, actor),
            decided_by=None if line is None else PolicyLine(file=line.file, line=line.number, text=line.text),
            missing=explanation.params["missing"] if inside else [],
            roles=list(explanation.roles) if inside else [],
        )


@strawberry.type
class ExplanationQuery:
    @resolved("May the viewer, or a colleague, do this to the record, and why (not)?", weight=5)
    async def explain(
        self,
        info: Info,
        object: str,  # noqa: A002 - the argument's name in the contract
        action: str,
        kind: RecordKind = RecordKind.PARTY,
        record_id: UUID | None = None,
        person_id: UUID | None = None,
    ) -> Explanation:
        async def explained(ctx: Context) -> explain.Explanation:
            actor = ctx.actor if person_id is None else await viewpoint.of_colleague(ctx, person_id)
            return ctx.policy.explain(actor, action, object, await records.facts(ctx, kind, record_id))

        return Explanation.of(await info.context.read(explained), info.context.actor)

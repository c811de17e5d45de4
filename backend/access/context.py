"""What a use case works with: the transaction, who acts, the one instant it happens at, and the three controls."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from backend.access import step_up
from backend.access.fields import FieldPlan
from backend.access.index import Decision
from backend.access.policy import AccessPolicy
from backend.access.scopes import Facts, ScopeColumns
from backend.access.sign_in_rules import sign_in_rules
from backend.audit.trail import Subject, Trail
from backend.core.actor import Actor
from backend.core.events import emit
from backend.core.rulesets import Policies
from backend.privacy.vault import Vault


@dataclass(slots=True)
class Context:
    session: AsyncSession
    actor: Actor
    now: datetime
    policy: AccessPolicy
    policies: Policies
    vault: Vault
    trail: Trail
    reads: dict[Subject, set[str]] = field(default_factory=dict)

    def require(self, action: str, obj: str, facts: Facts) -> Decision:
        """Raises NotAllowed, which the edge audits in a transaction of its own, and StepUpNeeded."""
        decision = self.policy.require(self.actor, action, obj, facts)
        if self.actor.proof is not None:
            rules = sign_in_rules(self.policies, self.now.date()).rules
            step_up.require(self.actor, action, obj, rules.step_up, self.now)
        return decision

    def may(self, action: str, obj: str, facts: Facts) -> bool:
        return self.policy.decide(self.actor, action, obj, facts).allowed

    def clause(self, action: str, obj: str, columns: ScopeColumns) -> ColumnElement[bool]:
        return self.policy.clause(self.actor, action, obj, columns)

    def plan(self, obj: str, fields: list[str]) -> FieldPlan:
        return self.policy.plan(self.actor, obj, fields)

    def audit(
        self, action: str, subject: Subject, *, reason: str | None = None, ruleset: str | None = None
    ) -> AbstractAsyncContextManager[UUID]:
        return self.trail.entry(action, subject, reason=reason, ruleset=ruleset)

    def saw(self, subject: Subject, *fields: str) -> None:
        """Personal fields that this request shows; the edge writes one entry for all of them."""
        self.reads.setdefault(subject, set()).update(fields)

    async def emit(self, name: str, subject_id: UUID, payload: dict[str, Any]) -> None:
        await emit(self.session, self.actor.tenant_id, name, subject_id, payload, self.now)

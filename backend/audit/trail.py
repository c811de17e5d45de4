"""The trail of one transaction: opens entries, and makes every flushed row name the entry that made it.

Entries are inserted at once, rows follow when the session flushes; the triggers of the database refuse whatever
does not come this way (records.md).
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.attributes import flag_modified

from backend.audit.actions import known
from backend.audit.errors import UnauditedWrite
from backend.audit.models import AuditEntry
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.core.tables import Audited

_ENTRY = "audit_entry_id"
_INSERT = insert(AuditEntry.__table__)  # type: ignore[attr-defined]  # compiled once, past the mapper
Subject = tuple[str, UUID]


def canonical(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def entry_values(
    actor: Actor,
    action: str,
    subject: Subject,
    now: datetime,
    *,
    outcome: str = "success",
    reason: str | None = None,
    ruleset: str | None = None,
    reads: Sequence[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """The row of one entry; `reason` is a code, never prose about a person (no personal data in the log)."""
    return {
        "id": new_id(),
        "tenant_id": actor.tenant_id,
        "ts": now,
        "actor_id": actor.id,
        "actor": actor_json(actor),
        "action": known(action),
        "subject_type": subject[0],
        "subject_id": subject[1],
        "outcome": outcome,
        "reason": reason,
        "ruleset": ruleset,
        "origin": origin_json(actor),
        "reads": None if reads is None else canonical(reads),
    }


def actor_json(actor: Actor) -> str:
    on_behalf_of = None if actor.on_behalf_of is None else str(actor.on_behalf_of)
    return canonical(
        {"id": str(actor.id), "type": actor.type, "roles": sorted(actor.roles), "on_behalf_of": on_behalf_of}
    )


def origin_json(actor: Actor) -> str:
    return canonical({"channel": actor.channel, "ip": actor.ip_digest, "request": actor.request_id})


@dataclass(slots=True)
class Trail:
    """`rulesets` are the hashes that its entries name: whoever ends the transaction keeps their texts."""

    session: AsyncSession
    actor: Actor
    now: datetime
    rulesets: set[str] = field(default_factory=set)

    @asynccontextmanager
    async def entry(
        self, action: str, subject: Subject, *, reason: str | None = None, ruleset: str | None = None
    ) -> AsyncIterator[UUID]:
        """Everything flushed inside belongs to this entry; entries nest, the innermost counts."""
        await self.session.flush()
        values = entry_values(self.actor, action, subject, self.now, reason=reason, ruleset=ruleset)
        await self.session.execute(_INSERT, values)
        self.decided_by(ruleset)
        info = self.session.sync_session.info
        outer = info.get(_ENTRY)
        info[_ENTRY] = values["id"]
        try:
            yield values["id"]
            await self.session.flush()
        finally:
            info[_ENTRY] = outer

    def decided_by(self, ruleset: str | None) -> None:
        if ruleset is not None:
            self.rulesets.add(ruleset)

    async def remove(self, row: Audited) -> None:
        """Delete a row inside an entry: it names the entry in a last version, and the deletion is one after that."""
        flag_modified(row, "entry_id")
        await self.session.flush()
        await self.session.delete(row)
        await self.session.flush()

    async def note(
        self,
        action: str,
        subject: Subject,
        *,
        outcome: str = "success",
        reason: str | None = None,
        reads: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """An entry that changes nothing: a read, a refusal, a failed attempt."""
        values = entry_values(self.actor, action, subject, self.now, outcome=outcome, reason=reason, reads=reads)
        await self.session.execute(_INSERT, values)


def name_entry(session: Session, _context: UOWTransaction, _instances: Iterable[object] | None) -> None:
    """Before each flush: new and changed audited rows take the open entry and their next version."""
    entry = session.info.get(_ENTRY)
    changed = [row for row in session.dirty if isinstance(row, Audited) and session.is_modified(row)]
    for row in (*(new for new in session.new if isinstance(new, Audited)), *changed):
        if entry is None:
            raise UnauditedWrite(table=str(row.__tablename__))
        row.entry_id = entry
        row.ver = (row.ver or 0) + 1


event.listen(Session, "before_flush", name_entry)

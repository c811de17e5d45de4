"""The trail of a record: who did what to it, why, what changed, and whether a signed head of the log covers it."""

from datetime import datetime
from uuid import UUID

import orjson
import strawberry

from backend.access.context import Context
from backend.access.fields import Visibility
from backend.access.scopes import Facts
from backend.api import records
from backend.api.costs import Cost, resolved
from backend.api.pages import After, Connection, First, instant_place, page_size, place, read_instant_place
from backend.api.records import RecordKind
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.audit import reading
from backend.customers import queries as customers
from backend.customers.guards import GUARDS
from backend.onboarding import queries as onboarding


@strawberry.type(description="Values are JSON; of a column that is sealed or may not be seen, only that it changed.")
class ColumnChange:
    column: str
    sealed: bool
    before: str | None
    after: str | None


@strawberry.type
class RecordChange:
    table: str
    record_id: UUID
    version: int
    operation: str
    columns: list[ColumnChange] = strawberry.field(directives=[Cost(weight=0, size=5)])


@strawberry.type
class AuditEntry:
    id: UUID
    at: datetime
    action: str
    words: str
    subject_type: str
    subject_id: UUID
    outcome: str
    reason: str | None
    ruleset: str | None = strawberry.field(description="SHA-256 of the rule-set that decided.")
    channel: str
    roles: list[str]
    leaf: int | None = strawberry.field(description="Its place in the log; null while it waits for the sequencer.")
    covered: bool = strawberry.field(description="A signed head of the log covers it.")
    fields_read: list[str] = strawberry.field(description="Personal fields of the record that were read.")
    changes: list[RecordChange] = strawberry.field(directives=[Cost(weight=0, size=5)])
    actor_id: strawberry.Private[UUID]
    behalf_id: strawberry.Private[UUID | None]

    @strawberry.field
    def actor(self, info: Info) -> Agent | None:
        return agent(info, self.actor_id)

    @strawberry.field
    def on_behalf_of(self, info: Info) -> Agent | None:
        return agent(info, self.behalf_id)


@strawberry.type
class AuditQuery:
    @resolved("Entries about a record, the newest first. Reading them is noted too.", weight=20, sliced_by="first")
    async def audit_trail(
        self, info: Info, record_id: UUID, kind: RecordKind = RecordKind.PARTY, first: First = 50, after: After = None
    ) -> Connection[AuditEntry]:
        listed, limit = f"audit {record_id}", page_size(first)
        text = place(info, listed, after)
        start = None if text is None else reading.After(*read_instant_place(text))

        async def entries(ctx: Context) -> list[AuditEntry]:
            facts = await records.facts(ctx, kind, record_id)
            ctx.require("view_record", "audit", facts)
            await ctx.trail.note("audit.view", (kind.value, record_id))
            ids = await family(ctx, kind, record_id)
            lines = await reading.trail(
                ctx.session, ids, after=start, limit=limit + 1, locale=info.context.actor.locale
            )
            return [_entry(ctx, facts, line) for line in lines]

        found = await info.context.read(entries)
        shown = found[:limit]
        following = instant_place(shown[-1].at, shown[-1].id) if len(found) > limit else None
        return Connection.of(info, listed, shown, following)


async def family(ctx: Context, kind: RecordKind, record_id: UUID) -> list[UUID]:
    """The record and what belongs to it, so that one trail tells the whole of it."""
    if kind is RecordKind.PARTY:
        customer = (await customers.customers_of(ctx, [record_id])).get(record_id)
        return [record_id] if customer is None else [record_id, customer.id]
    if kind is not RecordKind.CASE:
        return [record_id]
    parts = (onboarding.requirements_of, onboarding.checks_of, onboarding.approvals_of, onboarding.conditions_of)
    rows = [row for part in parts for row in (await part(ctx, [record_id])).get(record_id, [])]
    return [record_id, *(row.id for row in rows)]


def _entry(ctx: Context, facts: Facts, line: reading.TrailLine) -> AuditEntry:
    return AuditEntry(
        id=line.entry_id,
        at=line.ts,
        action=line.action,
        words=line.meaning,
        subject_type=line.subject_type,
        subject_id=line.subject_id,
        outcome=line.outcome,
        reason=line.reason,
        ruleset=line.ruleset,
        channel=line.channel,
        roles=list(line.roles),
        leaf=line.leaf,
        covered=line.covered,
        fields_read=list(line.seen),
        changes=[_change(ctx, facts, change) for change in line.changes],
        actor_id=line.actor_id,
        behalf_id=line.on_behalf_of,
    )


def _change(ctx: Context, facts: Facts, change: reading.RecordChange) -> RecordChange:
    return RecordChange(
        table=change.table,
        record_id=change.record_id,
        version=change.ver,
        operation=change.op,
        columns=[_column(ctx, facts, change.table, column) for column in change.columns],
    )


def _column(ctx: Context, facts: Facts, table: str, column: reading.ColumnChange) -> ColumnChange:
    """A personal column, though it be not sealed, is shown to those who see in clear all that may guard it."""
    fields = GUARDS.get((table, column.column), frozenset())
    seen = (ctx.policy.visibility(ctx.actor, f"customer.{field}", facts) for field in fields)
    opaque = column.sealed or any(how is not Visibility.CLEAR for how in seen)
    return ColumnChange(
        column=column.column,
        sealed=opaque,
        before=None if opaque else _json(column.before),
        after=None if opaque else _json(column.after),
    )


def _json(value: object) -> str | None:
    return None if value is None else orjson.dumps(value).decode()

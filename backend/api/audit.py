"""The trail of a record: who did what to it, why, what changed, and whether a signed head of the log covers it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final
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
from backend.api.report_filters import ReportFilterInput, filters_of
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.audit import reading
from backend.customers import queries as customers
from backend.customers.guards import GUARDS, guard_of_any
from backend.onboarding import queries as onboarding
from backend.reporting import log_search

_PEOPLE: Final = frozenset({"owner_id", "author_id", "holder_id", "user_id", "manager_id"})
"""Columns beside those that end in `_by`."""


@strawberry.type(description="Values are JSON; of a column that is sealed or may not be seen, only that it changed.")
class ColumnChange:
    column: str
    sealed: bool
    before: str | None
    after: str | None

    @resolved("Whom the value before names, where it names who did something or answers for it.")
    def before_agent(self, info: Info) -> Agent | None:
        return _named(info, self.column, self.before)

    @resolved("Whom the value after names.")
    def after_agent(self, info: Info) -> Agent | None:
        return _named(info, self.column, self.after)


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
    @resolved(
        "The log, the newest first: entries about one of the records, by one of the people, with one of the actions, in"
        " the period. Looking is noted too.",
        weight=50,
        sliced_by="first",
    )
    async def audit_log(
        self, info: Info, filters: ReportFilterInput | None = None, first: First = 30, after: After = None
    ) -> Connection[AuditEntry]:
        wanted = filters_of(filters)

        async def lines(ctx: Context, start: reading.After | None, limit: int) -> list[AuditEntry]:
            found = await log_search.entries(ctx, wanted, after=start, limit=limit)
            return [entry_shown(ctx, None, line) for line in found]

        return await entries_page(info, f"log {wanted.code()}", first, after, lines)

    @resolved("Entries about a record, the newest first. Reading them is noted too.", weight=20, sliced_by="first")
    async def audit_trail(
        self, info: Info, record_id: UUID, kind: RecordKind = RecordKind.PARTY, first: First = 50, after: After = None
    ) -> Connection[AuditEntry]:
        async def lines(ctx: Context, start: reading.After | None, limit: int) -> list[AuditEntry]:
            facts = await records.facts(ctx, kind, record_id)
            ctx.require("view_record", "audit", facts)
            await ctx.trail.note("audit.view", (kind.value, record_id))
            ids = await family(ctx, kind, record_id)
            found = await reading.trail(ctx.session, ids, after=start, limit=limit, locale=ctx.actor.locale)
            return [entry_shown(ctx, facts, line) for line in found]

        return await entries_page(info, f"audit {record_id}", first, after, lines)


Lines = Callable[[Context, reading.After | None, int], Awaitable[list[AuditEntry]]]


async def entries_page(info: Info, listed: str, first: int, after: str | None, lines: Lines) -> Connection[AuditEntry]:
    """`lines` gives as many entries as it is asked for, older than where the page before ended."""
    limit, text = page_size(first), place(info, listed, after)
    start = None if text is None else reading.After(*read_instant_place(text))
    found = await info.context.read(lambda ctx: lines(ctx, start, limit + 1))
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


def entry_shown(ctx: Context, facts: Facts | None, line: reading.TrailLine) -> AuditEntry:
    """`facts` are of the customer whose trail it is; without them no personal column is shown."""
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


def _change(ctx: Context, facts: Facts | None, change: reading.RecordChange) -> RecordChange:
    return RecordChange(
        table=change.table,
        record_id=change.record_id,
        version=change.ver,
        operation=change.op,
        columns=[_column(ctx, facts, change.table, column) for column in change.columns],
    )


def _column(ctx: Context, facts: Facts | None, table: str, column: reading.ColumnChange) -> ColumnChange:
    """A personal column, though it be not sealed, is shown to those who see in clear all that may guard it."""
    fields = GUARDS.get((table, column.column)) or _unguarded(table, column.column)
    opaque = column.sealed or not all(_clear(ctx, facts, field) for field in fields)
    return ColumnChange(
        column=column.column,
        sealed=opaque,
        before=None if opaque else _json(column.before),
        after=None if opaque else _json(column.after),
    )


def _unguarded(table: str, column: str) -> frozenset[str]:
    """What is personal and has no field of its own is seen with the name."""
    field = guard_of_any(table, column, {})
    return frozenset() if field is None else frozenset({field})


def _clear(ctx: Context, facts: Facts | None, field: str) -> bool:
    return facts is not None and ctx.policy.visibility(ctx.actor, f"customer.{field}", facts) is Visibility.CLEAR


def _named(info: Info, column: str, value: str | None) -> Agent | None:
    """The agent, or an awaitable of it."""
    if value is None or not (column.endswith("_by") or column in _PEOPLE):
        return None
    return agent(info, UUID(orjson.loads(value)))


def _json(value: object) -> str | None:
    return None if value is None else orjson.dumps(value).decode()

"""A record as it stood at an instant, column by column, read from its versions and shown by the rights of today."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

import orjson
import strawberry
from sqlalchemy.types import LargeBinary

from backend.access.context import Context
from backend.access.fields import Visibility as Shown
from backend.api import records
from backend.api.costs import Cost, resolved
from backend.api.personal import SHOWN, Visibility
from backend.api.records import RecordKind
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.audit import history
from backend.audit.history import DELETED, Version
from backend.audit.reading import meaning
from backend.core.errors import NotFound
from backend.customers import queries as customers
from backend.customers.guards import guard
from backend.customers.queries import Sight
from backend.onboarding import queries as onboarding

_BOOKKEEPING: Final = frozenset({"id", "tenant_id", "entry_id", "ver"})


@strawberry.enum(description="Records whose past can be read.")
class PastKind(Enum):
    PARTY = "party"
    NAME = "party_name"
    IDENTIFIER = "party_identifier"
    ADDRESS = "party_address"
    CONTACT = "party_contact"
    COUNTRY = "party_country"
    CUSTOMER = "customer"
    CASE = "onboarding_case"

    def party(self, values: Mapping[str, Any]) -> UUID:
        """Whose record it is, by one of its versions."""
        found: UUID = values["id" if self is PastKind.PARTY else "party_id"]
        return found


_PARTS: Final = tuple(kind for kind in PastKind if kind not in {PastKind.PARTY, PastKind.CASE})


@strawberry.type(description="`field` is null where the column is not personal; a list is written as JSON.")
class PastColumn:
    name: str
    value: str | None
    visibility: Visibility
    field: str | None


@strawberry.type(description="The version of a record that was current at the instant, and the entry that made it.")
class PastRecord:
    id: UUID
    kind: PastKind
    version: int
    entry_id: UUID
    recorded_at: datetime
    action: str
    words: str
    columns: list[PastColumn] = strawberry.field(directives=[Cost(weight=0, size=20)])
    actor_id: strawberry.Private[UUID]
    party_id: strawberry.Private[UUID]
    instant: strawberry.Private[datetime]

    @strawberry.field
    def actor(self, info: Info) -> Agent | None:
        return agent(info, self.actor_id)

    @resolved("What belonged to a party then: names, papers, ways to reach it, its relationship.", weight=20, size=15)
    async def parts(self, info: Info) -> list["PastRecord"]:
        if self.kind is not PastKind.PARTY:
            return []
        return await info.context.read(lambda ctx: _parts(ctx, self.party_id, self.instant))


@strawberry.type
class PastQuery:
    @resolved("A record as it stood at an instant; null before it was made and after it was deleted.", weight=20)
    async def record_as_of(
        self, info: Info, record_id: UUID, at: datetime, kind: PastKind = PastKind.PARTY
    ) -> PastRecord | None:
        return await info.context.read(lambda ctx: _record(ctx, kind, record_id, at))


async def _record(ctx: Context, kind: PastKind, record_id: UUID, at: datetime) -> PastRecord | None:
    """Judged by the party that the record belonged to then. Raises NotFound also for another institution's."""
    versions = await history.versions(ctx.session, kind.value, record_id)
    if not versions:
        raise NotFound()
    current = next((version for version in reversed(versions) if version.ts <= at), None)
    sight = await _sight(ctx, kind, record_id, kind.party((current or versions[0]).values))
    return None if current is None or current.op == DELETED else _past(sight, kind, current, at)


async def _sight(ctx: Context, kind: PastKind, record_id: UUID, party_id: UUID) -> Sight:
    if kind is PastKind.CASE:
        await onboarding.found(ctx, record_id)
    ctx.require("view_history", "customer", await records.facts(ctx, RecordKind.PARTY, party_id))
    return (await customers.sights(ctx, [party_id], "view_history"))[party_id]


async def _parts(ctx: Context, party_id: UUID, at: datetime) -> list[PastRecord]:
    sight = (await customers.sights(ctx, [party_id], "view_history"))[party_id]
    found = []
    for kind in _PARTS:
        ids = await customers.part_ids(ctx, kind.value, party_id)
        ids |= await history.touched(ctx.session, kind.value, party_id)
        versions = (await history.existing(ctx.session, kind.value, ids, at)).values()
        found += [_past(sight, kind, each, at) for each in versions if kind.party(each.values) == party_id]
    return found


def _past(sight: Sight, kind: PastKind, version: Version, at: datetime) -> PastRecord:
    names = [name for name in history.audited(kind.value).c.keys() if name not in _BOOKKEEPING]  # noqa: SIM118
    shown = (_column(sight, kind.value, name, version) for name in names if name in version.values)
    return PastRecord(
        id=version.record_id,
        kind=kind,
        version=version.ver,
        entry_id=version.entry_id,
        recorded_at=version.ts,
        action=version.action,
        words=meaning(version.action, sight.ctx.actor.locale),
        columns=[column for column in shown if column is not None],
        actor_id=version.actor_id,
        party_id=sight.party_id,
        instant=at,
    )


def _column(sight: Sight, table: str, name: str, version: Version) -> PastColumn | None:
    """None for keyed tags, which are nobody's to read; sealed values are opened only for who may see them."""
    column, value = history.audited(table).c[name], version.values[name]
    field, sealed = guard(table, name, version.values), bool(column.info.get("sealed"))
    if field is None:
        secret = sealed or isinstance(column.type, LargeBinary)
        return None if secret else PastColumn(name=name, value=_text(value), visibility=SHOWN[Shown.CLEAR], field=None)
    open_ = sight.open(field, (table, name), version.record_id, value) if sealed else sight.show(field, value)
    return PastColumn(name=name, value=open_, visibility=SHOWN[sight.visible[field]], field=f"customer.{field}")


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return orjson.dumps(value).decode() if isinstance(value, list | dict | bool) else str(value)

"""Everything that is held about a person, read from every table that the schema itself says is about one.

Nothing is listed by hand: a capability that adds a table with a sealed column, a party or a record of one is in the
package from that day on.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, select

from backend.access.context import Context
from backend.privacy.errors import DataKeyDestroyed
from backend.privacy.personal import PersonalTable, about, personal_tables

_BOOKKEEPING: Final = frozenset({"tenant_id", "entry_id", "ver"})
_CONTENT: Final = "document_content"
_ABOUT: Final = "subject_type"
"""The column of a record about another record (work, tasks) that names the table of the other."""


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one table, each column as a plain JSON value. `others`: how many values belong to somebody else."""

    table: str
    rows: tuple[Mapping[str, Any], ...]
    others: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """`withheld` counts rows that the law forbids to tell; a package only says that there may be such."""

    party_id: UUID
    lineage: tuple[UUID, ...]
    sections: tuple[Section, ...]
    withheld: int

    @property
    def rows(self) -> int:
        return sum(len(section.rows) for section in self.sections)


async def held_about(ctx: Context, party_id: UUID, lineage: Collection[UUID], withheld: Collection[str]) -> Holdings:
    """The keys of the lineage are open afterwards; each table is noted as read, with its sealed columns.

    Work about a record that is withheld is withheld with it: that there is an alert must not be told either.
    """
    await ctx.vault.load(lineage)
    tables = personal_tables()
    sections, kept_back = [], 0
    for name, of in tables.items():
        if name == _CONTENT:
            continue
        rows = (await ctx.session.execute(_rows(of, lineage, tables))).mappings().all()
        told = [] if name in withheld else [row for row in rows if row.get(_ABOUT) not in withheld]
        kept_back += len(rows) - len(told)
        if told:
            sections.append(_section(ctx, of, told, frozenset(lineage)))
            ctx.saw(("party", party_id), name)
    return Holdings(party_id, tuple(lineage), tuple(sections), kept_back)


def _rows(of: PersonalTable, lineage: Collection[UUID], tables: Mapping[str, PersonalTable]) -> Any:
    return select(of.table).where(about(of.name, lineage, tables)).order_by(*of.table.primary_key.columns)


def _section(ctx: Context, of: PersonalTable, rows: Collection[Any], lineage: frozenset[UUID]) -> Section:
    others = 0
    shown = []
    for row in rows:
        values: dict[str, Any] = {}
        for key in columns(of.table):
            if key in of.binary:
                continue
            if key not in of.sealed:
                values[key] = plain(row[key])
            elif row[of.sealed[key]] in lineage:
                values[key] = _open(ctx, of, key, row)
            else:
                others += row[key] is not None
        shown.append(values)
    return Section(of.name, tuple(shown), others)


def _open(ctx: Context, of: PersonalTable, key: str, row: Any) -> str | None:
    if row[key] is None:
        return None
    try:
        return ctx.vault.open(of.name, key, row["id"], row[of.sealed[key]], row[key])
    except DataKeyDestroyed:
        return None


def columns(table: Table) -> Iterator[str]:
    return (str(key) for key in table.c.keys() if key not in _BOOKKEEPING)  # noqa: SIM118 - a collection of columns


def plain(value: Any) -> Any:
    """As JSON has it: money and other decimals as text, times in UTC."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    return value

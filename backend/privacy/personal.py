"""Where personal data lies: found in the tables themselves, so that a new table cannot be forgotten.

A table holds data about a party when a column is sealed under the party's key, points at `party`, or is called
`party_id`; and when it belongs to a record that does (a requirement to its case, a card to its account).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, MetaData, Table, false, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import LargeBinary

from backend.core.tables import metadata

ROOT: Final = "party"
APART: Final[Mapping[str, str]] = {
    "data_key": "the keys themselves",
    "name_tag": "keyed tags derived from the names",
    "record_version": "earlier versions of the same records",
    "audit_entry": "who did what, without personal data",
}
"""Tables about a party that are neither handed out nor emptied row by row, and why."""


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """`owners` are the columns that name the party; without any, `via` leads (column → table) to a record that does.

    `sealed` maps each encrypted column to the column with its owner; `plain` are open columns about the person; `bytes`
    are other binary columns: keyed tags, digests and contents.
    """

    table: Table
    owners: tuple[str, ...]
    via: tuple[tuple[str, str], ...]
    sealed: Mapping[str, str]
    plain: tuple[str, ...]
    binary: tuple[str, ...]

    @property
    def name(self) -> str:
        return str(self.table.name)

    @property
    def audited(self) -> bool:
        return {"id", "entry_id", "ver"} <= set(self.table.c.keys())


def personal_tables(of: MetaData = metadata) -> dict[str, PersonalTable]:
    """By name, each after the tables that it is reached through."""
    found = {table.name: _direct(table) for table in of.sorted_tables if table.name not in APART and _owners(table)}
    growing = True
    while growing:
        reached = {
            table.name: _described(table, (), via)
            for table in of.sorted_tables
            if table.name not in found and table.name not in APART and (via := _via(table, found))
        }
        found |= reached
        growing = bool(reached)
    return found


def about(name: str, party_ids: Collection[UUID], tables: Mapping[str, PersonalTable]) -> ColumnElement[bool]:
    """The condition that picks the rows about these parties."""
    of = tables[name]
    mine = [of.table.c[owner].in_(party_ids) for owner in of.owners]
    theirs = [
        of.table.c[column].in_(select(tables[parent].table.c.id).where(about(parent, party_ids, tables)))
        for column, parent in of.via
    ]
    return or_(false(), *mine, *theirs)


async def with_records(session: AsyncSession, ids: Collection[UUID]) -> list[UUID]:
    """These records; of those that are parties also every audited record about them: cases, alerts, documents."""
    tables = personal_tables()
    listed = [select(each.table.c.id).where(about(name, ids, tables)) for name, each in tables.items() if each.audited]
    found = await session.scalars(union(*listed)) if ids else ()
    return list(dict.fromkeys([*ids, *found]))


def _direct(table: Table) -> PersonalTable:
    return _described(table, _owners(table), ())


def _owners(table: Table) -> tuple[str, ...]:
    if table.name == ROOT:
        return ("id",)
    pointing = [key for key, column in table.c.items() if ROOT in _targets(column)]
    sealing = [owner for owner in _sealed(table).values() if not _targets(table.c[owner]) - {ROOT}]
    named = [key for key in table.c.keys() if key == "party_id"]  # noqa: SIM118 - a collection of columns, no mapping
    return tuple(dict.fromkeys([*pointing, *sealing, *named]))


def _via(table: Table, found: Mapping[str, PersonalTable]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (key, target)
        for key, column in table.c.items()
        for target in sorted(_targets(column))
        if target in found and "id" in found[target].table.c
    )


def _described(table: Table, owners: tuple[str, ...], via: tuple[tuple[str, str], ...]) -> PersonalTable:
    sealed = _sealed(table)
    plain = tuple(key for key, column in table.c.items() if column.info.get("personal"))
    binary = tuple(k for k, column in table.c.items() if isinstance(column.type, LargeBinary) and k not in sealed)
    return PersonalTable(table, owners, via, sealed, plain, binary)


def _sealed(table: Table) -> dict[str, str]:
    return {key: str(column.info["owner"]) for key, column in table.c.items() if column.info.get("sealed")}


def _targets(column: Any) -> set[str]:
    return {key.column.table.name for key in column.foreign_keys}


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """`owner` is the column with the customer, or the colleague, under whose key the value is sealed."""

    table: Table
    name: str
    owner: str

    def __str__(self) -> str:
        return f"{self.table.name}.{self.name}"


def sealed_columns(of: MetaData = metadata) -> list[SealedColumn]:
    """Every encrypted column there is, of customers and of colleagues."""
    return [SealedColumn(table, key, owner) for table in of.sorted_tables for key, owner in _sealed(table).items()]

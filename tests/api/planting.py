"""A row with a canary in each encrypted column, for every table about persons: made from what the tables say of
themselves, so that a new table or column is searched for without anybody thinking of it."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Table, insert, select, text

from backend.access.context import Context
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.core.tables import metadata
from backend.edge.errors import RuleOfDatabase
from backend.edge.platform import Platform
from backend.privacy.personal import ROOT, personal_tables
from tests.api.canaries import word

_NUMBERS = count(120)
_MADE: dict[type, Any] = {
    str: "canary",
    int: 1,
    bool: False,
    Decimal: Decimal(1),
    object: {},
    list: [],
    bytes: bytes(32),
}


_SENSE: dict[str, dict[str, Callable[[Context], Any]]] = {
    "assistant_conversation": {"token_sha256": lambda _: new_id().hex},
    "risk_override": {"expires_on": lambda ctx: ctx.now.date() + timedelta(days=1)},
    "stage_transition": {"cause": lambda _: "person", "until": lambda ctx: ctx.now.date()},
    "survey": {"expires_at": lambda ctx: ctx.now + timedelta(days=1)},
}
"""Columns that a check of the table ties to each other, or that stand once in the whole house."""


async def plant(platform: Platform, actor: Actor, known: UUID | None = None) -> list[str]:
    """One row in each, about a party that is known or one of its own; what was planted.

    Where the database wants more sense in a row than a canary has, the flows have to bring one: the test asks for a
    canary in every column.
    """
    party = known or new_id()
    planted: list[str] = []
    tables = [each.table for each in personal_tables().values() if each.sealed and (known is None or each.name != ROOT)]
    for table in sorted(tables, key=lambda table: table.name != ROOT):
        for whole in (False, True):
            words: list[str] = []
            with suppress(RuleOfDatabase):
                await platform.run(actor, partial(_plant, table=table, party=party, words=words, whole=whole))
                planted += words
                break
    return planted


async def _plant(ctx: Context, table: Table, party: UUID, words: list[str], whole: bool) -> None:
    words.clear()
    await (ctx.vault.create if table.name == ROOT else ctx.vault.load)([party])
    await _insert(ctx, table, party, words, whole)


async def _insert(ctx: Context, table: Table, party: UUID, planted: list[str], whole: bool = False) -> UUID:
    """With what a row must have; a `whole` one also has every instant, which a value may be tied to."""
    id_ = party if table.name == ROOT else new_id()
    row: dict[str, Any] = {"id": id_, "tenant_id": ctx.actor.tenant_id}
    row |= {name: made(ctx) for name, made in _SENSE.get(table.name, {}).items()}
    for column in table.columns:
        if column.name not in row and (_sealed(column) or not _filled(column) or (whole and _instant(column))):
            row[column.name] = await _value(ctx, column, id_, party, planted)
    async with ctx.audit("customer.edit", ("party", party)) as entry:
        if "entry_id" in table.c:
            row |= {"entry_id": entry, "ver": 1}
        await ctx.session.execute(insert(table).values(row))
    return id_


def _sealed(column: Column[Any]) -> bool:
    return bool(column.info.get("sealed"))


def _instant(column: Column[Any]) -> bool:
    return isinstance(column.type, DateTime)


def _filled(column: Column[Any]) -> bool:
    """By itself, or with nothing; bookkeeping is filled with its entry."""
    given = column.default is not None or column.server_default is not None
    return column.nullable or given or column.name in {"entry_id", "ver"}


async def _value(ctx: Context, column: Column[Any], row_id: UUID, party: UUID, planted: list[str]) -> Any:
    table = column.table.name
    if _sealed(column):
        planted.append(word(next(_NUMBERS)))
        return ctx.vault.seal(table, column.name, row_id, party, planted[-1])
    targets = [key.column.table for key in column.foreign_keys]
    owners = {each.info["owner"] for each in column.table.columns if _sealed(each)}
    if column.name in owners | {"party_id"} or any(target.name == ROOT for target in targets):
        return party
    if targets:
        found = await ctx.session.scalar(select(targets[0].c.id).limit(1))
        return found or await _insert(ctx, metadata.tables[targets[0].name], party, planted)
    kind = getattr(column.type, "impl_instance", column.type).python_type
    if kind is UUID:
        return new_id()
    if kind in {datetime, date}:
        return ctx.now if kind is datetime else ctx.now.date()
    return await _allowed(ctx, column) if kind is str else _MADE[kind]


async def _allowed(ctx: Context, column: Column[Any]) -> str:
    """The first of the words that a check leaves to choose from."""
    asked = text(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = to_regclass(:name) AND contype = 'c'"
    )
    for rule in await ctx.session.scalars(asked, {"name": column.table.name}):
        found = re.match(rf"CHECK \(+{column.name}\)?(?:::text)? = ANY .*?'([^']+)'", rule)
        if found:
            return found[1]
    return "canary"

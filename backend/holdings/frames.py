"""Holdings, movements, premiums and claims as Arrow batches, for analysis over millions of rows in bounded memory.

The server streams CSV by COPY, which is cut at line ends into blocks and parsed column-wise; no row becomes a Python
object. Row-level security holds for the query like for every other. A `*_key` is a 64-bit number made from an
identifier: to join and group by, at a fifth of the identifier's weight.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, Final
from uuid import UUID

import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.csv as pc
from psycopg.sql import SQL, Composable, Literal

from backend.access.context import Context
from backend.access.scopes import Facts

Batches = AsyncIterator[Any]
"""Of `pyarrow.RecordBatch`."""
_BLOCK_BYTES: Final = 4 * 1024 * 1024
_MONEY: Final = pa.decimal128(20, 4)
_NAME: Final = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True, slots=True)
class Column:
    sql: str
    type: Any


@dataclass(frozen=True, slots=True)
class Source:
    """`day` is the column by which rows are cut to a period; it decides which months are read at all."""

    tables: str
    day: str
    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Period:
    """Both days belong to it."""

    first: date
    last: date


def _key(column: str) -> Column:
    return Column(f"uuid_hash_extended({column}, 0)", pa.int64())


def _id(column: str) -> Column:
    return Column(column, pa.string())


def _text(column: str) -> Column:
    return Column(column, _NAME)


def _day(column: str) -> Column:
    return Column(column, pa.date32())


def _money(column: str) -> Column:
    return Column(column, _MONEY)


HOLDINGS: Final = Source(
    "holding h",
    "h.opened_on",
    {
        "holding_id": _id("h.id"),
        "holding_key": _key("h.id"),
        "party_id": _id("h.party_id"),
        "party_key": _key("h.party_id"),
        "product_version_id": _text("h.product_version_id"),
        "kind": _text("h.kind"),
        "status": _text("h.status"),
        "opened_on": _day("h.opened_on"),
        "matures_on": _day("h.matures_on"),
        "closed_on": _day("h.closed_on"),
        "close_reason": _text("h.close_reason"),
        "amount": _money("h.amount"),
        "balance": _money("h.balance"),
        "sum_insured": _money("h.sum_insured"),
        "currency": _text("h.currency"),
        "channel": _text("h.channel"),
    },
)
MOVEMENTS: Final = Source(
    "movement m JOIN account a ON a.id = m.account_id",
    "m.booked_on",
    {
        "holding_id": _id("a.holding_id"),
        "holding_key": _key("a.holding_id"),
        "account_id": _id("m.account_id"),
        "account_key": _key("m.account_id"),
        "booked_on": _day("m.booked_on"),
        "direction": _text("m.direction"),
        "operation": _text("m.operation"),
        "purpose": _text("m.purpose"),
        "amount": _money("m.amount"),
        "balance": _money("m.balance"),
        "currency": _text("m.currency"),
    },
)
PREMIUMS: Final = Source(
    "premium p",
    "p.booked_on",
    {
        "holding_id": _id("p.holding_id"),
        "holding_key": _key("p.holding_id"),
        "booked_on": _day("p.booked_on"),
        "kind": _text("p.kind"),
        "amount": _money("p.amount"),
        "currency": _text("p.currency"),
    },
)
CLAIMS: Final = Source(
    "claim c",
    "c.incurred_on",
    {
        "claim_id": _id("c.id"),
        "holding_id": _id("c.holding_id"),
        "holding_key": _key("c.holding_id"),
        "incurred_on": _day("c.incurred_on"),
        "reported_on": _day("c.reported_on"),
        "settled_on": _day("c.settled_on"),
        "paid": _money("c.paid"),
        "reserve": _money("c.reserve"),
        "currency": _text("c.currency"),
        "state": _text("c.state"),
    },
)


def holdings(ctx: Context, columns: Sequence[str], *, versions: Sequence[UUID] | None = None) -> Batches:
    """Of all products, or of these versions. Raises NotAllowed."""
    only = None if versions is None else SQL("h.product_version_id = ANY({})").format(Literal(list(versions)))
    return _stream(ctx, HOLDINGS, columns, None, only)


def movements(
    ctx: Context, period: Period, columns: Sequence[str], *, versions: Sequence[UUID] | None = None
) -> Batches:
    """Booked in the period; of the accounts of these versions. Raises NotAllowed."""
    return _stream(ctx, MOVEMENTS, columns, period, _held("a.holding_id", versions))


def premiums(
    ctx: Context, period: Period, columns: Sequence[str], *, versions: Sequence[UUID] | None = None
) -> Batches:
    return _stream(ctx, PREMIUMS, columns, period, _held("p.holding_id", versions))


def claims(ctx: Context, period: Period, columns: Sequence[str], *, versions: Sequence[UUID] | None = None) -> Batches:
    """Incurred in the period."""
    return _stream(ctx, CLAIMS, columns, period, _held("c.holding_id", versions))


async def frame(batches: Batches, source: Source, columns: Sequence[str]) -> pd.DataFrame:
    """All batches as one frame: money is exact (decimal128), codes are categories; its rows must fit into memory."""
    parts = [batch async for batch in batches]
    table = pa.Table.from_batches(parts, schema=_schema(source, columns)).unify_dictionaries()
    framed: pd.DataFrame = table.to_pandas(types_mapper=_MAPPED.get, date_as_object=False)
    return framed


_MAPPED: Final = {_MONEY: pd.ArrowDtype(_MONEY), pa.int64(): pd.Int64Dtype()}


def _held(column: str, versions: Sequence[UUID] | None) -> Composable | None:
    if versions is None:
        return None
    held = SQL("{} IN (SELECT h.id FROM holding h WHERE h.product_version_id = ANY({}))")
    return held.format(SQL(column), Literal(list(versions)))


def _schema(source: Source, columns: Sequence[str]) -> Any:
    return pa.schema([(name, source.columns[name].type) for name in columns])


async def _stream(
    ctx: Context, source: Source, columns: Sequence[str], period: Period | None, only: Composable | None
) -> Batches:
    ctx.require("view", "holding", Facts(tenant_id=ctx.actor.tenant_id))
    query = _query(source, columns, period, only)
    options = pc.ConvertOptions(
        column_types={name: source.columns[name].type for name in columns},
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        null_values=[""],
    )
    read = pc.ReadOptions(column_names=list(columns), block_size=2 * _BLOCK_BYTES, use_threads=True)
    async for block in blocks(ctx, query):
        for batch in pc.read_csv(BytesIO(block), read_options=read, convert_options=options).to_batches():
            yield batch


def _query(source: Source, columns: Sequence[str], period: Period | None, only: Composable | None) -> Composable:
    conditions = [] if only is None else [only]
    if period is not None:
        within = SQL("{} BETWEEN {} AND {}")
        conditions.append(within.format(SQL(source.day), Literal(period.first), Literal(period.last)))
    chosen = ", ".join(source.columns[name].sql for name in columns)
    query = SQL(f"SELECT {chosen} FROM {source.tables}")  # noqa: S608 - names of this file
    return query + SQL(" WHERE ") + SQL(" AND ").join(conditions) if conditions else query


async def blocks(ctx: Context, query: Composable) -> AsyncIterator[bytes]:
    """CSV in whole rows: the server sends one row in each message, so a block never ends within one.

    The query is all that decides what is read: whoever asks has asked for the right.
    """
    driver = await _driver(ctx)
    held = bytearray()
    async with driver.cursor() as cursor, cursor.copy(SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query)) as copy:
        async for part in copy:
            held += part
            if len(held) >= _BLOCK_BYTES:
                yield bytes(held)
                held.clear()
    if held:
        yield bytes(held)


async def _driver(ctx: Context) -> psycopg.AsyncConnection[Any]:
    raw = await (await ctx.session.connection()).get_raw_connection()
    connection = raw.driver_connection
    if not isinstance(connection, psycopg.AsyncConnection):
        raise TypeError("frames need the psycopg driver")
    return connection

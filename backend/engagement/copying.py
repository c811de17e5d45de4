"""Whole tables out of the database and into it by COPY: columns on both sides, no row becomes a Python object."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, Final
from uuid import UUID

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
from numpy.typing import NDArray
from psycopg import AsyncCursor
from psycopg.sql import SQL, Composable, Identifier
from sqlalchemy import ColumnElement, Select, literal_column
from sqlalchemy import text as sql_text
from sqlalchemy.dialects import postgresql

from backend.access.context import Context
from backend.audit.tree import driver
from backend.engagement.conditions import Flags
from backend.holdings.frames import blocks

CODE: Final = pa.dictionary(pa.int32(), pa.string())
"""Few different texts: a category."""
_WHOLE: Final = {pa.int64(): pd.Int64Dtype()}
_BLOCK: Final = 100_000
_KEY: Final = np.dtype("S16")
"""An identifier in the order in which the database has them."""
_ROOM: Final = sql_text("SET LOCAL work_mem = '192MB'")


async def by_party(
    ctx: Context, query: Composable, types: Mapping[str, Any], known: pd.Index | None = None
) -> pd.DataFrame:
    """What the query gives, indexed by its column party_id; `types` are Arrow's, in the order of the query's columns.

    Whoever asks has asked for the right; row-level security holds as for every query. `known` in the order of the
    database: of these parties alone, and their identifiers are not made a second time.
    """
    tables = [await _table(ctx, query, types)]
    parties, rest = tables[0].column("party_id"), [tables.pop().drop_columns("party_id")]
    if known is None:
        return _framed(rest, _index(parties, "party_id"))
    places, found = _places(parties, known)
    return _framed([rest.pop().filter(pa.array(found))], known.take(places[found]))


async def over(ctx: Context, query: Composable, name: str, known: pd.Index) -> pd.Series:
    """One figure a party, for all of `known` (in the order of the database): NaN where the query gives none."""
    table = await _table(ctx, query, {"party_id": pa.string(), name: pa.float64()})
    places, found = _places(table.column("party_id"), known)
    told = np.full(len(known), np.nan)
    told[places[found]] = table.column(name).to_numpy()[found]
    return pd.Series(told, index=known, name=name)


async def frame_of(ctx: Context, query: Composable, types: Mapping[str, Any]) -> pd.DataFrame:
    """As `by_party`, by the first of the columns; a whole number that may be missing stays one."""
    tables, name = [await _table(ctx, query, types)], next(iter(types))
    index = _index(tables[0].column(name), name)
    return _framed([tables.pop().drop_columns(name)], index)


async def roomy(ctx: Context) -> None:
    """Whoever asks for everybody needs room to join and to sort; until the end of the transaction."""
    await ctx.session.execute(_ROOM)


async def _table(ctx: Context, query: Composable, types: Mapping[str, Any]) -> Any:
    read = pc.ReadOptions(column_names=list(types))
    options = pc.ConvertOptions(column_types=dict(types), strings_can_be_null=True, null_values=[""])
    parts: list[Any] = []
    async for block in blocks(ctx, query):
        parts += pc.read_csv(BytesIO(block), read_options=read, convert_options=options).to_batches()
    return pa.Table.from_batches(parts, schema=pa.schema(list(types.items()))).unify_dictionaries()


def _framed(tables: list[Any], index: pd.Index) -> pd.DataFrame:
    """Of the one table, which is taken out of the list: nobody else may hold it, so that each of its columns is given
    back to the system when it was taken over, and a million rows are in memory once."""
    table, pool, columns = tables.pop(), pa.default_memory_pool(), {}
    for name in table.column_names:
        column, table = table.column(name), table.drop_columns(name)
        whole = _WHOLE.get if column.null_count else None
        columns[name] = column.to_pandas(types_mapper=whole, date_as_object=False).set_axis(index)
        del column
        pool.release_unused()
    return pd.DataFrame(columns, index=index, copy=False)


def _index(column: Any, name: str) -> pd.Index:
    return pd.Index([UUID(text) for chunk in column.chunks for text in chunk.to_pylist()], name=name, dtype=object)


def _places(parties: Any, known: pd.Index) -> tuple[NDArray[np.int64], Flags]:
    """Where each of the parties stands in `known`, and whether it does."""
    told = b"".join(bytes.fromhex("".join(chunk.to_pylist()).replace("-", "")) for chunk in parties.chunks)
    wanted = np.frombuffer(told, dtype=_KEY)
    keys = np.frombuffer(b"".join(party.bytes for party in known), dtype=_KEY)
    places = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    return places, (keys[places] == wanted) if len(keys) else np.zeros(len(wanted), dtype=np.bool_)


def written(ids: Collection[UUID]) -> ColumnElement[Any]:
    """An array of identifiers in the text of a statement, for `any_`."""
    return literal_column(f"'{{{','.join(map(str, ids))}}}'::uuid[]")


def literally(statement: Select[Any]) -> str:
    """A statement with its values written out: COPY takes no parameters."""
    compiled = statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[no-untyped-call]
    return str(compiled)


def lines(frame: pd.DataFrame) -> Iterable[bytes]:
    """The frame as CSV by party_id in blocks, the same bytes for the same figures; what is missing is empty."""
    options = pc.WriteOptions(include_header=False)
    for at in range(0, len(frame), _BLOCK):
        part = frame.iloc[at : at + _BLOCK]
        columns = {"party_id": [str(party_id) for party_id in part.index], **{n: part[n] for n in part.columns}}
        out = BytesIO()
        pc.write_csv(pa.table({n: pa.array(c, from_pandas=True) for n, c in columns.items()}), out, options)
        yield out.getvalue()


async def fill(ctx: Context, table: str, columns: Sequence[str], blocks_: Iterable[bytes]) -> None:
    """CSV lines into the table; the columns in the order of the lines.

    By way of a stage: a table with row-level security takes no COPY, and an INSERT is held to its policy.
    """
    target, stage = Identifier(table), Identifier(f"{table}_stage")
    names = SQL(", ").join(Identifier(name) for name in columns)
    async with (await driver(ctx.session)).cursor() as cursor:
        made = SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA")
        await cursor.execute(made.format(stage, names, target))
        await _copied(cursor, stage, columns, blocks_)
        await cursor.execute(SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(target, names, names, stage))
        await cursor.execute(SQL("DROP TABLE {}").format(stage))


async def lay_out(ctx: Context, table: str, columns: Mapping[str, str], blocks_: Iterable[bytes]) -> None:
    """CSV lines in a table that only this transaction sees; `columns` with their types, in the order of the lines."""
    typed = SQL(", ").join(SQL("{} {}").format(Identifier(name), SQL(kind)) for name, kind in columns.items())
    async with (await driver(ctx.session)).cursor() as cursor:
        await cursor.execute(SQL("CREATE TEMP TABLE {} ({}) ON COMMIT DROP").format(Identifier(table), typed))
        await _copied(cursor, Identifier(table), list(columns), blocks_)
        await cursor.execute(SQL("ANALYZE {}").format(Identifier(table)))


async def _copied(
    cursor: AsyncCursor[Any], table: Identifier, columns: Sequence[str], blocks_: Iterable[bytes]
) -> None:
    """Blocks are made in a thread: others are served meanwhile."""
    names, made = SQL(", ").join(Identifier(name) for name in columns), iter(blocks_)
    async with cursor.copy(SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(table, names)) as copy:
        while (block := await asyncio.to_thread(next, made, None)) is not None:
            await copy.write(block)

"""Whole tables out of the database and into it by COPY: columns on both sides, no row becomes a Python object."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any, Final
from uuid import UUID

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc
from psycopg.sql import SQL, Composable, Identifier
from sqlalchemy import Select
from sqlalchemy.dialects import postgresql

from backend.access.context import Context
from backend.audit.tree import driver
from backend.holdings.frames import blocks

CODE: Final = pa.dictionary(pa.int32(), pa.string())
"""Few different texts: a category."""
_WHOLE: Final = {pa.int64(): pd.Int64Dtype()}
_BLOCK: Final = 100_000


async def by_party(ctx: Context, query: Composable, types: Mapping[str, Any]) -> pd.DataFrame:
    """What the query gives, indexed by its column party_id; `types` are Arrow's, in the order of the query's columns.

    Whoever asks has asked for the right; row-level security holds as for every query.
    """
    frame: pd.DataFrame = (await _table(ctx, query, types)).to_pandas(date_as_object=False)
    return _indexed(frame, "party_id")


async def frame_of(ctx: Context, query: Composable, types: Mapping[str, Any]) -> pd.DataFrame:
    """As `by_party`, by the first of the columns; a whole number that may be missing stays one."""
    table = await _table(ctx, query, types)
    frame: pd.DataFrame = table.to_pandas(date_as_object=False, types_mapper=_WHOLE.get)
    return _indexed(frame, next(iter(types)))


async def _table(ctx: Context, query: Composable, types: Mapping[str, Any]) -> Any:
    read = pc.ReadOptions(column_names=list(types))
    options = pc.ConvertOptions(column_types=dict(types), strings_can_be_null=True, null_values=[""])
    parts: list[Any] = []
    async for block in blocks(ctx, query):
        parts += pc.read_csv(BytesIO(block), read_options=read, convert_options=options).to_batches()
    return pa.Table.from_batches(parts, schema=pa.schema(list(types.items()))).unify_dictionaries()


def _indexed(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    frame.index = pd.Index([UUID(text) for text in frame.pop(name)], name=name, dtype=object)
    return frame


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


async def fill(ctx: Context, table: str, columns: Iterable[str], blocks_: Iterable[bytes]) -> None:
    """CSV lines into the table; the columns in the order of the lines.

    By way of a stage: a table with row-level security takes no COPY, and an INSERT is held to its policy.
    """
    target, stage = Identifier(table), Identifier(f"{table}_stage")
    names = SQL(", ").join(Identifier(name) for name in columns)
    async with (await driver(ctx.session)).cursor() as cursor:
        made = SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA")
        await cursor.execute(made.format(stage, names, target))
        async with cursor.copy(SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(stage, names)) as copy:
            for block in blocks_:
                await copy.write(block)
        await cursor.execute(SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(target, names, names, stage))
        await cursor.execute(SQL("DROP TABLE {}").format(stage))

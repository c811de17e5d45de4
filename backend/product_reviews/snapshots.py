"""The recorded inputs of a pack: a Parquet file a table, kept under the SHA-256 of its bytes.

What is recorded can be computed again: `load` refuses a file whose bytes are not those that its name says. Rows hold
places and groups, no name, number or key of a customer.
"""

import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from backend.core.ids import new_id
from backend.product_reviews.errors import PackInputsBroken, PackInputsGone
from risk_models.product_review.inputs import DAY, FLAG, MONEY, PLACE, SCORE, TABLES, TEXT, Inputs

ROW_GROUP: Final = 500_000
_BLOCK: Final = 1 << 20
_TYPES: Final[Mapping[str, pa.DataType]] = {
    DAY: pa.date32(),
    MONEY: pa.int64(),
    PLACE: pa.int32(),
    SCORE: pa.int32(),
    FLAG: pa.bool_(),
    TEXT: pa.dictionary(pa.int32(), pa.string()),
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One table of a snapshot."""

    sha256: str
    rows: int
    size: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        return cls(given["sha256"], given["rows"], given["size"])


def schema(table: str, dimensions: tuple[str, ...] = ()) -> pa.Schema:
    extra = dimensions if table == "holdings" else ()
    kinds = {**TABLES[table], **dict.fromkeys(extra, TEXT)}
    return pa.schema([pa.field(name, _TYPES[kind]) for name, kind in kinds.items()])


class Store:
    """A folder of files named by their digest; a file that is there is not written again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def record(self, table: str, dimensions: tuple[str, ...], blocks: AsyncIterator[bytes] | None) -> Recorded:
        """From CSV, batch by batch; no blocks make an empty table. Raises PackInputsBroken."""
        wanted, part = schema(table, dimensions), self._part()
        rows = 0
        try:
            with pq.ParquetWriter(part, wanted, compression="zstd") as writer:
                if blocks is not None:
                    async for batch in _batches(table, wanted, blocks):
                        rows += batch.num_rows
                        writer.write_table(batch, row_group_size=ROW_GROUP)
            return self._kept(part, rows)
        finally:
            part.unlink(missing_ok=True)

    def record_frames(self, table: str, dimensions: tuple[str, ...], frames: Iterator[pd.DataFrame]) -> Recorded:
        """The same from frames that are there already."""
        wanted, part, rows = schema(table, dimensions), self._part(), 0
        try:
            with pq.ParquetWriter(part, wanted, compression="zstd") as writer:
                for frame in frames:
                    given = pa.Table.from_pandas(frame[wanted.names], preserve_index=False).cast(wanted)
                    rows += given.num_rows
                    writer.write_table(given, row_group_size=ROW_GROUP)
            return self._kept(part, rows)
        finally:
            part.unlink(missing_ok=True)

    def load(self, recorded: Mapping[str, Recorded]) -> Inputs:
        """Raises PackInputsGone for a file that is not there or not what was recorded."""
        paths = {table: self._checked(table, each) for table, each in recorded.items()}
        frames = {table: _frame(pq.read_table(path)) for table, path in paths.items() if table != "movements"}
        return Inputs(movements=_row_groups(paths["movements"]), **frames)

    def _checked(self, table: str, recorded: Recorded) -> Path:
        path = self._folder / f"{recorded.sha256}.parquet"
        if not path.is_file() or _digest(path) != recorded.sha256:
            raise PackInputsGone(table=table)
        return path

    def _part(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self._folder / f"{new_id().hex}.part"

    def _kept(self, part: Path, rows: int) -> Recorded:
        sha256, size = _digest(part), part.stat().st_size
        part.chmod(0o400)
        part.replace(self._folder / f"{sha256}.parquet")
        return Recorded(sha256, rows, size)


async def _batches(table: str, wanted: pa.Schema, blocks: AsyncIterator[bytes]) -> AsyncIterator[pa.Table]:
    """Whole lines of some megabytes at a time; every batch begins with the header."""
    header, rest = b"", b""
    async for block in blocks:
        rest += block
        if not header:
            line, found, after = rest.partition(b"\n")
            if not found:
                continue
            header, rest = line + b"\n", after
        if len(rest) >= 16 * _BLOCK:
            whole, _, rest = rest.rpartition(b"\n")
            yield _parsed(table, wanted, header + whole + b"\n")
    if header and rest:
        yield _parsed(table, wanted, header + rest)


def _parsed(table: str, wanted: pa.Schema, text: bytes) -> pa.Table:
    plain = {f.name: pa.string() if pa.types.is_dictionary(f.type) else f.type for f in wanted}
    options = pa_csv.ConvertOptions(
        column_types=plain, include_columns=wanted.names, strings_can_be_null=False, null_values=[""]
    )
    try:
        read = pa_csv.read_csv(pa.BufferReader(text), convert_options=options)
    except pa.ArrowException as error:
        raise PackInputsBroken(problem=f"{table}: {error}") from error
    return read.cast(wanted)


def _frame(table: pa.Table) -> pd.DataFrame:
    """Days as datetime64 and texts as categories, without a detour over objects."""
    frame: pd.DataFrame = table.to_pandas(date_as_object=False, self_destruct=True, split_blocks=True)
    return frame


def _row_groups(path: Path) -> Iterator[pd.DataFrame]:
    with pq.ParquetFile(path) as file:
        for place in range(file.num_row_groups):
            yield _frame(file.read_row_group(place))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

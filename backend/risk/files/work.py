"""One part's work: read batch by batch, rate, write beside, and put into place whole."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from backend.risk.files.batches import CUSTOMER, columns_of, rated, schema_of
from backend.risk.files.errors import PortfolioFactsMissing, PortfolioFactsUnusable
from backend.risk.files.parts import Part
from risk_models.crr_book import Rating
from risk_models.errors import ModelInputError

BATCH = 131_072
_LEVELS = b"tenure.levels"
_MANIFEST = b"tenure.manifest"
_known: dict[str, Rating] = {}


@dataclass(frozen=True, slots=True)
class Done:
    """A part that is there, whole, and how many customers it has at each level."""

    part: Part
    levels: dict[str, int]


def finished(part: Part, target: Path, manifest: str) -> Done | None:
    """The part as an earlier run left it; None where there is none of this manifest."""
    try:
        footer = pq.read_metadata(target / part.name)
    except (OSError, ValueError):  # not there, or cut off
        return None
    noted = footer.metadata or {}
    if noted.get(_MANIFEST) != manifest.encode() or footer.num_rows != part.rows:
        return None
    return Done(part, _counts(noted[_LEVELS].decode()))


def rate_part(part: Part, target: Path, rating: Rating, on: date, manifest: str) -> Done:
    """Idempotent: two workers at the same part write the same file, and the last one's stays."""
    rating = _known.setdefault(rating.digest, rating)  # what a rule-set compiles to is kept per object
    source = pq.ParquetFile(part.path)
    _require(source.schema_arrow, rating, part)
    columns = columns_of(rating, source.schema_arrow.names)
    schema = schema_of(rating, on, source.schema_arrow.field(CUSTOMER).type)
    beside = target / f".{part.name}.{uuid4().hex}"
    levels: Counter[str] = Counter()
    try:
        with pq.ParquetWriter(beside, schema, compression="zstd") as writer:
            for batch in source.iter_batches(BATCH, row_groups=list(part.groups), columns=columns):
                result = _rated(pa.Table.from_batches([batch]), rating, on, part)
                levels.update(_levels(result))
                writer.write_table(result)
            writer.add_key_value_metadata({_MANIFEST: manifest, _LEVELS: _text(levels)})
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(target / part.name)
    finally:
        beside.unlink(missing_ok=True)
    return Done(part, dict(levels))


def sweep(target: Path) -> None:
    """Take away what killed workers had begun; for the end of a run, when nobody writes any more."""
    for path in target.glob(".part-*"):
        path.unlink(missing_ok=True)


def _rated(batch: pa.Table, rating: Rating, on: date, part: Part) -> pa.Table:
    try:
        return rated(batch, rating, on)
    except ModelInputError as error:
        raise PortfolioFactsUnusable(file=Path(part.path).name, problem=str(error)) from error


def _require(schema: pa.Schema, rating: Rating, part: Part) -> None:
    missing = [name for name in (CUSTOMER, *rating.rules.facts) if name not in schema.names]
    if missing:
        raise PortfolioFactsMissing(file=Path(part.path).name, missing=", ".join(missing), scheme=rating.rules.id)


def _levels(result: pa.Table) -> dict[str, int]:
    counted = result.column("level").value_counts().to_pylist()
    return {str(each["values"]): int(each["counts"]) for each in counted}


def _text(levels: Counter[str]) -> str:
    return " ".join(f"{level}={count}" for level, count in sorted(levels.items()))


def _counts(text: str) -> dict[str, int]:
    pairs = (pair.split("=") for pair in text.split())
    return {level: int(count) for level, count in pairs}

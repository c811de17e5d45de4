"""The parts into which a portfolio's files are divided: row groups that belong to one piece of work."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from backend.risk.files.errors import PortfolioFilesMissing, PortfolioFileUnreadable

ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """Row groups of one file, `rows` in all; `sha256` is the file's."""

    number: int
    path: str
    groups: tuple[int, ...]
    rows: int
    sha256: str

    @property
    def name(self) -> str:
        return f"part-{self.number:05}.parquet"


def parts_of(source: Path, rows: int = ROWS) -> list[Part]:
    """Parts of about `rows` customers each, in the order of the files' names; a row group is never divided."""
    files = sorted(source.glob("**/*.parquet")) if source.is_dir() else [source]
    if not files or not all(path.is_file() for path in files):
        raise PortfolioFilesMissing(source=str(source))
    divided = [(path, _digest(path), groups) for path in files for groups in _grouped(path, rows)]
    return [
        Part(number, str(path), tuple(group for group, _ in groups), sum(size for _, size in groups), digest)
        for number, (path, digest, groups) in enumerate(divided)
    ]


def _grouped(path: Path, rows: int) -> Iterator[list[tuple[int, int]]]:
    """Neighbouring row groups with their sizes, gathered until they have `rows` customers."""
    try:
        metadata = pq.read_metadata(path)
    except (OSError, ValueError) as error:
        raise PortfolioFileUnreadable(file=path.name, problem=str(error)) from error
    gathered: list[tuple[int, int]] = []
    for group in range(metadata.num_row_groups):
        gathered.append((group, metadata.row_group(group).num_rows))
        if sum(size for _, size in gathered) >= rows:
            yield gathered
            gathered = []
    if gathered:
        yield gathered


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

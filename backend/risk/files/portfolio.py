"""A whole portfolio of files, with progress, resumed where an earlier run was stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from backend.risk.files import local
from backend.risk.files.manifest import Manifest
from backend.risk.files.parts import ROWS, Part, parts_of
from backend.risk.files.work import Done, finished, sweep
from risk_models.crr_book import Rating

Engine = Callable[[Sequence[Part], Path, Rating, date, str], Iterator[Done]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Rated:
    customers: int
    levels: dict[str, int]
    resumed: int
    """Parts that an earlier run had finished."""


def rate_files(
    source: Path,
    target: Path,
    rating: Rating,
    on: date,
    *,
    engine: Engine = local.run,
    rows: int = ROWS,
    progress: Progress = lambda done, of: None,
) -> Rated:
    """Every Parquet file under `source`, into one file a part in `target`. `progress` is told customers done, of all.

    A source has a column `customer` and one per fact of the rule-set. Raises PortfolioFilesMissing,
    PortfolioFileUnreadable, PortfolioFactsMissing and OtherRatingsInFolder.
    """
    parts = parts_of(source, rows)
    manifest = Manifest.of(rating, on, parts)
    manifest.claim(target)
    found = [done for part in parts if (done := finished(part, target, manifest.digest)) is not None]
    there = {done.part.number for done in found}
    left = [part for part in parts if part.number not in there]
    levels: Counter[str] = Counter()
    customers, total = 0, sum(part.rows for part in parts)
    for done in _all(found, engine(left, target, rating, on, manifest.digest)):
        levels.update(done.levels)
        customers += done.part.rows
        progress(customers, total)
    sweep(target)
    ordered = {level: levels[level] for level in rating.rules.level_codes}
    return Rated(customers, ordered, len(found))


def _all(found: Sequence[Done], coming: Iterator[Done]) -> Iterator[Done]:
    yield from found
    yield from coming

"""One process: a few threads, since reading, writing and numpy let go of the interpreter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import date
from pathlib import Path

from backend.risk.files.parts import Part
from backend.risk.files.work import Done, rate_part
from risk_models.crr_book import Rating

THREADS = 2


def run(parts: Sequence[Part], target: Path, rating: Rating, on: date, manifest: str) -> Iterator[Done]:
    with ThreadPoolExecutor(THREADS) as pool:
        futures = [pool.submit(rate_part, part, target, rating, on, manifest) for part in parts]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            for future in futures:
                future.cancel()

"""A Dask cluster: workers that share the folders. What a lost worker had begun is given to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from backend.risk.files.errors import EngineMissing
from backend.risk.files.parts import Part
from backend.risk.files.work import Done, rate_part
from risk_models.crr_book import Rating

if TYPE_CHECKING:
    from distributed import Client

RETRIES = 3
PROCESSES = 2


def run(
    parts: Sequence[Part], target: Path, rating: Rating, on: date, manifest: str, scheduler: str | None = None
) -> Iterator[Done]:
    """`scheduler` is the address of a cluster; without one, a small cluster of this machine is started and stopped."""
    try:
        from distributed import Client  # noqa: PLC0415  an extra
    except ImportError as error:
        raise EngineMissing(engine="dask", extra="dask") from error
    options = {"n_workers": PROCESSES, "threads_per_worker": 1, "dashboard_address": None}
    client: Client = Client(scheduler) if scheduler else Client(**options)  # type: ignore[no-untyped-call]
    with client:
        yield from submit(client, parts, target, rating, on, manifest)


def submit(
    client: Client, parts: Sequence[Part], target: Path, rating: Rating, on: date, manifest: str
) -> Iterator[Done]:
    from distributed import as_completed  # noqa: PLC0415  an extra

    futures = [client.submit(rate_part, part, target, rating, on, manifest, retries=RETRIES) for part in parts]
    for future in as_completed(futures):  # type: ignore[no-untyped-call]
        yield future.result()

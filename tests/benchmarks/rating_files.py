"""Ten million customers from Parquet to Parquet: one process against Dask's map_partitions with the same function.

Run: python -m tests.benchmarks.rating_files [--rows 10000000] [--keep FOLDER]

Each engine runs in a process of its own, whose largest resident size is read from the kernel: of Dask's the client and
its workers together. The levels of both are compared before a figure is printed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from backend.risk.files import dask as dask_engine
from backend.risk.files.batches import CUSTOMER
from backend.risk.files.portfolio import rate_files
from risk_models.crr import rate
from tests.risk_models.crr_portfolio import book, portfolio

ON = date(2026, 11, 22)
SCHEME = "eu-risk-based"
FILE_ROWS = 500_000


def write(folder: Path, rows: int) -> None:
    rating = book().effective(SCHEME, ON)
    for number, start in enumerate(range(0, rows, FILE_ROWS)):
        frame = portfolio(rating, min(FILE_ROWS, rows - start), number, categorical=True).reset_index(drop=True)
        frame.insert(0, CUSTOMER, pd.RangeIndex(start, start + len(frame)))
        table = pa.Table.from_pandas(frame, preserve_index=False)
        pq.write_table(table, folder / f"{number:03}.parquet", row_group_size=FILE_ROWS)


def by_one_process(source: Path, target: Path) -> None:
    rate_files(source, target, book().effective(SCHEME, ON), ON)


def by_our_dask(source: Path, target: Path) -> None:
    rate_files(source, target, book().effective(SCHEME, ON), ON, engine=dask_engine.run)


def by_map_partitions(source: Path, target: Path) -> None:
    import dask.dataframe as dd
    from distributed import Client

    rating = book().effective(SCHEME, ON)
    work = partial(_partition, rating=rating)
    with Client(n_workers=2, threads_per_worker=1, dashboard_address=None):
        frame = dd.read_parquet(source, split_row_groups=True)
        sample = _partition(portfolio(rating, 10, 1).assign(customer=range(10)), rating=rating)
        frame.map_partitions(work, meta=sample.iloc[:0]).to_parquet(target, compression="zstd")


def _partition(frame: pd.DataFrame, *, rating: Any) -> pd.DataFrame:
    return rate(frame.set_index(CUSTOMER), rating, ON).reset_index().astype({"override": "str"})


def measured(work: Callable[[Path, Path], None], source: Path, target: Path) -> tuple[float, float]:
    """Seconds, and megabytes of the process and of its largest child."""
    answer: multiprocessing.Queue[tuple[float, float]] = multiprocessing.get_context("spawn").Queue()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(work, source, target, answer))
    process.start()
    result = answer.get()
    process.join()
    return result


def _run(work: Callable[[Path, Path], None], source: Path, target: Path, answer: Any) -> None:
    start = time.perf_counter()
    work(source, target)
    spent = time.perf_counter() - start
    own, largest = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    answer.put((spent, own + largest))


def levels(folder: Path) -> dict[str, int]:
    files = sorted(folder.glob("*.parquet"))
    counted: dict[str, int] = {}
    for path in files:
        for each in pq.read_table(path, columns=["level"]).column("level").cast("string").value_counts().to_pylist():
            counted[each["values"]] = counted.get(each["values"], 0) + each["counts"]
    return dict(sorted(counted.items()))


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=10_000_000)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in"
        source.mkdir()
        write(source, chosen.rows)
        size = sum(path.stat().st_size for path in source.iterdir()) / 2**20
        print(f"{chosen.rows:,} customers, {size:.0f} MB of Parquet", flush=True)
        figures, found = {}, {}
        for name, work in (
            ("one process", by_one_process),
            ("Dask map_partitions", by_map_partitions),
            ("our parts on Dask", by_our_dask),
        ):
            target = Path(folder) / name
            figures[name] = measured(work, source, target)
            found[name] = levels(target)
            seconds, memory = figures[name]
            print(f"{name}: {seconds:.1f} s, {memory:.0f} MB", flush=True)
        if len({json.dumps(each) for each in found.values()}) != 1:
            print(f"The levels differ: {found}")
            return 1
        ratio = figures["Dask map_partitions"][0] / figures["one process"][0]
        print(f"one process is {ratio:.2f} x Dask map_partitions; the levels of all are equal")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A review pack over a million holdings and ten million transactions: seconds and peak memory, from Parquet to digest.

Run: python -m tests.benchmarks.review_pack [--holdings 1000000] [--movements 10000000]

The snapshot is written first, as the record's extract would be. The pack is computed in a process of its own on two
cores, whose largest resident size is read from the kernel; twice, because the second digest must equal the first.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from backend.product_reviews.snapshots import Recorded, Store
from risk_models.product_review.pack import compute
from tests.risk_models.product_review import samples

CORES = 2
LIMIT_SECONDS = 30.0
Measured = tuple[float, float, float, str, dict[str, int]]


def record(folder: Path, holdings: int, movements: int) -> dict[str, Recorded]:
    store, inputs = Store(folder), samples.inputs(holdings, 0)
    tables = {name: [getattr(inputs, name)] for name in ("holdings", "sales", "premiums", "claims", "complaints")}
    found = {name: store.record_frames(name, samples.DIMENSIONS, iter(frames)) for name, frames in tables.items()}
    found["movements"] = store.record_frames("movements", (), samples.movement_batches(holdings, movements, 1))
    return found


def measured(folder: Path, recorded: dict[str, Recorded]) -> Measured:
    """Seconds, those of processor (which others do not stretch), megabytes, digest, how often each stage was told."""
    context = multiprocessing.get_context("spawn")
    answer: Any = context.Queue()
    process = context.Process(target=_run, args=(folder, recorded, answer))
    process.start()
    result: Measured = answer.get()
    process.join()
    return result


def _run(folder: Path, recorded: dict[str, Recorded], answer: Any) -> None:
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:CORES]))
    told: dict[str, int] = {}

    def progress(stage: str, *_: int) -> None:
        told[stage] = told.get(stage, 0) + 1

    start = time.perf_counter()
    pack = compute(Store(folder).load(recorded), samples.PERIOD, samples.parameters(resamples=1_000), progress)
    spent = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    answer.put((spent, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, pack.digest(), told))


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--holdings", type=int, default=1_000_000)
    arguments.add_argument("--movements", type=int, default=10_000_000)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        recorded = record(folder, chosen.holdings, chosen.movements)
        size = sum(each.size for each in recorded.values()) / 2**20
        print(f"{chosen.holdings:,} holdings, {chosen.movements:,} movements: {size:.0f} MB of Parquet", flush=True)
        digests = set()
        for _ in range(2):
            seconds, used, memory, digest, told = measured(folder, recorded)
            digests.add(digest)
            steps = ", ".join(f"{stage} {count}" for stage, count in told.items())
            spent = f"{seconds:.1f} s ({used:.1f} s of processor), {memory:.0f} MB at most"
            print(f"{spent}; progress told: {steps}; {digest[:16]}", flush=True)
    if len(digests) != 1:
        print("The same inputs gave two digests")
        return 1
    return 0 if seconds < LIMIT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())

"""Time and memory of one customer against the whole list, on one core.

Run: python -m tests.benchmarks.screening_speed [--customers 1000] [--names 61000]

The lists at hand (21,700 entities, 41,300 names) are brought to the wanted number of names by giving entities the names
of others as further aliases. Figures: building the index from entities in memory (with reading the files apart), its
arrays, what the process grows by, and the time per customer: cold (a new process has seen no name yet), the steady
state, an update by a day's entities, and packing everything anew as it happens after many of them.
"""

import argparse
import gc
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from backend.screening.matching.current import CurrentIndex
from tests.benchmarks.ordinary_customers import MIXES, population
from tests.benchmarks.screening_lists import enlarged, read_lists, rules

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Processor time of this one thread of work, so that a busy machine does not count."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def resident() -> float:
    """Megabytes this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--customers", type=int, default=1000)
    arguments.add_argument("--names", type=int, default=61_000)
    chosen = arguments.parse_args()
    shipped = rules()
    reading, lists = timed(read_lists)
    entities = enlarged(lists.all, chosen.names)
    gc.collect()
    before = resident()
    building, current = timed(lambda: CurrentIndex("benchmark", entities))
    index = current.held.index
    names = sum(len(entity.names) for entity in entities)
    print(f"entities {len(entities):,}, names {names:,}, readings {len(index.base.row_entity):,}, "
          f"words {len(index.base.terms.words):,}")  # fmt: skip
    print(f"read the files {reading:.2f} s, build the index {building:.2f} s")
    print(
        f"memory: process {resident():.0f} MB, of it entities and imports {before:.0f}, arrays {index.nbytes / 1e6:.1f}"
    )
    for mix, weights in MIXES.items():
        customers = population(chosen.customers, weights)
        for state in ("cold", "steady"):
            spent = np.array([timed(lambda one=one: index.search(one.subject, shipped))[0] for one in customers]) * 1000
            quantiles = np.quantile(spent, (0.5, 0.95, 0.99, 1.0)).round(1)
            print(f"{mix}, {state}: ms median, p95, p99, worst: {', '.join(map(str, quantiles.tolist()))}")
    for updated in ("first", "second"):
        updating, _ = timed(lambda: current.update("next", entities[:40]))
        print(f"{updated} update, 40 entities: {1000 * updating:.0f} ms; process {resident():.0f} MB")
    packing, _ = timed(current.held.index.packed)
    print(f"packed anew: {packing:.2f} s")


if __name__ == "__main__":
    main()

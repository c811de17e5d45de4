"""Fitting BG/NBD: 2,357 customers of CDNOW, and a million made ones whose histories are grouped.

Run with `python -m tests.benchmarks.models`. The first is the best of twenty fits, against the .36 s of lifetimes on
the same data; the second one fit, grouping included, against one second. Without the shared data only the second runs.
"""

import os
import sys
import time
from pathlib import Path
from timeit import repeat
from typing import Final

import numpy as np
import pandas as pd

from risk_models import bgnbd, golden_data
from risk_models.bgnbd import BgNbd

LIFETIMES: Final = 0.36
GROUPED: Final = 1.0
CUSTOMERS: Final = 1_000_000
_SHARED: Final = Path(__file__).resolve().parents[3] / "shared" / "data"


def histories(size: int, seed: int = 0) -> pd.DataFrame:
    """Drawn from the model itself with CDNOW's parameters, in whole weeks up to a year and a half."""
    rng = np.random.default_rng(seed)
    rate, leaving = rng.gamma(0.243, 1 / 4.414, size), rng.beta(0.793, 2.426, size)
    age = rng.integers(27, 79, size).astype(np.float64)
    frequency, last, alive = np.zeros(size), np.zeros(size), np.ones(size, dtype=bool)
    while alive.any():
        following = last + rng.exponential(1 / np.maximum(rate, 1e-12), size)
        buys = alive & (following <= age)
        last, frequency = np.where(buys, following, last), frequency + buys
        alive = buys & (rng.random(size) >= leaving)
    return pd.DataFrame({"frequency": frequency, "recency": np.ceil(last), "age": age})


def main() -> int:
    made = histories(CUSTOMERS)
    started = time.process_time()
    fitted = bgnbd.fit(made)
    seconds = time.process_time() - started
    print(f"{CUSTOMERS:,} customers: {seconds:.2f} s of CPU (target {GROUPED:g} s)")
    print(f"  r {fitted.r:.3f}  alpha {fitted.alpha:.3f}  a {fitted.a:.3f}  b {fitted.b:.3f}  {_spans(fitted)}")
    data = Path(os.environ.get("TENURE_SHARED_DATA", _SHARED)) / "models"
    if not data.is_dir():
        print("CDNOW is not on this machine.")
        return int(seconds > GROUPED)
    cdnow = golden_data.cdnow_histories(data)
    best = min(repeat(lambda: bgnbd.fit(cdnow), number=1, repeat=20, timer=time.process_time))
    print(f"{len(cdnow):,} customers: {best * 1_000:.1f} ms of CPU (lifetimes {LIFETIMES * 1_000:.0f} ms)")
    return int(seconds > GROUPED or best > LIFETIMES)


def _spans(fitted: BgNbd) -> str:
    return ", ".join(f"{each.name} {each.low:.3f}–{each.high:.3f}" for each in fitted.estimates if each.low is not None)


if __name__ == "__main__":
    sys.exit(main())

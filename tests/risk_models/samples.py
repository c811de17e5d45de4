"""Seeded synthetic data whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd


def purchase_histories(customers: int, seed: int) -> pd.DataFrame:
    """Drawn from BG/NBD with r .25, alpha 4.5, a .8, b 2.4, observed for 26 to 78 weeks, by day."""
    rng = np.random.default_rng(seed)
    age = rng.integers(182, 546, customers) / 7
    rate, leaving = rng.gamma(0.25, 1 / 4.5, customers), rng.beta(0.8, 2.4, customers)
    frequency, recency, clock = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    alive = np.ones(customers, dtype=bool)
    while alive.any():
        clock = clock + rng.exponential(1, customers) / rate
        alive &= clock <= age
        frequency[alive] += 1
        recency[alive] = np.ceil(clock[alive] * 7) / 7
        alive &= rng.random(customers) > leaving
    return pd.DataFrame({"frequency": frequency, "recency": np.minimum(recency, age), "age": age})


def customers(rows: int, seed: int) -> pd.DataFrame:
    """Features of three kinds (number, number with gaps, category) and a 0/1 outcome `left` that depends on them."""
    rng = np.random.default_rng(seed)
    tenure, region = rng.exponential(24, rows), rng.choice(["north", "south", "west"], rows)
    balance = np.where(rng.random(rows) < 0.1, np.nan, rng.normal(0, 1, rows))
    odds = 0.5 - 0.05 * tenure + 0.8 * (region == "south") - 0.5 * np.nan_to_num(balance)
    left = (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(int)
    return pd.DataFrame({"tenure": tenure, "balance": balance, "region": region, "left": left})


def trial(rows: int, seed: int) -> pd.DataFrame:
    """A randomised offer that helps where `need` is high and does nothing elsewhere."""
    rng = np.random.default_rng(seed)
    need, noise = rng.normal(0, 1, rows), rng.normal(0, 1, rows)
    treated = rng.integers(0, 2, rows)
    chance = 0.2 + 0.3 * treated * (need > 0)
    return pd.DataFrame({"need": need, "noise": noise, "treated": treated, "bought": (rng.random(rows) < chance) * 1})

"""Portfolios made from a seed, of any size: how often customers move money, who leaves, who takes a card.

Some are about to leave: they move less and less before the first day, and nothing at all after it. The figures of each
customer follow from one rhythm, so that facts and histories agree.
"""

from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np
import pandas as pd

from backend.engagement.models.learning.snapshot import Snapshot

MONTHS: Final = 6
FIRST: Final = date(2026, 4, 30)
LAST: Final = date(2026, 10, 31)
_WEEKS: Final = 26.0
_QUARTER: Final = 13.0


def portfolio(size: int, *, seed: int, leaving: float = 0.15, pace: float = 1.0) -> tuple[Snapshot, Snapshot]:
    """The first day of the horizon and its last; `leaving` is about the share of those who leave."""
    rng = np.random.default_rng(seed)
    index, told, moves = _people(size, rng, leaving, pace)
    before = _day(FIRST, index, told, moves, rng, since=0.0)
    moves = moves + np.where(told["gone"], 0, rng.poisson(told["rate"] * _WEEKS))
    after = _day(LAST, index, told, moves, rng, since=_WEEKS)
    holdings = _cards(index, rng, told["spend"])
    return Snapshot(FIRST, *before, holdings), Snapshot(LAST, *after, holdings)


def last_day(size: int, *, seed: int) -> Snapshot:
    """Of a portfolio as large as memory allows: nothing else is made."""
    rng = np.random.default_rng(seed)
    index, told, moves = _people(size, rng, 0.15, 1.0)
    facts, histories = _day(LAST, index, told, moves, rng, since=_WEEKS)
    return Snapshot(LAST, facts, histories, pd.DataFrame({"product": [], "opened_on": [], "closed_on": []}))


def _people(size: int, rng: np.random.Generator, leaving: float, pace: float) -> tuple[pd.Index, dict[str, Any], Any]:
    index = pd.Index([UUID(int=number + 1) for number in range(size)], name="party_id", dtype=object)
    rate = pace * rng.gamma(2.0, 0.6, size)
    spend = rng.gamma(6.0, 1.0, size) * 1_500 / rng.gamma(3.0, 1.0, size).clip(0.3)
    age = rng.uniform(8, 150, size)
    wavering = rng.random(size) < 1.5 * leaving
    gone = wavering & (rng.random(size) < 2 / 3)
    told = {"rate": rate, "spend": spend, "age": age, "wavering": wavering, "gone": gone}
    return index, told, rng.poisson(rate * age)


def _day(
    on: date, index: pd.Index, told: dict[str, Any], moves: Any, rng: np.random.Generator, since: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    size, rate, age = len(index), told["rate"], told["age"] + since
    silent = np.where(told["gone"] & (since > 0), since, rng.exponential(1 / rate).clip(0, age - 1))
    slowing = np.where(told["wavering"] & (since == 0), 0.4, 1.0)
    three, before = rng.poisson(_QUARTER * rate * slowing), rng.poisson(_QUARTER * rate)
    three = np.where(told["gone"] & (since > 0), 0, three)
    months = np.floor(silent / (365.25 / 12 / 7)).astype(np.int64)
    balance = (told["spend"] * rng.uniform(2, 6, size) * 100).astype(np.int64)
    facts = pd.DataFrame(
        {
            "products": rng.integers(1, 4, size),
            "balance_minor": (balance * slowing).astype(np.int64),
            "balance_3m_ago_minor": balance,
            "balance_12m_ago_minor": balance,
            "inflow_3m_minor": (three * told["spend"] * 50).astype(np.int64),
            "inflow_prev_3m_minor": (before * told["spend"] * 50).astype(np.int64),
            "outflow_3m_minor": (three * told["spend"] * 50).astype(np.int64),
            "movements_3m": three,
            "movements_prev_3m": before,
            "months_inactive": pd.array(np.where(since > 0, months, np.minimum(months, 2)), dtype="Int64"),
            "tenure_months": pd.array((age / 4.35).astype(np.int64), dtype="Int64"),
            "premiums_missed": np.zeros(size, dtype=np.int64),
            "claims_12m": rng.poisson(0.05, size),
            "complaints_open": np.zeros(size, dtype=np.int64),
            "complaints_12m": rng.poisson(np.where(told["wavering"], 0.3, 0.05)),
            "competitor_paid_3m_minor": (rng.poisson(0.1, size) * 100_000).astype(np.int64),
            "channel": pd.Categorical(rng.choice(["branch", "app", "partner"], size)),
            "kind": pd.Categorical(np.where(rng.random(size) < 0.9, "person", "organisation")),
        },
        index=index,
    )
    return facts, _histories(index, told, moves, age, silent)


def _histories(index: pd.Index, told: dict[str, Any], moves: Any, age: Any, silent: Any) -> pd.DataFrame:
    frequency = moves.astype(np.float64)
    recency = np.where(frequency > 0, np.maximum(age - silent, 0.1), 0.0)
    noise = np.sqrt(np.maximum(frequency, 1))
    spend = told["spend"] * (1 + 0.3 * np.sin(frequency) / noise)
    return pd.DataFrame(
        {
            "frequency": frequency,
            "recency": recency,
            "age": age,
            "spend": np.where(frequency > 0, spend, np.nan),
            "recency_days": np.where(frequency > 0, silent * 7, age * 7),
            "days": frequency + 1,
            "turnover": (frequency + 1) * told["spend"],
        },
        index=index,
    )


def _cards(index: pd.Index, rng: np.random.Generator, spend: Any) -> pd.DataFrame:
    """A tenth had a card before; whoever moves much is likelier to take one within the horizon."""
    had = rng.random(len(index)) < 0.1
    takes = ~had & (rng.random(len(index)) < np.clip(spend / spend.mean() * 0.06, 0, 0.8))
    opened = np.where(had, np.datetime64("2025-06-01"), np.datetime64("2026-07-01"))
    held = had | takes
    return pd.DataFrame(
        {"product": "card", "opened_on": pd.to_datetime(opened[held]), "closed_on": pd.NaT}, index=index[held]
    )

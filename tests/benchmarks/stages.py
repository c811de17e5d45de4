"""Stages and signals of a million customers by their rule-sets, in memory.

Run: python -m tests.benchmarks.stages [--rows 1000000]

The facts are drawn from a seed, as `backend.engagement.facts` hands them over; what is timed is the decision alone.
"""

import argparse
import resource
import time
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from backend.customers.models import Stage
from backend.customers.rulesets import StageRules
from backend.engagement.stages.rules import STAGES, Money, decide
from backend.engagement.stages.ruleset import stage_policy
from backend.engagement.watch.rules import look
from backend.engagement.watch.ruleset import watch_policy
from tests.factories.life import DAY, POLICIES


def portfolio(rows: int, seed: int = 1) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    balance = chance.lognormal(14, 1.2, rows).astype(np.int64)
    stages = pd.Categorical.from_codes(chance.integers(2, 9, rows), [stage.value for stage in Stage])
    silent = chance.integers(0, 24, rows) // 8
    figures: dict[str, Any] = {
        "stage": stages,
        "stage_since": np.datetime64(date(2026, 1, 1)) + chance.integers(0, 300, rows).astype("timedelta64[D]"),
        "products": chance.integers(0, 4, rows),
        "products_12m_ago": chance.integers(0, 4, rows),
        "products_ever": chance.integers(1, 5, rows),
        "used": np.zeros(rows, dtype=np.int64),
        "balance_minor": balance,
        "balance_3m_ago_minor": (balance * chance.uniform(0.5, 3, rows)).astype(np.int64),
        "balance_12m_ago_minor": (balance * chance.uniform(0.4, 3, rows)).astype(np.int64),
        "inflow_3m_minor": balance // 2,
        "inflow_prev_3m_minor": (balance * chance.uniform(0.2, 2, rows)).astype(np.int64),
        "movements_3m": chance.poisson(15, rows),
        "movements_prev_3m": chance.poisson(18, rows),
        "months_inactive": pd.array(silent, dtype="Int64"),
        "tenure_months": pd.array(chance.integers(0, 90, rows), dtype="Int64"),
        "premiums_missed": chance.binomial(3, 0.05, rows),
        "complaints_open": chance.binomial(1, 0.01, rows),
        "complaints_12m": chance.binomial(2, 0.03, rows),
        "competitor_paid_3m_minor": np.where(chance.random(rows) < 0.03, balance, 0),
        "churn": chance.beta(1, 6, rows),
        "activity": chance.beta(6, 1, rows),
    }
    return pd.DataFrame(figures)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    frame = portfolio(parser.parse_args().rows)
    steps = POLICIES.book("customers/stages", StageRules).effective(DAY).rules.steps
    policy, signals = stage_policy(POLICIES, DAY).rules, watch_policy(POLICIES, DAY).rules
    begun = time.perf_counter()
    decided = decide(frame, policy, steps, DAY, Money("CZK", 100))
    stages_in = time.perf_counter() - begun
    after = [STAGES[code].value for code in np.where(decided.moves, decided.target, decided.current)]
    begun = time.perf_counter()
    fired = look(frame, signals, after, "CZK", 100)
    signals_in = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(frame):,} customers, {len(policy.rules)} rules, {len(signals.signals)} signals")
    print(f"stages   {stages_in:.2f} s, {len(decided.rows()):,} move: {decided.counts()}")
    print(f"signals  {signals_in:.2f} s, {len(fired.rows()):,} customers warned of")
    print(f"memory   {peak:,.0f} MB at its peak, facts and libraries included")


if __name__ == "__main__":
    main()

"""A million customers: stages, RFM, lifetime value and churn, from facts in memory to scores with reasons.

Run with `python -m tests.benchmarks.life_scores [customers]`: seconds of the clock and of the CPU by part, and the peak
of the process, against 60 s on two cores and 1 GB. Models are learned before, on twenty thousand made customers; what
is measured is scoring. Facts and histories are made from a seed (tests.engagement.models.made).
"""

import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from backend.core.rulesets import Policies
from backend.customers.rulesets import StageRules
from backend.engagement.models.learning import kinds
from backend.engagement.models.learning.snapshot import Snapshot
from backend.engagement.models.learning.trained import Scorer
from backend.engagement.models.models import ModelKind
from backend.engagement.models.ruleset import model_rules
from backend.engagement.stages.rules import Money, decide
from backend.engagement.stages.ruleset import stage_policy
from tests.engagement.models.made import last_day, portfolio

CUSTOMERS: Final = 1_000_000
LEARNED: Final = 20_000
SECONDS: Final = 60.0
GIGABYTE: Final = 1.0
DAY: Final = date(2026, 11, 22)
_SCORED: Final = (ModelKind.RFM, ModelKind.VALUE, ModelKind.CHURN)


def scored(scorer: Scorer, of: Snapshot) -> pd.Series:
    """As a night does it: the lines of one model with their reasons go to the database before the next one scores."""
    found = scorer.score(of)
    assert found["reasons"].notna().all()
    return found["value"]


def staged(of: Snapshot, churn: pd.Series, value: pd.Series, policies: Policies) -> Any:
    """Facts that the made portfolio does not tell are those of somebody ordinary."""
    ordinary = {"stage": pd.Categorical(np.full(len(of.facts), "active")), "stage_since": pd.Timestamp("2025-01-01")}
    counts = {"products_12m_ago": of.facts["products"], "products_ever": of.facts["products"], "used": 0}
    frame = of.facts.assign(**ordinary, **counts, churn=churn, value=value.reindex(of.facts.index))
    steps = policies.book("customers/stages", StageRules).effective(DAY).rules.steps
    return decide(frame, stage_policy(policies, DAY).rules, steps, DAY, Money("CZK", 100))


def main(customers: int) -> int:
    policies = Policies(Path(__file__).resolve().parents[2] / "policies")
    rules = model_rules(policies, DAY).rules
    learned = portfolio(LEARNED, seed=1)
    scorers = {kind: kinds.train(kind, *learned, rules).scorer for kind in _SCORED}
    of = last_day(customers, seed=2)
    print(f"{customers:,} customers made; the process holds {_peak():.2f} GB")
    clock = _Clock()
    values = {kind: clock.timed(kind.value, lambda kind=kind: scored(scorers[kind], of)) for kind in _SCORED}
    decided = clock.timed("stages", lambda: staged(of, values[ModelKind.CHURN], values[ModelKind.VALUE], policies))
    print(f"all      {clock.wall:6.1f} s, {clock.cpu:6.1f} s of CPU (target {SECONDS:g} s); peak {_peak():.2f} GB")
    print(f"stages: {decided.counts()}")
    return int(clock.wall > SECONDS or _peak() > GIGABYTE)


class _Clock:
    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    def timed(self, name: str, work: Callable[[], Any]) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        found = work()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        self.wall, self.cpu = self.wall + wall, self.cpu + cpu
        print(f"{name:8} {wall:6.1f} s, {cpu:6.1f} s of CPU; peak {_peak():.2f} GB")
        return found


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS))

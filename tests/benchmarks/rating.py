"""A million customers rated with contributions: against numpy fused by hand for this one rule-set, and a row loop.

Run: PYTHONPATH=. python tests/benchmarks/rating.py [--rows 1000000] [--rounds 9]

The hand-fused rival knows the rule-set in advance: its tables are made outside the clock, nothing is looked up by name,
the condition of each floor is written as numpy, and it works in blocks that stay in the cache. It gives contributions,
points, levels, what fired and the next review, and no account of unknown facts; its result is compared with ours, all
columns, before anything is timed. The row loop walks over tuples with the same tables as dicts, on a sample of rows.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk_models.crr import PREFIX, rate
from risk_models.crr_book import Rating
from risk_models.crr_lookup import Plan
from risk_models.crr_review import months_later
from risk_models.crr_rules import Item, NumberFact
from risk_models.crr_values import edges, meaning, score
from tests.risk_models.crr_portfolio import book, portfolio

ON = date(2026, 11, 22)
SCHEME = "eu-risk-based"
LOOP_ROWS = 20_000
BLOCK = 32_768
BAD_RESIDENCE = {"eu_high_risk", "fatf_call_for_action"}


class Fused:
    """eu-risk-based, written out by hand."""

    def __init__(self, frame: pd.DataFrame, rating: Rating) -> None:
        rules = rating.rules
        self.items = [(item, isinstance(rules.facts[item.fact], NumberFact)) for item in rules.items]
        self.tables, self.edges = {}, {}
        for item, _ in self.items:
            fact = rules.facts[item.fact]
            if isinstance(fact, NumberFact):
                self.edges[item.code] = np.array(edges(fact, [item], []))
                cells: list[object] = [None, *self.edges[item.code].tolist()]
            else:
                cells = [*frame[item.fact].cat.categories, None]
            table = [item.weight * score(item, meaning(fact, rating, cell)) for cell in cells]
            self.tables[item.code] = np.array(table, dtype=np.int16)
        self.levels = Plan(rating).levels_by_total
        months = np.array([level.review_months for level in rules.levels])
        self.reviews = months_later(np.full(len(months), np.datetime64(ON, "D")), months).astype("datetime64[s]")
        self.names = [PREFIX + item.code for item, _ in self.items]
        self.kinds = pd.CategoricalDtype(list(rules.level_codes), ordered=True)
        self.masks = self._masks(frame, rating)

    def _masks(self, frame: pd.DataFrame, rating: Rating) -> dict[str, NDArray[np.uint32]]:
        """Per categorical column, the bits that its categories set; a missing value is the last entry."""

        def bits(fact: str, wanted: dict[int, set[str]], unknown: int = 0) -> NDArray[np.uint32]:
            out = []
            for cell in [*frame[fact].cat.categories, None]:
                found = meaning(rating.rules.facts[fact], rating, cell)
                labels = set().union(*found.labels)
                out.append(sum(1 << b for b, w in wanted.items() if labels & w) | (unknown if found.unknown else 0))
            return np.array(out, dtype=np.uint32)

        pep = {"current", "associate"}
        return {
            "list_hit": bits("list_hit", {0: {"sanctions"}, 7: {"watch"}}, 1 << 7),
            "pep": bits("pep", {2: pep}),
            "wealth_explained": bits("wealth_explained", {1: {"unexplained"}}),
            "residence": bits("residence", {3: BAD_RESIDENCE, 8: {"fatf_increased_monitoring"}}, 1 << 8),
            "products": bits("products", {4: {"correspondent_banking"}}),
            "nationalities": bits("nationalities", {6: {"fatf_call_for_action"}}),
        }

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        rows = len(frame)
        parts = np.empty((len(self.items), rows), dtype=np.int16)
        points, level = np.empty(rows, dtype=np.int16), np.empty(rows, dtype=np.int8)
        fired = np.empty(rows, dtype=np.uint32)
        numbers = {
            item.fact: frame[item.fact].to_numpy(dtype=np.int64, na_value=-1) for item, number in self.items if number
        }
        codes = {name: frame[name].cat.codes.to_numpy() for name in frame.columns if frame[name].dtype == "category"}
        reports = frame["suspicious_reports"].to_numpy(dtype=np.int64, na_value=-1)
        scored = np.empty(rows, dtype=np.int8)
        for start in range(0, rows, BLOCK):
            here = slice(start, min(start + BLOCK, rows))
            cells = {name: each[here].astype(np.intp) for name, each in codes.items()}
            for row, (item, number) in enumerate(self.items):
                cell = self._band(numbers[item.fact][here], item) if number else cells[item.fact]
                np.take(self.tables[item.code], cell, mode="wrap", out=parts[row, here])
            parts[:, here].sum(axis=0, dtype=np.int16, out=points[here])
            scored[here] = self.levels[points[here]]
            found = np.zeros(here.stop - start, dtype=np.uint32)
            for name, mask in self.masks.items():
                found |= np.take(mask, cells[name], mode="wrap")
            found |= (reports[here] >= 1).astype(np.uint32) << np.uint32(5)
            found &= ~(((found >> np.uint32(2)) & np.uint32(1)) ^ np.uint32(1)) << np.uint32(1) | ~np.uint32(2)
            fired[here] = found
            least = np.where(found & 0b1111_1100 & 0b0011_1100, 2, np.where(found & 0b1_1100_0000, 1, 0))
            least = np.where(found & 0b11, 3, least)
            level[here] = np.maximum(scored[here], least)
        figures = {
            "points": points,
            "scored": pd.Categorical.from_codes(scored, dtype=self.kinds, validate=False),
            "level": pd.Categorical.from_codes(level, dtype=self.kinds, validate=False),
            "fired": fired,
            "next_review": self.reviews[level],
        }
        contributions = pd.DataFrame(parts.T, index=frame.index, columns=self.names, copy=False)
        return pd.concat([pd.DataFrame(figures, index=frame.index, copy=False), contributions], axis=1)

    def _band(self, values: NDArray[np.int64], item: Item) -> NDArray[np.intp]:
        cell = np.zeros(len(values), dtype=np.intp)
        for edge in self.edges[item.code]:
            cell += values >= edge
        return cell


def loop(frame: pd.DataFrame, rating: Rating, fused: Fused) -> list[tuple[int, int, int]]:
    """What a plain program does: one customer after the other."""
    tables = {}
    for item, number in fused.items:
        table = fused.tables[item.code].tolist()
        keys = fused.edges[item.code].tolist() if number else list(frame[item.fact].cat.categories)
        tables[item.code] = (item.fact, number, keys, dict(zip(keys, table, strict=False)), table)
    thresholds = [level.from_ * rating.rules.highest_score for level in rating.rules.levels[1:]]
    rated = []
    for row in frame.to_dict("records"):
        parts = {}
        for code, (fact, number, keys, by_value, table) in tables.items():
            value: Any = row[fact]
            if number:
                parts[code] = table[0 if value is None else sum(value >= key for key in keys)]
            else:
                parts[code] = by_value.get(value, table[-1])
        total = sum(parts.values())
        level = sum(total >= threshold for threshold in thresholds)
        if row["list_hit"] == "sanctions":
            level = 3
        elif row["pep"] in {"current", "associate"}:
            level = max(level, 3 if row["wealth_explained"] == "unexplained" else 2)
        rated.append((total, level, len(parts)))
    return rated


def best(rounds: int, *works: Callable[[], object]) -> list[float]:
    """The shortest time of each; they take turns, so that a busy machine is busy for all of them."""
    spent: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, times in zip(works, spent, strict=True):
            gc.collect()
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
    return [min(times) for times in spent]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=9)
    chosen = arguments.parse_args()
    rating = book().effective(SCHEME, ON)
    frame = portfolio(rating, chosen.rows, 1, categorical=True)
    fused = Fused(frame, rating)
    ours, theirs = rate(frame, rating, ON), fused(frame)
    pd.testing.assert_frame_equal(ours[theirs.columns], theirs)
    general, by_hand = best(chosen.rounds, lambda: rate(frame, rating, ON), lambda: fused(frame))
    sample = frame.head(LOOP_ROWS)
    looped = best(3, lambda: loop(sample, rating, fused))[0] * chosen.rows / len(sample)
    one, text = frame.iloc[:1], portfolio(rating, chosen.rows, 1)
    single, as_text = best(2, lambda: rate(one, rating, ON), lambda: rate(text, rating, ON))
    print(f"{chosen.rows:,} customers, {len(rating.rules.items)} items, {len(rating.rules.facts)} facts")
    print(f"general {general:.3f} s, hand-fused {by_hand:.3f} s, row loop {looped:.1f} s (from {len(sample):,} rows)")
    print(f"{by_hand / general:.2f} x hand-fused numpy, {looped / general:.0f} x row loop")
    print(f"columns of text instead of categoricals {as_text:.2f} s; a single customer {single * 1000:.1f} ms")


if __name__ == "__main__":
    main()

"""Checks that items, levels, triggers and tables share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from risk_models.crr_problems import Finding, Path
from risk_models.crr_rules import ABSENT, PRESENT, CodesFact, CodeTable, FlagFact, RatingRules, TableFact

Tables = Mapping[str, Sequence[CodeTable]]  # all known versions of each table


def vocabulary(fact: CodesFact | FlagFact) -> tuple[str, ...]:
    return fact.codes if isinstance(fact, CodesFact) else (ABSENT, PRESENT)


def gapless(ends: Sequence[tuple[int | None, int | None]], path: Path) -> Iterator[Finding]:
    for position, (low, high) in enumerate(ends):
        if low is not None and high is not None and low >= high:
            yield (*path, position), f"The band from {low} to {high} is empty"
    for position, ((_, end), (start, _)) in enumerate(pairwise(ends), start=1):
        if end is None or start is None or end != start:
            kind = "overlaps" if end is None or start is None or start < end else "leaves a gap after"
            yield (*path, position), f"The band from {start} {kind} the one that ends at {end}"


def list_name(rules: RatingRules, fact: TableFact, name: str, path: Path, tables: Tables) -> Iterator[Finding]:
    versions = [table for table in tables.get(fact.table, ()) if meet(rules, table)]
    if fact.table not in rules.tables or not versions:
        yield path, f"Table {fact.table} is not declared, or no version of it is in force with this rule-set"
    for table in versions:
        if name not in table.lists:
            yield path, f"{name} is no list of table {table.id} of {table.effective_from}"


def meet(rules: RatingRules, table: CodeTable) -> bool:
    return table.effective_from <= (rules.effective_to or date.max) and rules.effective_from <= (
        table.effective_to or date.max
    )


def repeated(codes: Iterable[str], path: Path) -> Iterator[Finding]:
    seen: set[str] = set()
    for position, code in enumerate(codes):
        if code in seen:
            yield (*path, position), f"{code} is declared twice"
        seen.add(code)

"""What one value of a fact means to a rule-set: its score, whether it is known, which conditions it meets.

A column has few distinct values, so these are asked once per distinct value, never per customer.
"""

from __future__ import annotations

from dataclasses import dataclass

from risk_models.crr_book import Rating
from risk_models.crr_checks_parts import vocabulary
from risk_models.crr_rules import (
    ABSENT,
    PRESENT,
    CodeTable,
    Condition,
    Fact,
    FlagFact,
    Item,
    NumberFact,
    TableFact,
)

SEPARATOR = "|"
Value = str | int | None  # None: not known


@dataclass(frozen=True)
class Meaning:
    """One value, resolved: the labels that scores and conditions speak of, per part of the value.

    `labels` has one entry per known part (a code; for a table the lists it is on); `number` is set for numbers only;
    `unknown` is true if the value, or a part of it, is missing or not in the vocabulary.
    """

    labels: tuple[frozenset[str], ...]
    number: int | None
    unknown: bool


def meaning(fact: Fact, rating: Rating, value: object) -> Meaning:
    if isinstance(fact, NumberFact):
        return _number(fact, value)
    parts = _parts(fact, value)
    if isinstance(fact, TableFact):
        found = [lists_of(rating.tables[fact.table], part) for part in parts]
    else:
        found = [frozenset((part,)) if part in vocabulary(fact) else None for part in parts]
    known = tuple(labels for labels in found if labels is not None)
    return Meaning(known, None, not parts or len(known) < len(parts))


def score(item: Item, value: Meaning) -> int:
    """The worst score of the value's parts; an unknown part scores what the rule-set says of the unknown."""
    scores = [item.unknown] if value.unknown else []
    if value.number is not None:
        scores.append(_band_score(item, value.number))
    scores += [_label_score(item, labels) for labels in value.labels]
    return max(scores)


def holds(condition: Condition, value: Meaning, if_unknown: bool) -> bool:
    if value.number is not None:
        above = condition.at_least is None or value.number >= condition.at_least
        return above and (condition.at_most is None or value.number <= condition.at_most)
    if value.unknown and if_unknown:
        return True
    if condition.none_of is not None:
        return any(labels.isdisjoint(condition.none_of) for labels in value.labels)
    return any(not labels.isdisjoint(condition.any_of or ()) for labels in value.labels)


def lists_of(table: CodeTable, code: str) -> frozenset[str] | None:
    """The lists that a code is on; None for a code that the table does not know."""
    starts = [code[:end] for end in range(1, len(code) + 1)] if table.hierarchical else [code]
    if table.known.isdisjoint(starts):
        return None
    return frozenset().union(*(table.listed[start] for start in starts if start in table.listed))


def edges(fact: NumberFact, items: list[Item], conditions: list[Condition]) -> list[int]:
    """Ascending whole numbers at which something changes: between two of them every value means the same."""
    found = {end for item in items for end in _band_edges(item)}
    found |= {condition.at_least for condition in conditions if condition.at_least is not None}
    found |= {condition.at_most + 1 for condition in conditions if condition.at_most is not None}
    found |= set() if fact.least is None else {fact.least}
    found |= set() if fact.most is None else {fact.most + 1}
    return sorted(found)


def _number(fact: NumberFact, value: object) -> Meaning:
    if not isinstance(value, int):
        return Meaning((), None, True)
    below = fact.least is not None and value < fact.least
    above = fact.most is not None and value > fact.most
    return Meaning((), None, True) if below or above else Meaning((), value, False)


def _parts(fact: Fact, value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(fact, FlagFact) and isinstance(value, bool):
        return [PRESENT if value else ABSENT]
    text = str(value)
    many = not isinstance(fact, FlagFact | NumberFact) and fact.many
    return [part for part in (text.split(SEPARATOR) if many else [text]) if part]


def _label_score(item: Item, labels: frozenset[str]) -> int:
    scores = item.scores or {}
    listed = [scores[label] for label in labels if label in scores]
    if listed:
        return max(listed)
    return item.unknown if item.otherwise is None else item.otherwise


def _band_edges(item: Item) -> list[int]:
    step = 0 if item.closed == "lower" else 1
    return [band.from_ + step for band in item.bands or () if band.from_ is not None]


def _band_score(item: Item, number: int) -> int:
    step = 0 if item.closed == "lower" else 1
    return next(band.score for band in reversed(item.bands or ()) if band.from_ is None or number >= band.from_ + step)

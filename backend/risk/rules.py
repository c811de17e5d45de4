"""Rating as pure decisions: what is offered read as a rule-set's facts, rated, and compared with the rating before."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd

from backend.risk.ruleset import RecordRules, Translation
from risk_models.crr import REVIEWED_ON, rate
from risk_models.crr_book import Rating
from risk_models.crr_override import COLUMNS as OVERRIDE
from risk_models.crr_record import records
from risk_models.crr_rules import ABSENT, PRESENT, CodesFact, Fact, FlagFact, NumberFact

Offered = str | int | bool | frozenset[str] | None
Value = str | int | None
PERCENT: Final = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """An override in force: its level, the level it was decided against, and its days (inclusive)."""

    level: str
    computed_then: str
    decided_on: date
    expires_on: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rating says; `record` is its canonical record (risk_models.crr_record)."""

    record: str
    points: int
    computed: str
    level: str
    override: str
    next_review: date

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.record)
        return body


def read_facts(offered: Mapping[str, Offered], rating: Rating, rules: RecordRules) -> dict[str, Value]:
    """The facts of a rule-set from what the record and others offer; None is unknown.

    What somebody offers under the fact's own name is believed before what another fact lets us conclude.
    """
    return {
        name: _first_known(fact, name, offered, rules.translation(rating.rules.id, name))
        for name, fact in rating.rules.facts.items()
    }


def _first_known(fact: Fact, name: str, offered: Mapping[str, Offered], translation: Translation) -> Value:
    """A code that the rule-set does not have says nothing: the next source is asked, and it is told if none knows."""
    values = [_read(fact, offered.get(source), translation) for source in (name, *translation.sources)]
    told = [value for value in values if value is not None]
    return next((value for value in told if _speaks(fact, value)), told[0] if told else None)


def _speaks(fact: Fact, value: Value) -> bool:
    return not isinstance(fact, CodesFact) or fact.many or value in fact.codes


def _read(fact: Fact, value: Offered, translation: Translation) -> Value:
    if value is None:
        return None
    if isinstance(fact, NumberFact):
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    if isinstance(fact, FlagFact):
        return _flag(value)
    codes = sorted(value) if isinstance(value, frozenset) else [str(value)]
    if fact.many:
        return "|".join(dict.fromkeys(_translated(code, translation) for code in codes)) or None
    known = {code.casefold() for code in codes}
    applying = (target for code, target in translation.codes.items() if code.casefold() in known)
    return next(applying, None if isinstance(value, frozenset) else codes[0])


def _flag(value: Offered) -> str:
    if isinstance(value, bool):
        return PRESENT if value else ABSENT
    return str(value)


def _translated(code: str, translation: Translation) -> str:
    targets = {source.casefold(): target for source, target in translation.codes.items()}
    return targets.get(code.casefold(), code)


def outcomes(
    customers: Sequence[str],
    facts: Sequence[Mapping[str, Value]],
    reviewed: Sequence[date | None],
    overrides: Mapping[str, Standing],
    rating: Rating,
    on: date,
) -> list[Outcome]:
    """One per customer, in order. Rows do not see each other: chunks of any size say the same."""
    if not customers:
        return []
    frame = fact_frame(customers, facts, rating)
    frame[REVIEWED_ON] = pd.to_datetime(pd.Series(list(reviewed), index=frame.index, dtype=object))
    standing = override_frame({name: overrides[name] for name in customers if name in overrides})
    rated = rate(frame, rating, on, standing)
    written = records(frame, rated, rating, on, standing)
    return [_outcome(record.decode(), row) for record, row in zip(written, rated.to_dict("records"), strict=True)]


def fact_frame(customers: Sequence[str], facts: Sequence[Mapping[str, Value]], rating: Rating) -> pd.DataFrame:
    """A row per customer, a column per fact of the rule-set; numbers are whole and may be missing."""
    index = pd.Index(customers)
    columns = {
        name: pd.Series(
            [each.get(name) for each in facts],
            index=index,
            dtype="Int64" if isinstance(fact, NumberFact) else object,
            name=name,
        )
        for name, fact in rating.rules.facts.items()
    }
    return pd.DataFrame(columns, index=index)


def override_frame(standing: Mapping[str, Standing]) -> pd.DataFrame | None:
    if not standing:
        return None
    rows = [(each.level, each.computed_then, each.decided_on, each.expires_on) for each in standing.values()]
    return pd.DataFrame(rows, index=pd.Index(standing), columns=list(OVERRIDE))


def _outcome(record: str, row: Mapping[Any, Any]) -> Outcome:
    return Outcome(
        record=record,
        points=int(row["points"]),
        computed=str(row["computed"]),
        level=str(row["level"]),
        override=str(row["override"]),
        next_review=row["next_review"].date(),
    )


def moved(before: Mapping[str, Any] | None, after: Mapping[str, Any], rating: Rating) -> bool:
    """Whether a rating says anything new; a number that stays within its band, and the mere day, do not."""
    return before is None or _substance(before, rating) != _substance(after, rating)


def _substance(body: Mapping[str, Any], rating: Rating) -> dict[str, Any]:
    facts, declared = body["facts"], rating.rules.facts
    codes = {name: value for name, value in facts.items() if not isinstance(declared.get(name), NumberFact)}
    result = {name: value for name, value in body["result"].items() if name != "next_review"}
    return {"digest": body["digest"], "override": body["override"], "facts": codes, "result": result}


def percent(points: int, highest_score: int) -> int:
    """Points on the scale of the levels, 0 to 100, rounded down as the comparison with a threshold does."""
    return points // highest_score


def typed(rating: Rating, name: str, text: str) -> Value:
    """A fact that a person wrote, for a what-if; empty is unknown. Raises ValueError, KeyError for an unknown fact."""
    fact = rating.rules.facts[name]
    if not text.strip():
        return None
    return int(text) if isinstance(fact, NumberFact) else text.strip()

"""A rating as it is kept: the facts it saw, the rule-set that made it, what it said; and the same again from that.

The form is canonical JSON (sorted keys, no spaces, UTF-8), so that equal ratings are equal bytes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from risk_models.crr import PREFIX, REVIEWED_ON, fired_codes, rate, unknown_facts
from risk_models.crr_book import Rating, RatingBook
from risk_models.crr_override import COLUMNS as OVERRIDE
from risk_models.crr_rules import NumberFact

VERSION = 1
DATES = ("decided_on", "expires_on")


def records(
    frame: pd.DataFrame, rated: pd.DataFrame, rating: Rating, on: date, overrides: pd.DataFrame | None = None
) -> list[bytes]:
    """One record per row; `rated` is what `rate` said of the same arguments."""
    return _records(list(map(str, frame.index)), frame, rated, rating, on, overrides)


def _records(
    customers: list[str],
    frame: pd.DataFrame,
    rated: pd.DataFrame,
    rating: Rating,
    on: date,
    overrides: pd.DataFrame | None,
) -> list[bytes]:
    known = {} if overrides is None else {label: _override(row) for label, row in overrides.iterrows()}
    names = [*rating.rules.facts, *([REVIEWED_ON] if REVIEWED_ON in frame.columns else [])]
    facts = frame[names].to_dict("records")
    return [
        _bytes(
            {
                "version": VERSION,
                "digest": rating.digest,
                "on": on.isoformat(),
                "customer": customer,
                "facts": {name: _plain(value) for name, value in seen.items() if name != REVIEWED_ON},
                "reviewed_on": _day(seen.get(REVIEWED_ON)),
                "override": known.get(label),
                "result": _result(result, rating),
            }
        )
        for customer, label, seen, result in zip(customers, frame.index, facts, rated.to_dict("records"), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Difference:
    customer: str
    recorded: bytes
    recomputed: bytes


def replay(recorded: Sequence[bytes], book: RatingBook) -> list[Difference]:
    """The records that do not come out the same, byte by byte; an unknown digest raises NoVersionError.

    Records of one day and one rule-set are rated together.
    """
    groups: dict[tuple[str, str], list[tuple[bytes, dict[str, Any]]]] = defaultdict(list)
    for record in recorded:
        body = json.loads(record)
        groups[body["digest"], body["on"]].append((record, body))
    differences = []
    for (digest, on), members in groups.items():
        again = recomputed([body for _, body in members], book.by_digest(digest), date.fromisoformat(on))
        pairs = zip(members, again, strict=True)
        differences += [Difference(body["customer"], record, new) for (record, body), new in pairs if record != new]
    return differences


def recomputed(bodies: Sequence[dict[str, Any]], rating: Rating, on: date) -> list[bytes]:
    """The records of these inputs, rated afresh."""
    index = pd.RangeIndex(len(bodies))
    columns = {
        name: pd.Series(
            [body["facts"].get(name) for body in bodies],
            index=index,
            dtype="Int64" if isinstance(fact, NumberFact) else object,
        )
        for name, fact in rating.rules.facts.items()
    }
    frame = pd.DataFrame(columns, index=index)
    frame[REVIEWED_ON] = pd.to_datetime(pd.Series([body["reviewed_on"] for body in bodies], index=index))
    overridden = {place: body["override"] for place, body in enumerate(bodies) if body["override"] is not None}
    overrides = pd.DataFrame(list(overridden.values()), index=list(overridden), columns=list(OVERRIDE))
    rated = rate(frame, rating, on, overrides)
    return _records([body["customer"] for body in bodies], frame, rated, rating, on, overrides)


def _result(result: dict[Hashable, Any], rating: Rating) -> dict[str, Any]:
    return {
        "points": int(result["points"]),
        "contributions": {item.code: int(result[PREFIX + item.code]) for item in rating.rules.items},
        **{name: str(result[name]) for name in ("scored", "computed", "level", "override")},
        "fired": list(fired_codes(int(result["fired"]), rating)),
        "unknown": list(unknown_facts(int(result["unknown"]), rating)),
        "next_review": _day(result["next_review"]),
    }


def _override(row: pd.Series) -> dict[str, Any]:
    return {name: _day(row[name]) if name in DATES else str(row[name]) for name in OVERRIDE}


def _day(value: Any) -> str | None:
    return None if pd.isna(value) else pd.Timestamp(value).date().isoformat()


def _plain(value: Any) -> str | int | bool | None:
    if pd.isna(value):
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    return value if isinstance(value, str) else int(value)


def _bytes(body: dict[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()

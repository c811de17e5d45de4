"""What was recorded comes out again, byte by byte."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from risk_models.crr import REVIEWED_ON, rate
from risk_models.crr_problems import NoVersionError
from risk_models.crr_record import records, replay
from tests.risk_models.crr_portfolio import book, portfolio

BOOK = book()
SCHEMES = ["cn-persons", "cn-organisations", "eu-risk-based", "insurance-policyholders"]
DAYS = [date(2026, 3, 1), date(2026, 11, 22)]


def recorded(scheme: str, on: date, *, categorical: bool = False) -> list[bytes]:
    rating = BOOK.effective(scheme, on)
    frame = portfolio(rating, 120, 8, categorical=categorical)
    days = pd.Series(pd.to_datetime("2025-01-31") + pd.to_timedelta(np.arange(120) * 5, unit="D"), index=frame.index)
    frame[REVIEWED_ON] = days.mask(days.dt.day < 5)
    levels = rating.rules.level_codes
    body = [(levels[-1], levels[0], on, on + timedelta(days=30)), (levels[0], levels[-1], on, on + timedelta(days=1))]
    overrides = pd.DataFrame(
        body, columns=["level", "computed_then", "decided_on", "expires_on"], index=frame.index[3:5]
    )
    return records(frame, rate(frame, rating, on, overrides), rating, on, overrides)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("on", DAYS)
def test_every_record_is_recomputed_to_the_same_bytes(scheme: str, on: date) -> None:
    kept = recorded(scheme, on)
    assert len(set(kept)) == 120
    assert replay(kept, BOOK) == []


def test_records_of_several_days_and_schemes_are_replayed_together() -> None:
    mixed = [record for scheme in SCHEMES for on in DAYS for record in recorded(scheme, on)]
    shuffled = [mixed[place] for place in np.random.default_rng(1).permutation(len(mixed))]
    assert replay(shuffled, BOOK) == []


def test_the_form_of_the_columns_does_not_reach_the_record() -> None:
    assert recorded("cn-persons", DAYS[1]) == recorded("cn-persons", DAYS[1], categorical=True)


def test_a_record_that_was_tampered_with_is_found() -> None:
    kept = recorded("cn-persons", DAYS[1])
    body = json.loads(kept[7])
    body["result"]["points"] += 1
    kept[7] = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert [difference.customer for difference in replay(kept, BOOK)] == ["1007"]


def test_a_record_of_a_rule_set_that_is_gone_is_refused() -> None:
    body = json.loads(recorded("cn-persons", DAYS[1])[0]) | {"digest": "0" * 64}
    with pytest.raises(NoVersionError):
        replay([json.dumps(body).encode()], BOOK)


def test_a_record_names_what_fired_and_what_was_unknown_in_words() -> None:
    body = next(body for body in map(json.loads, recorded("cn-persons", DAYS[1])) if body["result"]["fired"])
    assert all(isinstance(code, str) for code in body["result"]["fired"])
    assert sum(body["result"]["contributions"].values()) == body["result"]["points"]

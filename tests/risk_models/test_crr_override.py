"""Overrides by a person: refused, in force, expired, taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_models.crr import mandatory_level, rate
from risk_models.crr_override import Proposal, Refusal, refusals
from risk_models.errors import ContradictionError, OutOfRangeError
from tests.risk_models.crr_portfolio import book, portfolio

ON = date(2026, 11, 22)
RATING = book().effective("eu-risk-based", ON)
LEVELS = RATING.rules.level_codes
FRAME = portfolio(RATING, 300, 3).assign(unusual_patterns=None)
PLAIN = rate(FRAME, RATING, ON)
SOUND = Proposal("medium", "high", None, "new_information", "ana", "ben", ON, ON + timedelta(days=90))


def test_a_sound_proposal_is_not_refused() -> None:
    assert refusals(SOUND, RATING.rules) == ()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"reason": "because"}, Refusal.REASON),
        ({"approved_by": None}, Refusal.NO_SECOND),
        ({"approved_by": "ana"}, Refusal.SAME_PERSON),
        ({"expires_on": ON}, Refusal.NOT_LATER),
        ({"expires_on": ON + timedelta(days=366)}, Refusal.TOO_LONG),
        ({"mandatory": "high"}, Refusal.MANDATORY),
        ({"computed": "medium"}, Refusal.NO_CHANGE),
        ({"level": "tiny"}, Refusal.LEVEL),
    ],
)
def test_a_proposal_with_one_fault_is_refused_for_it(change: dict[str, object], refusal: Refusal) -> None:
    assert refusals(replace(SOUND, **change), RATING.rules) == (refusal,)


def test_an_override_up_to_the_mandatory_level_is_allowed() -> None:
    assert refusals(replace(SOUND, level="high", computed="very_high", mandatory="high"), RATING.rules) == ()


def overridden(
    customer: int, level: str, computed_then: str, *, decided: date = ON, expires: date = ON, on: date = ON
) -> tuple[str, str]:
    row = {"level": level, "computed_then": computed_then, "decided_on": decided, "expires_on": expires}
    rated = rate(FRAME, RATING, on, pd.DataFrame([row], index=[customer])).loc[customer]
    return rated["level"], rated["override"]


def someone(level: str, *, mandatory: bool = False) -> int:
    """The first customer whose computed level is this, with or without a mandatory floor."""
    floors = PLAIN["fired"].map(lambda fired: mandatory_level(int(fired), RATING) is not None)
    return int(PLAIN.index[(PLAIN["computed"] == level) & (floors == mandatory)][0])


def test_an_override_holds_through_its_last_day() -> None:
    customer = someone("medium")
    assert overridden(customer, "low", "medium") == ("low", "in_force")
    yesterday = ON - timedelta(days=1)
    assert overridden(customer, "low", "medium", decided=yesterday, expires=yesterday) == ("medium", "expired")


def test_an_override_does_not_hold_before_it_is_decided() -> None:
    tomorrow = ON + timedelta(days=1)
    assert overridden(someone("medium"), "low", "medium", decided=tomorrow, expires=tomorrow) == ("medium", "none")


def test_a_raise_is_taken_back_when_the_computed_level_rises_above_it() -> None:
    assert overridden(someone("high", mandatory=True), "medium", "low") == ("high", "reopened")


def test_a_lowering_is_taken_back_when_the_computed_level_rises_above_what_it_was_decided_against() -> None:
    assert overridden(someone("medium"), "low", "low") == ("medium", "reopened")
    assert overridden(someone("medium"), "low", "medium") == ("low", "in_force")


def test_an_override_that_raises_stays_while_the_computed_level_is_lower() -> None:
    assert overridden(someone("medium"), "very_high", "medium") == ("very_high", "in_force")


def test_a_mandatory_floor_that_came_later_takes_the_override_back() -> None:
    assert overridden(someone("high", mandatory=True), "medium", "high") == ("high", "reopened")


def test_the_review_follows_the_level_in_force() -> None:
    customer = someone("medium")
    row = {"level": "very_high", "computed_then": "medium", "decided_on": ON, "expires_on": ON}
    rated = rate(FRAME, RATING, ON, pd.DataFrame([row], index=[customer]))
    assert rated.loc[customer, "next_review"] == pd.Timestamp("2027-05-22")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(LEVELS), st.sampled_from(LEVELS), st.integers(-2, 2)), min_size=1, max_size=60)
)
def test_no_override_ever_undercuts_a_mandatory_level_or_touches_others(rows: list[tuple[str, str, int]]) -> None:
    body = [(level, then, ON - timedelta(days=9), ON + timedelta(days=late)) for level, then, late in rows]
    given_ = pd.DataFrame(
        body, columns=["level", "computed_then", "decided_on", "expires_on"], index=FRAME.index[: len(rows)]
    )
    rated = rate(FRAME, RATING, ON, given_)
    for fired, level in zip(rated["fired"].tolist(), rated["level"].tolist(), strict=True):
        least = mandatory_level(fired, RATING)
        assert least is None or LEVELS.index(level) >= LEVELS.index(least)
    pd.testing.assert_frame_equal(rated.iloc[len(rows) :], PLAIN.iloc[len(rows) :])


def test_an_override_of_somebody_else_is_refused() -> None:
    with pytest.raises(ContradictionError, match="not in the table"):
        overridden(5, "low", "medium")


def test_an_override_to_a_level_of_another_rule_set_is_refused() -> None:
    with pytest.raises(OutOfRangeError, match="no level"):
        overridden(1000, "medium_low", "medium")

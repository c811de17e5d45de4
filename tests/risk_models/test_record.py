"""Stored records come back as they were, or not at all."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_models.errors import MissingValueError, UnknownModelError
from risk_models.estimate import Convergence, Estimate
from risk_models.record import Record


@dataclass(frozen=True)
class Mixed(Record):
    number: float
    label: str | None
    parts: tuple[Estimate | Convergence, ...]
    edge: float | None


@given(st.floats(allow_nan=False, allow_infinity=False), st.one_of(st.none(), st.text()), st.integers(0, 9))
def test_every_figure_survives_json_to_the_last_bit(number: float, label: str | None, steps: int) -> None:
    parts = (Estimate("r", number, None, None, None), Convergence(True, steps, 0.0, "flat"))
    record = Mixed(number, label, parts, None if label is None else 1.0)
    assert Mixed.from_dict(json.loads(json.dumps(record.to_dict()))) == record


def test_whole_numbers_come_back_as_floats() -> None:
    stored = {**Convergence(True, 3, 2.0, "flat").to_dict(), "decrement": 2}
    assert isinstance(Convergence.from_dict(stored).decrement, float)


def test_a_record_of_another_model_is_refused() -> None:
    with pytest.raises(UnknownModelError, match="Convergence"):
        Convergence.from_dict({"model": "Estimate"})


def test_a_record_of_another_version_names_the_fields_that_differ() -> None:
    stored = Convergence(True, 3, 0.0, "flat").to_dict()
    del stored["reason"]
    with pytest.raises(UnknownModelError, match="reason"):
        Convergence.from_dict(stored)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_hold_is_refused(value: float) -> None:
    with pytest.raises(MissingValueError):
        Estimate("r", value, None, None, None).to_dict()

"""Target markets: three values of truth, and the same answer for one customer as for a frame of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from backend.products.target_market import Place, TargetMarket, compile  # noqa: A004

_SCALE = ("none", "basic", "informed", "advanced")
_NEEDS = ("saving", "investing", "credit")


def _market(positive: list[dict[str, Any]], negative: list[dict[str, Any]] | None = None) -> TargetMarket:
    return TargetMarket.model_validate({"positive": positive, "negative": negative or []})


ADULT = {"id": "adult", "fact": "age", "op": "at_least", "value": 18}
VULNERABLE = {"id": "vulnerable", "fact": "vulnerable", "op": "is", "value": True}


def test_a_failing_positive_condition_puts_outside_and_names_the_value() -> None:
    verdict = compile(_market([ADULT])).verdict({"age": 17})
    assert (verdict.place, verdict.reasons[0].condition, verdict.reasons[0].value) == (Place.OUTSIDE, "adult", 17)


def test_a_negative_condition_that_holds_puts_outside() -> None:
    verdict = compile(_market([ADULT], [VULNERABLE])).verdict({"age": 30, "vulnerable": True})
    assert (verdict.place, [each.condition for each in verdict.reasons]) == (Place.OUTSIDE, ["vulnerable"])


def test_a_missing_fact_is_unknown_and_never_inside() -> None:
    assert compile(_market([ADULT], [VULNERABLE])).verdict({"age": 30}).place is Place.UNKNOWN


def test_what_is_known_to_fail_outweighs_what_is_missing() -> None:
    assert compile(_market([ADULT], [VULNERABLE])).verdict({"age": 5}).place is Place.OUTSIDE


def test_a_value_that_cannot_be_compared_is_unknown() -> None:
    assert compile(_market([ADULT])).verdict({"age": "old"}).place is Place.UNKNOWN


def test_true_is_not_the_number_one() -> None:
    number = {"id": "one", "fact": "children", "op": "is", "value": 1}
    assert compile(_market([number])).verdict({"children": True}).place is Place.OUTSIDE


def test_an_ordered_condition_without_its_scale_is_not_compiled() -> None:
    knows = {"id": "k", "fact": "knowledge", "op": "at_least", "value": "basic"}
    with pytest.raises(ValueError, match="needs a number"):
        compile(_market([knows]))


def test_a_definition_in_json_keeps_its_fractions() -> None:
    market = _market([{"id": "income", "fact": "income", "op": "at_least", "value": "1000.10"}])
    again = TargetMarket.model_validate(market.model_dump(mode="json"))
    assert compile(again).verdict({"income": Decimal("1000.10")}).place is Place.INSIDE
    assert compile(again).verdict({"income": Decimal("1000.09")}).place is Place.OUTSIDE


def test_two_conditions_of_one_name_are_refused() -> None:
    with pytest.raises(ValidationError, match="adult"):
        _market([ADULT, ADULT])


_condition = st.one_of(
    st.builds(
        lambda op, value: {"fact": "age", "op": op, "value": value},
        st.sampled_from(["at_least", "at_most"]),
        st.integers(0, 100),
    ),
    st.builds(
        lambda op, value: {"fact": "income", "op": op, "value": str(value)},
        st.sampled_from(["at_least", "at_most"]),
        st.decimals("0", "10", places=2),
    ),
    st.builds(
        lambda op, value: {"fact": "knowledge", "op": op, "value": value, "scale": _SCALE},
        st.sampled_from(["at_least", "at_most"]),
        st.sampled_from(_SCALE),
    ),
    st.builds(
        lambda op, value: {"fact": "needs", "op": op, "value": value},
        st.sampled_from(["in", "not_in"]),
        st.lists(st.sampled_from(_NEEDS), min_size=1, max_size=2),
    ),
    st.builds(lambda value: {"fact": "vulnerable", "op": "is", "value": value}, st.booleans()),
    st.builds(lambda value: {"fact": "segment", "op": "is", "value": value}, st.sampled_from("ABC")),
)
_customer = st.fixed_dictionaries(
    {
        "age": st.one_of(st.none(), st.integers(0, 100)),
        "income": st.one_of(st.none(), st.floats(0, 10), st.decimals("0", "10", places=2).map(float)),
        "knowledge": st.one_of(st.none(), st.sampled_from(_SCALE)),
        "needs": st.one_of(st.none(), st.lists(st.sampled_from(_NEEDS), max_size=2)),
        "vulnerable": st.one_of(st.none(), st.booleans()),
        "segment": st.one_of(st.none(), st.sampled_from("ABCD")),
    }
)


def _named(conditions: list[dict[str, Any]], side: str) -> list[dict[str, Any]]:
    return [{**each, "id": f"{side}{number}"} for number, each in enumerate(conditions)]


def _frame(customers: list[Mapping[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.Series([each[name] for each in customers], dtype=object) for name in customers[0]})
    frame["age"] = frame["age"].astype("Int64")
    frame["income"] = frame["income"].astype(float)
    frame["knowledge"] = pd.Categorical(frame["knowledge"], categories=list(_SCALE))
    return frame


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(_condition, max_size=4), st.lists(_condition, max_size=3), st.lists(_customer, min_size=1, max_size=12))
def test_a_frame_gets_the_same_answers_as_its_customers_one_by_one(
    positive: list[dict[str, Any]], negative: list[dict[str, Any]], customers: list[Mapping[str, object]]
) -> None:
    market = compile(_market(_named(positive, "p"), _named(negative, "n")))
    expected = [market.verdict(customer).place for customer in customers]
    assert market.codes(_frame(customers)).tolist() == expected


def test_a_column_that_is_not_there_is_unknown() -> None:
    codes = compile(_market([ADULT])).codes(pd.DataFrame({"other": [1, 2]}))
    assert np.array_equal(codes, [Place.UNKNOWN, Place.UNKNOWN])

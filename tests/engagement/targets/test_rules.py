"""Figures from records: by group, with intervals, and nothing instead of a zero that nobody measured."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.engagement.targets import rules
from backend.engagement.targets.groups import Groups
from backend.engagement.targets.ruleset import Measure
from backend.engagement.targets.sources import Month, framed
from risk_models.proportion import share_estimate

DAY = date(2026, 10, 5)
EN = {"en": "A", "zh_CN": "甲"}
ANNA, BOB = uuid4(), uuid4()
GROUPS = Groups({ANNA: "north"}, {ANNA: "saver", BOB: "saver"}, {ANNA: ("loan", "account"), BOB: ("account",)})


def measure(how: str = "share", better: str = "higher") -> Measure:
    told = {"code": "m", "wording": EN, "meaning": EN, "how": how, "unit": "share", "better": better}
    return Measure.model_validate(told)


def row(party: UUID, value: float, weight: float = 1.0, product: str | None = None) -> tuple[object, ...]:
    return ("case", uuid4(), party, product, DAY, value, weight)


def told(found: list[rules.Figure]) -> dict[tuple[str, str], Decimal | None]:
    return {(each.dimension, each.key): each.value for each in found}


def test_a_share_is_of_all_and_of_every_group() -> None:
    found = told(rules.figures(framed([row(ANNA, 1), row(BOB, 0)]), measure(), GROUPS))
    half, one = Decimal("0.5000"), Decimal("1.0000")
    assert found[("all", "")] == half
    assert (found["team", "north"], found["segment", "saver"]) == (one, half)
    assert (found["product", "loan"], found["product", "account"]) == (one, half)
    assert ("team", "None") not in found


def test_a_record_with_a_product_of_its_own_belongs_to_no_other() -> None:
    found = told(rules.figures(framed([row(ANNA, 1, product="fund")]), measure(), GROUPS))
    assert [key for dimension, key in found if dimension == "product"] == ["fund"]


def test_a_share_has_wilsons_interval() -> None:
    figure = rules.figures(framed([row(ANNA, n < 7) for n in range(10)]), measure(), GROUPS)[0]
    wanted = share_estimate("m", 7, 10)
    assert (float(figure.low or 0), float(figure.high or 0)) == pytest.approx((wanted.low, wanted.high), abs=1e-4)


def test_a_ratio_is_the_sum_of_values_by_the_sum_of_weights() -> None:
    rows = [row(ANNA, 30, 0), row(ANNA, 10, 0), row(ANNA, 0, 1), row(BOB, 0, 1)]
    assert rules.figures(framed(rows), measure("ratio"), GROUPS)[0].value == Decimal("20.0000")


def test_contacts_without_a_customer_are_no_figure() -> None:
    figure = rules.figures(framed([row(ANNA, 30, 0)]), measure("ratio"), GROUPS)[0]
    assert (figure.value, figure.absent) == (None, rules.NO_RECORDS)


def test_a_median_is_the_middle() -> None:
    rows = [row(ANNA, value) for value in (1, 2, 90)]
    assert rules.figures(framed(rows), measure("median"), GROUPS)[0].value == Decimal("2.0000")


def test_a_single_value_has_a_mean_and_no_interval() -> None:
    figure = rules.figures(framed([row(ANNA, 5)]), measure("mean"), GROUPS)[0]
    assert (figure.value, figure.low) == (Decimal("5.0000"), None)


def test_an_interval_ends_where_the_measure_does() -> None:
    figure = rules.figures(framed([row(ANNA, 1), row(BOB, 0)]), measure("mean"), GROUPS)[0]
    assert (figure.low, figure.high) == (Decimal("0.0000"), Decimal("1.0000"))


def test_what_nobody_keeps_is_said_and_is_no_zero() -> None:
    figure = rules.figures(None, measure(), GROUPS)[0]
    assert (figure.value, figure.absent) == (None, rules.NO_SOURCE)


def test_a_month_without_records_is_said_and_is_no_zero() -> None:
    figure = rules.figures(framed([]), measure(), GROUPS)[0]
    assert (figure.value, figure.absent) == (None, rules.NO_RECORDS)


@pytest.mark.parametrize(("better", "met"), [("higher", True), ("lower", False)])
def test_a_goal_is_met_on_the_better_side(better: str, met: bool) -> None:
    assert measure(better=better).met(Decimal(2), Decimal(1)) is met
    assert measure(better=better).met(Decimal(1), Decimal(1)) is True


def test_a_month_under_way_ends_today() -> None:
    month = Month(date(2026, 10, 1), date(2026, 10, 20))
    assert (month.last, month.ended) == (date(2026, 10, 20), False)
    assert Month(date(2026, 9, 1), date(2026, 10, 20)).last == date(2026, 9, 30)


records = st.lists(st.tuples(st.sampled_from([ANNA, BOB]), st.booleans()), min_size=1, max_size=40)


@settings(deadline=None)
@given(records)
def test_the_records_behind_a_figure_make_that_figure(given_: list[tuple[UUID, bool]]) -> None:
    frame = framed([row(party, float(good)) for party, good in given_])
    for figure in rules.figures(frame, measure(), GROUPS):
        part = rules.belonging(frame, figure.dimension, figure.key, GROUPS)
        assert len(part) == figure.records
        assert Decimal(repr(float(part["value"].mean()))).quantize(Decimal("0.0001")) == figure.value


@settings(deadline=None)
@given(records, st.randoms(use_true_random=False))
def test_the_digest_does_not_depend_on_the_order_of_figures(given_: list[tuple[UUID, bool]], chance: object) -> None:
    found = rules.figures(framed([row(party, float(good)) for party, good in given_]), measure(), GROUPS)
    turned = list(found)
    chance.shuffle(turned)  # type: ignore[attr-defined]
    assert rules.digest(turned) == rules.digest(found)

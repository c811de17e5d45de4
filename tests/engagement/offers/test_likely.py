"""Chances of customers who are alike: what they rest on, and how little it takes to fall back."""

from decimal import Decimal

import pytest

from backend.engagement.models.queries import Score
from backend.engagement.offers.chances import scored
from backend.engagement.offers.likely import Evidence, Likely, Seen, likely
from tests.engagement.offers.test_rules import TODAY

QUARTER = Decimal("0.25")
FEW, MANY = "products=1..3", "products=3.."


def told(few: Seen, many: Seen, unknown: tuple[int, int] = (0, 0)) -> dict[str, Likely]:
    everybody = Seen(few.accepted + many.accepted + unknown[0], few.asked + many.asked + unknown[1])
    return dict(likely(Evidence((1, 20), everybody, ((FEW, few), (MANY, many)), 20, Decimal(3)), QUARTER))


def test_without_anything_seen_everybody_has_what_is_assumed() -> None:
    found = told(Seen(), Seen())
    assert [float(each.value) for each in found.values()] == [pytest.approx(0.05, abs=1e-4)] * 3


def test_answers_of_no_known_group_move_all_groups_as_they_moved_the_base_rate() -> None:
    found = told(Seen(), Seen(), unknown=(3, 9))
    assert [float(each.value) for each in found.values()] == [pytest.approx(4 / 29, abs=1e-4)] * 3


def test_group_that_accepts_more_has_the_higher_chance() -> None:
    found = told(Seen(2, 60), Seen(18, 60))
    assert found[FEW].value < found[""].value < found[MANY].value


def test_three_answers_move_a_group_less_than_thirty_of_the_same_share() -> None:
    few, many = told(Seen(1, 3), Seen())[FEW], told(Seen(10, 30), Seen())[FEW]
    assert few.value < many.value


def test_what_a_group_opens_more_often_it_is_expected_to_accept_more_often() -> None:
    found = told(Seen(opened=10, could=1_000), Seen(opened=60, could=1_000))
    assert found[MANY].value > 2 * found[FEW].value
    assert found[MANY].times > 1 > found[FEW].times


def test_no_group_is_expected_to_accept_more_than_so_many_times_as_often() -> None:
    found = told(Seen(opened=1, could=100_000), Seen(opened=60_000, could=100_000))
    assert (found[FEW].times, found[MANY].times <= 3) == (Decimal("0.33"), True)


def test_group_of_which_nobody_could_open_it_is_expected_to_do_as_all_do() -> None:
    found = told(Seen(), Seen(opened=60, could=1_000))
    assert found[FEW].times == pytest.approx(Decimal(1), abs=Decimal("0.05"))


def test_answers_of_a_group_outweigh_what_it_opened() -> None:
    found = told(Seen(60, 200, opened=10, could=1_000), Seen(2, 200, opened=60, could=1_000))
    assert found[FEW].value > found[MANY].value


def test_lower_quantile_rises_as_more_is_known() -> None:
    doubtful, known = told(Seen(1, 10), Seen())[FEW], told(Seen(50, 500), Seen())[FEW]
    assert doubtful.lower / doubtful.value < known.lower / known.value
    assert known.low < known.lower < known.value < known.upper < known.high


def score(low: float | None, high: float | None) -> Score:
    return Score(0.2, low, high, (), TODAY, "propensity:card", 1)


def test_quantiles_of_a_score_lie_within_its_interval() -> None:
    found = scored(score(0.1, 0.4), QUARTER)
    assert found.lower is not None
    assert found.upper is not None
    assert found.low < found.lower < found.value < found.upper < found.high


def test_score_without_an_interval_is_taken_as_it_is() -> None:
    found = scored(score(None, None), QUARTER)
    assert found.lower == found.value == found.upper

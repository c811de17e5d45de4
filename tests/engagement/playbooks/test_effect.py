"""Whether a playbook does anything, and when that cannot be told."""

from backend.engagement.playbooks.effect import Verdict, measured
from backend.engagement.playbooks.models import Arm
from backend.engagement.playbooks.queries.goals import ArmFigure, together


def arms(treated: tuple[int, int], control: tuple[int, int]) -> dict[Arm, ArmFigure]:
    """(observed, reached) of each."""
    return {
        Arm.TREATED: ArmFigure(treated[0], 0, *treated),
        Arm.CONTROL: ArmFigure(control[0], 0, *control),
    }


def test_an_interval_above_zero_helps() -> None:
    found = measured(arms((200, 100), (50, 10)), 2000)
    assert found.verdict is Verdict.HELPS
    assert found.difference is not None
    assert round(found.difference.value, 6) == 0.3


def test_an_interval_below_zero_harms() -> None:
    assert measured(arms((200, 20), (50, 20)), 2000).verdict is Verdict.HARMS


def test_an_interval_that_holds_zero_is_open_and_says_what_would_have_been_seen() -> None:
    found = measured(arms((40, 12), (12, 3)), 2000)
    assert (found.verdict, found.smallest is not None and found.smallest > 0.2) == (Verdict.OPEN, True)


def test_few_customers_are_too_few_to_show_a_share() -> None:
    found = measured(arms((40, 12), (9, 3)), 2000)
    assert (found.verdict, found.difference) == (Verdict.TOO_SMALL, None)


def test_without_a_hold_out_nothing_is_measured() -> None:
    assert measured(arms((40, 12), (0, 0)), 0).verdict is Verdict.NO_CONTROL


def test_versions_that_left_other_shares_alone_are_compared_within_themselves() -> None:
    """In the good year few were left alone and in the bad year many: summed up, it would look as if it helped."""
    good, bad = arms((900, 540), (100, 60)), arms((100, 10), (900, 90))
    summed = together([good, bad])
    assert measured(summed, 2000).verdict is Verdict.HELPS
    found = measured(summed, 2000, [good, bad])
    assert found.difference is not None
    assert (found.verdict, found.versions, abs(found.difference.value) < 1e-12) == (Verdict.OPEN, 2, True)

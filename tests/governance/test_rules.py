"""The state machine of proposals, tried with every sequence of steps."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.ids import new_id
from backend.governance import rules
from backend.governance.errors import BaseMoved, ChangeScheduled, SimulationMissing, SimulationOutdated, WrongState
from backend.governance.models import ProposalState as State
from backend.governance.rules import Evidence, Ground, Step

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STEPS = st.lists(st.sampled_from(list(Step)), max_size=30)
ENDS = {State.REJECTED, State.WITHDRAWN, State.SUPERSEDED}
BASE = Ground("a" * 64, new_id())
SEEN = Evidence(BASE.sha256, "b" * 64, NOW, "stamp")


def walk(steps: list[Step]) -> list[tuple[Step, State]]:
    state, taken = State.DRAFT, []
    for step in steps:
        try:
            state = rules.after(state, step)
        except WrongState:
            continue
        taken.append((step, state))
    return taken


@settings(max_examples=500, derandomize=True, deadline=None)
@given(STEPS)
def test_nothing_is_approved_that_was_not_simulated_and_put_forward_after_its_last_change(steps: list[Step]) -> None:
    taken = [step for step, _ in walk(steps)]
    for place, step in enumerate(taken):
        if step is Step.APPROVE:
            since = [i for i in range(place) if taken[i] in {Step.EDIT, Step.REBASE}]
            after = taken[(since[-1] if since else -1) + 1 : place]
            assert Step.SIMULATE in after
            assert Step.SUBMIT in after[after.index(Step.SIMULATE) :]


@settings(max_examples=500, derandomize=True, deadline=None)
@given(STEPS)
def test_nothing_takes_effect_without_approval_and_nothing_leaves_an_end(steps: list[Step]) -> None:
    taken = walk(steps)
    states = [state for _, state in taken]
    if State.EFFECTIVE in states:
        assert states[states.index(State.EFFECTIVE) - 1] is State.APPROVED
    assert not ENDS & set(states[:-1])


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.sampled_from(list(State)), st.sampled_from(list(Step)))
def test_a_step_is_possible_exactly_where_it_leads_somewhere(state: State, step: Step) -> None:
    if step in rules.possible(state):
        assert rules.after(state, step) in State
    else:
        with pytest.raises(WrongState):
            rules.after(state, step)


def test_nothing_stands_in_the_way_of_a_fresh_simulation_on_the_present_rules() -> None:
    assert rules.obstacle(BASE, "b" * 64, BASE, SEEN, "stamp") is None


def test_the_same_text_put_in_force_again_is_another_ground() -> None:
    moved = Ground(BASE.sha256, new_id())
    assert isinstance(rules.obstacle(BASE, "b" * 64, moved, SEEN, "stamp"), BaseMoved)


def test_no_simulation_is_an_obstacle() -> None:
    assert isinstance(rules.obstacle(BASE, "b" * 64, BASE, None, "stamp"), SimulationMissing)


@pytest.mark.parametrize(("new", "stamp"), [("c" * 64, "stamp"), ("b" * 64, "later")])
def test_a_simulation_of_another_text_or_of_other_records_is_an_obstacle(new: str, stamp: str) -> None:
    assert isinstance(rules.obstacle(BASE, new, BASE, SEEN, stamp), SimulationOutdated)


def test_without_a_day_rules_take_effect_at_once() -> None:
    assert rules.begins(None, NOW, BASE) == NOW


def test_a_day_that_has_come_while_the_proposal_waited_means_at_once() -> None:
    assert rules.begins(date(2026, 11, 20), NOW, BASE) == NOW


def test_a_day_begins_at_midnight() -> None:
    assert rules.begins(date(2026, 12, 1), NOW, BASE) == datetime(2026, 12, 1, tzinfo=UTC)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.integers(min_value=-5, max_value=5), st.one_of(st.none(), st.integers(min_value=0, max_value=5)))
def test_versions_follow_each_other_in_time(last: int, day: int | None) -> None:
    since = NOW + timedelta(days=last)
    chosen = None if day is None else (NOW + timedelta(days=day)).date()
    try:
        start = rules.begins(chosen, NOW, Ground("a" * 64, new_id(), since))
    except ChangeScheduled:
        return
    assert start > since
    assert start >= NOW

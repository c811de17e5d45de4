"""No path through the life of an alert lets one person decide what needs two."""

from uuid import UUID

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from backend.core.errors import TenureError
from backend.core.ids import new_id
from backend.screening.alerts import rules
from backend.screening.alerts.errors import AlertStateForbids, AlertTaken, AnotherPersonMustDecide, NotYourAlert
from backend.screening.alerts.models import ACTIVE, DECIDED, AlertState, Outcome
from backend.screening.alerts.rules import FROM, Position, Verb

PEOPLE = tuple(new_id() for _ in range(3))
ANNA, BEDA, CYRIL = PEOPLE


def _act(at: Position, verb: Verb, who: UUID, outcome: Outcome) -> Position:
    return {
        Verb.TAKE: lambda: rules.take(at, who),
        Verb.ASSIGN: lambda: rules.assigned(at, who),
        Verb.RELEASE: lambda: rules.release(at, who),
        Verb.ESCALATE: lambda: rules.escalate(at, who),
        Verb.DECIDE: lambda: rules.decide(at, who, outcome),
        Verb.CONFIRM: lambda: rules.confirm(at, who),
        Verb.SEND_BACK: lambda: rules.send_back(at, who),
        Verb.REOPEN: lambda: rules.reopen(at),
        Verb.VOID: lambda: rules.void(at),
        Verb.LAPSE: lambda: rules.lapse(at),
        Verb.JOIN: lambda: rules.give_up(at),
    }[verb]()


steps = st.lists(
    st.tuples(st.sampled_from(Verb), st.sampled_from(PEOPLE), st.sampled_from(Outcome)), min_size=1, max_size=25
)


def _walk(four_eyes: bool, taken: list[tuple[Verb, UUID, Outcome]]) -> list[tuple[Position, Verb, UUID, Position]]:
    at, passed = Position(AlertState.OPEN, four_eyes), []
    for verb, who, outcome in taken:
        try:
            after = _act(at, verb, who, outcome)
        except TenureError:
            continue
        passed.append((at, verb, who, after))
        at = after
    return passed


@seed(4)
@settings(max_examples=600, deadline=None)
@given(st.booleans(), steps)
def test_what_needs_two_people_is_decided_by_two(four_eyes: bool, taken: list[tuple[Verb, UUID, Outcome]]) -> None:
    for before, _, who, after in _walk(four_eyes, taken):
        if after.state in DECIDED and before.state not in DECIDED:
            assert after.decided_by == who
            assert who not in {before.escalated_by if before.proposal is None else None, before.proposed_by}
            assert not four_eyes or after.proposed_by not in {None, who}


@seed(4)
@settings(max_examples=600, deadline=None)
@given(st.booleans(), steps)
def test_a_verb_leads_only_from_where_its_table_says(four_eyes: bool, taken: list[tuple[Verb, UUID, Outcome]]) -> None:
    for before, verb, _, _ in _walk(four_eyes, taken):
        assert before.state in FROM[verb]


@seed(4)
@settings(max_examples=600, deadline=None)
@given(st.booleans(), steps)
def test_a_position_is_always_whole(four_eyes: bool, taken: list[tuple[Verb, UUID, Outcome]]) -> None:
    for _, _, _, at in _walk(four_eyes, taken):
        assert (at.decided_by is not None) is (at.state in DECIDED)
        assert at.proposal is None or (at.state is AlertState.ESCALATED and at.proposed_by is not None)
        assert at.assignee_id is None or at.state in {AlertState.IN_REVIEW, AlertState.ESCALATED}
        assert (at.state is AlertState.IN_REVIEW) <= (at.assignee_id is not None)
        assert at.state is not AlertState.ESCALATED or at.assignee_id not in at.makers


def test_one_person_is_enough_where_two_are_not_needed() -> None:
    at = rules.decide(Position(AlertState.OPEN, four_eyes=False), ANNA, Outcome.FALSE_POSITIVE)
    assert (at.state, at.decided_by) == (AlertState.FALSE_POSITIVE, ANNA)


def test_a_proposal_waits_for_another_person() -> None:
    at = rules.decide(Position(AlertState.OPEN, four_eyes=True), ANNA, Outcome.TRUE_MATCH)
    assert (at.state, at.proposal, at.decided_by) == (AlertState.ESCALATED, Outcome.TRUE_MATCH, None)
    with pytest.raises(AnotherPersonMustDecide):
        rules.confirm(at, ANNA)


def test_who_handed_an_alert_up_does_not_decide_it() -> None:
    at = rules.escalate(Position(AlertState.OPEN, four_eyes=False), ANNA)
    with pytest.raises(AnotherPersonMustDecide):
        rules.decide(at, ANNA, Outcome.FALSE_POSITIVE)


def test_what_is_sent_back_is_again_with_who_proposed_it() -> None:
    at = rules.decide(Position(AlertState.OPEN, four_eyes=True), ANNA, Outcome.TRUE_MATCH)
    back = rules.send_back(at, BEDA)
    assert (back.state, back.assignee_id, back.proposal) == (AlertState.IN_REVIEW, ANNA, None)


def test_an_alert_in_review_is_not_decided_behind_the_reviewers_back() -> None:
    at = rules.take(Position(AlertState.OPEN, four_eyes=False), ANNA)
    with pytest.raises(AlertTaken):
        rules.decide(at, BEDA, Outcome.FALSE_POSITIVE)


def test_only_who_took_an_alert_gives_it_back() -> None:
    at = rules.take(Position(AlertState.OPEN, four_eyes=False), ANNA)
    with pytest.raises(NotYourAlert):
        rules.release(at, BEDA)


def test_a_reopened_alert_forgets_who_decided_it() -> None:
    at = rules.decide(Position(AlertState.OPEN, four_eyes=False), ANNA, Outcome.FALSE_POSITIVE)
    assert rules.reopen(at) == Position(AlertState.OPEN, four_eyes=False)


@pytest.mark.parametrize("state", sorted(set(AlertState) - set(ACTIVE)))
def test_what_is_finished_does_not_lapse(state: AlertState) -> None:
    with pytest.raises(AlertStateForbids):
        rules.lapse(Position(state, four_eyes=False))

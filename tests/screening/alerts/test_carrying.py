"""Records of one customer are merged: what was decided and what waits goes on with the record that is left."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.customers import service as customers
from backend.onboarding.dependants import CaseDependants
from backend.screening.alerts import queries, rules, service, view
from backend.screening.alerts.carrying import carry_over
from backend.screening.alerts.errors import AlertMerged
from backend.screening.alerts.models import ACTIVE, DECIDED, AlertState, Outcome, ScreeningAlert
from backend.screening.alerts.rules import Position
from tests.factories import onboarding as make
from tests.factories.alerts import FALSE_POSITIVE, INCONCLUSIVE, TRUE_MATCH, Listed, Screener, entity

ANNA, BEDA = new_id(), new_id()
_OUTCOMES = {state: Outcome(state.value) for state in DECIDED}


async def _merge(bank: make.Bank, loser: UUID, survivor: UUID) -> None:
    case = await bank.run("officer", customers.propose_merge, loser, survivor, survivor)
    await bank.run("officer2", customers.approve_merge, case.id, CaseDependants())


async def _pair(screener: Screener, *, of: str = "other") -> tuple[UUID, UUID, Listed]:
    return await screener.party(), await screener.party(), Listed(of)


async def _decide(screener: Screener, party_id: UUID, verdict: service.Verdict) -> ScreeningAlert:
    alert = await screener.only(party_id)
    await screener.bank.run("officer", service.decide, alert.id, verdict)
    return alert


async def test_a_pair_that_only_the_former_record_had_moves_with_its_decision(screener: Screener) -> None:
    loser, survivor, on = await _pair(screener)
    await screener.screen(loser, on, entity())
    alert = await _decide(screener, loser, FALSE_POSITIVE)
    await _merge(screener.bank, loser, survivor)
    assert await screener.bank.run("system", carry_over, survivor) == 1
    moved = await screener.only(survivor)
    assert (moved.id, moved.state) == (alert.id, AlertState.FALSE_POSITIVE)
    assert await screener.alerts(party_id=loser) == []


async def test_a_good_guy_pair_stays_suppressed_though_the_facts_of_two_records_became_one(screener: Screener) -> None:
    loser, survivor, on = await _pair(screener)
    await screener.screen(loser, on, entity())
    await _decide(screener, loser, FALSE_POSITIVE)
    await _merge(screener.bank, loser, survivor)
    done = await screener.screen(survivor, on, entity(), facts=b"facts-of-both")
    assert (done.suppressed, done.opened, done.reopened) == (1, 0, 0)


async def test_a_birth_date_that_agrees_now_reopens_what_was_decided_without_it(screener: Screener) -> None:
    loser, survivor, on = await _pair(screener)
    await screener.screen(loser, on, entity(), born=None)
    await _decide(screener, loser, FALSE_POSITIVE)
    await _merge(screener.bank, loser, survivor)
    assert (await screener.screen(survivor, on, entity(), facts=b"facts-of-both")).reopened == 1


async def test_only_the_first_screening_after_a_merge_is_lenient_about_changed_facts(screener: Screener) -> None:
    loser, survivor, on = await _pair(screener)
    await screener.screen(loser, on, entity())
    await _decide(screener, loser, FALSE_POSITIVE)
    await _merge(screener.bank, loser, survivor)
    await screener.screen(survivor, on, entity(), facts=b"facts-of-both")
    assert (await screener.screen(survivor, on, entity(), facts=b"facts-changed-later")).reopened == 1


async def test_what_people_read_of_a_moved_pair_is_sealed_under_the_survivors_key(screener: Screener) -> None:
    loser, survivor, on = await _pair(screener)
    await screener.screen(loser, on, entity())
    await _merge(screener.bank, loser, survivor)
    await screener.bank.run("system", carry_over, survivor)
    alert = await screener.only(survivor)
    opened = await screener.bank.run("officer", view.explanations_of, [alert])
    assert opened[alert.id].subject_name == "Rurik Vasnetzov"


async def test_the_same_pair_open_on_both_records_becomes_one_alert_that_names_both(screener: Screener) -> None:
    loser, survivor, on = await _pair(screener)
    for party in (loser, survivor):
        await screener.screen(party, on, entity())
    other = await screener.only(loser)
    await _merge(screener.bank, loser, survivor)
    await screener.bank.run("system", carry_over, survivor)
    mine, theirs = await screener.only(survivor), await screener.only(loser)
    assert (mine.state, theirs.state) == (AlertState.OPEN, AlertState.OBSOLETE)
    joined = await screener.bank.run("officer", queries.joined_of, [mine.id])
    assert [alert.id for alert in joined[mine.id]] == [other.id]


async def test_what_was_noted_and_decided_on_either_record_is_read_on_the_one_that_is_left(screener: Screener) -> None:
    loser, survivor, on = await _pair(screener)
    for party in (loser, survivor):
        await screener.screen(party, on, entity())
    theirs = await _decide(screener, loser, FALSE_POSITIVE)
    await screener.bank.run("officer", service.comment, theirs.id, "Seen his passport.")
    await _merge(screener.bank, loser, survivor)
    await screener.bank.run("system", carry_over, survivor)
    mine = await screener.only(survivor)
    comments = await screener.bank.run("officer", view.comments_of, [mine.id])
    decisions = await screener.bank.run("officer", queries.dispositions_of, [mine.id])
    assert [one.text for one in comments[mine.id]] == ["Seen his passport."]
    assert [one.outcome for one in decisions[mine.id]] == [Outcome.FALSE_POSITIVE]


async def test_two_decisions_that_differ_are_looked_at_again_and_a_match_stands_meanwhile(screener: Screener) -> None:
    loser, survivor, on = await _pair(screener)
    for party, verdict in ((loser, TRUE_MATCH), (survivor, FALSE_POSITIVE)):
        await screener.screen(party, on, entity())
        await _decide(screener, party, verdict)
    await _merge(screener.bank, loser, survivor)
    await screener.bank.run("system", carry_over, survivor)
    alert = await screener.only(survivor)
    assert (alert.state, alert.cause, alert.confirmed) == (AlertState.OPEN, "customers_merged", True)


async def test_two_decisions_that_agree_stand_as_long_as_the_shorter_memory(
    screener: Screener, clock: FixedClock
) -> None:
    loser, survivor, on = await _pair(screener)
    await screener.screen(loser, on, entity())
    early = await _decide(screener, loser, INCONCLUSIVE)
    clock.advance(timedelta(days=30))
    await screener.screen(survivor, on, entity())
    await _decide(screener, survivor, INCONCLUSIVE)
    until = (await screener.only(early.party_id)).remembered_until
    await _merge(screener.bank, loser, survivor)
    await screener.bank.run("system", carry_over, survivor)
    alert = await screener.only(survivor)
    assert (alert.state, alert.remembered_until) == (AlertState.INCONCLUSIVE, until)


async def test_an_alert_that_went_into_another_is_worked_on_no_more(screener: Screener) -> None:
    loser, survivor, on = await _pair(screener)
    for party in (loser, survivor):
        await screener.screen(party, on, entity())
    await _merge(screener.bank, loser, survivor)
    await screener.bank.run("system", carry_over, survivor)
    theirs = await screener.only(loser)
    with pytest.raises(AlertMerged):
        await screener.bank.run("officer", service.take, theirs.id)


async def test_a_record_merged_twice_brings_everything_to_the_last(screener: Screener) -> None:
    first, second, on = await _pair(screener)
    third = await screener.party()
    for party in (first, second, third):
        await screener.screen(party, on, entity())
    await _decide(screener, first, FALSE_POSITIVE)
    await _merge(screener.bank, first, second)
    await screener.bank.run("system", carry_over, second)
    await _merge(screener.bank, second, third)
    await screener.bank.run("system", carry_over, third)
    mine = await screener.only(third)
    joined = await screener.bank.run("officer", queries.joined_of, [mine.id])
    assert {alert.party_id for alert in joined[mine.id]} == {first, second}
    assert await screener.bank.run("system", carry_over, third) == 0


_positions = st.builds(
    lambda state, four_eyes, outcome, proposed: Position(
        state,
        four_eyes,
        proposal=outcome if state is AlertState.ESCALATED and proposed else None,
        proposed_by=ANNA if four_eyes and (state in DECIDED or (state is AlertState.ESCALATED and proposed)) else None,
        decided_by=BEDA if state in DECIDED else None,
    ),
    st.sampled_from(AlertState),
    st.booleans(),
    st.sampled_from(Outcome),
    st.booleans(),
)


@seed(20261122)
@settings(max_examples=400)
@given(_positions, _positions)
def test_a_joined_pair_is_never_less_cautious_than_either(mine: Position, theirs: Position) -> None:
    after = rules.join(mine, theirs)
    if {mine.state, theirs.state} & set(ACTIVE):
        assert after.state in ACTIVE
    elif after.state in DECIDED:
        assert theirs.state in (after.state, AlertState.OBSOLETE)
        assert not after.four_eyes or after.proposed_by is not None
    elif theirs.state in DECIDED:
        assert after.state is AlertState.OPEN
    if after.proposal is not None and theirs.state in DECIDED:
        assert after.proposal is _OUTCOMES[theirs.state]

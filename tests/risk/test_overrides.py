"""A person's level above the computed one: two people, a time, a floor, and what takes it back."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from backend.access.errors import NotAllowed
from backend.core.clock import FixedClock
from backend.edge.errors import RuleOfDatabase
from backend.risk import queries, service
from backend.risk.errors import OverrideDecided, OverrideOpen, OverrideRefused, RatingMoved
from backend.risk.models import Cause
from tests.factories import onboarding as make
from tests.factories.rating import ORDINARY, Offers, offering

UNTIL = date(2027, 5, 1)


async def _rated(bank: make.Bank, **given):
    """A customer of low risk, unless told otherwise."""
    known = await make.person(bank)
    with offering(Offers(everybody={**ORDINARY, **given})):
        await bank.run("system", service.rate, [known.party_id], Cause.REQUEST)
    return known.party_id


async def _propose(bank: make.Bank, party_id, level="medium", login="officer", **given):
    wanted = {"level": level, "reason": "new_information", "note": "seen at the branch", "expires_on": UNTIL} | given
    return await bank.run(login, service.propose, party_id, **wanted)


async def _current(bank: make.Bank, party_id):
    return (await bank.run("system", queries.current, [party_id]))[party_id]


async def _state(bank: make.Bank, party_id):
    return (await bank.run("system", queries.overrides_of, party_id))[0].state


async def test_an_agreed_level_holds_at_once(bank: make.Bank) -> None:
    party = await _rated(bank)
    row = await _propose(bank, party)
    assert (await _current(bank, party)).level == "low"
    with offering(Offers(everybody=ORDINARY)):
        await bank.run("officer2", service.approve, row.id)
    now = await _current(bank, party)
    assert (now.computed, now.level, now.override_id) == ("low", "medium", row.id)


async def test_who_proposed_cannot_agree(bank: make.Bank) -> None:
    row = await _propose(bank, await _rated(bank))
    with pytest.raises(NotAllowed):
        await bank.run("officer", service.approve, row.id)


async def test_the_database_refuses_the_proposer_too(bank: make.Bank) -> None:
    row = await _propose(bank, await _rated(bank))

    async def by_hand(ctx) -> None:
        async with ctx.audit("risk.override.approve", ("party", row.party_id)) as entry:
            await ctx.session.execute(
                text(
                    "UPDATE risk_override SET state = 'in_force', decided_by = proposed_by, entry_id = :entry,"
                    " ver = ver + 1 WHERE id = :id"
                ),
                {"id": row.id, "entry": entry},
            )

    with pytest.raises(RuleOfDatabase, match="four_eyes"):
        await bank.run("system", by_hand)


async def test_two_who_agree_at_once_agree_once(bank: make.Bank) -> None:
    party = await _rated(bank)
    row = await _propose(bank, party)
    with offering(Offers(everybody=ORDINARY)):
        outcomes = await asyncio.gather(
            bank.run("officer2", service.approve, row.id),
            bank.run("officer3", service.approve, row.id),
            return_exceptions=True,
        )
    assert sorted(type(each).__name__ for each in outcomes) == ["OverrideDecided", "RiskOverride"]


async def test_approval_and_refusal_at_once_leave_one_decision(bank: make.Bank) -> None:
    party = await _rated(bank)
    row = await _propose(bank, party)
    with offering(Offers(everybody=ORDINARY)):
        outcomes = await asyncio.gather(
            bank.run("officer2", service.approve, row.id),
            bank.run("officer3", service.reject, row.id),
            return_exceptions=True,
        )
    assert sum(isinstance(each, OverrideDecided) for each in outcomes) == 1
    held = (await _current(bank, party)).level == "medium"
    assert (await _state(bank, party) == "in_force") == held


async def test_a_second_proposal_waits_for_the_first(bank: make.Bank) -> None:
    party = await _rated(bank)
    await _propose(bank, party)
    with pytest.raises(OverrideOpen):
        await _propose(bank, party, level="high")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"level": "low"}, "computed level already"),
        ({"level": "unheard_of"}, "no such level"),
        ({"reason": "feeling"}, "reason"),
        ({"expires_on": date(2026, 11, 22)}, "later day"),
        ({"expires_on": date(2029, 1, 1)}, "longer"),
    ],
)
async def test_what_the_rule_set_does_not_allow_is_refused(bank: make.Bank, given, why: str) -> None:
    party = await _rated(bank)
    with pytest.raises(OverrideRefused, match=why):
        await _propose(bank, party, **given)


async def test_nobody_goes_below_a_mandatory_level(bank: make.Bank) -> None:
    party = await _rated(bank, pep="current")
    with pytest.raises(OverrideRefused, match="mandatory"):
        await _propose(bank, party, level="medium")


async def test_a_higher_computed_level_reopens_the_override(bank: make.Bank) -> None:
    party = await _rated(bank, list_hit="watch")  # a floor of medium, which is not mandatory
    row = await _propose(bank, party, level="low")
    with offering(Offers(everybody={**ORDINARY, "list_hit": "watch"})):
        await bank.run("officer2", service.approve, row.id)
    assert (await _current(bank, party)).level == "low"
    with offering(Offers(everybody={**ORDINARY, "pep": "current"})):
        await bank.run("system", service.rate, [party], Cause.CHANGE)
    assert (await _current(bank, party)).level == "high"
    assert await _state(bank, party) == "reopened"


async def test_an_override_ends_after_its_last_day(bank: make.Bank, clock: FixedClock) -> None:
    party = await _rated(bank)
    row = await _propose(bank, party)
    with offering(Offers(everybody=ORDINARY)):
        await bank.run("officer2", service.approve, row.id)
        clock.advance(UNTIL - clock().date())
        assert await bank.run("system", service.expire_due, 10) == 0
        clock.advance(timedelta(days=1))
        assert await bank.run("system", service.expire_due, 10) == 1
    assert (await _current(bank, party)).level == "low"
    assert await _state(bank, party) == "expired"


async def test_what_was_agreed_can_be_taken_back(bank: make.Bank) -> None:
    party = await _rated(bank)
    row = await _propose(bank, party)
    with offering(Offers(everybody=ORDINARY)):
        await bank.run("officer2", service.approve, row.id)
        await bank.run("officer3", service.withdraw, row.id)
    assert (await _current(bank, party)).level == "low"


async def test_facts_that_moved_the_level_meanwhile_ask_for_a_new_proposal(bank: make.Bank) -> None:
    party = await _rated(bank)
    row = await _propose(bank, party, level="high")
    with offering(Offers(everybody={**ORDINARY, "list_hit": "watch"})):
        await bank.run("system", service.rate, [party], Cause.CHANGE)
        with pytest.raises(RatingMoved):
            await bank.run("officer2", service.approve, row.id)


@pytest.mark.parametrize("login", ["rm", "lead", "auditor"])
async def test_first_line_and_auditor_cannot_propose(bank: make.Bank, login: str) -> None:
    party = await _rated(bank)
    with pytest.raises(NotAllowed):
        await _propose(bank, party, login=login)


async def test_the_explanation_is_sealed(bank: make.Bank) -> None:
    row = await _propose(bank, await _rated(bank), note="Nephew of the minister")
    assert b"minister" not in row.note

"""People decide alerts: who may, in which order, and what of it is recorded."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text, update
from sqlmodel import select

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.core.errors import TenureError
from backend.core.events import Outbox
from backend.core.ids import new_id
from backend.edge.errors import RuleOfDatabase, TooBusy
from backend.screening.alerts import queries, service
from backend.screening.alerts.errors import (
    AlertNotFound,
    AlertStateForbids,
    BatchTooLarge,
    CommentEmpty,
    NotAnAnalyst,
    NothingProposed,
    NotInBatch,
    ReasonUnknown,
)
from backend.screening.alerts.models import AlertState, Outcome, ScreeningAlert
from tests.factories import onboarding as make
from tests.factories.alerts import FALSE_POSITIVE, TRUE_MATCH, Screener
from tests.seeds import seeds


async def _events(bank: make.Bank, party_id: UUID) -> list[str]:
    async with bank.platform.transaction(bank.system) as ctx:
        wanted = text("SELECT name FROM outbox WHERE payload ->> 'party' = :party ORDER BY id")
        return list(await ctx.session.scalars(wanted, {"party": str(party_id)}))


async def test_a_proposed_decision_stands_when_a_second_person_agrees(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()
    proposed = await bank.run("officer", service.decide, alert.id, TRUE_MATCH)
    assert (proposed.state, proposed.proposal) == (AlertState.ESCALATED, "true_match")
    decided = await bank.run("officer2", service.confirm, alert.id)
    assert (decided.state, decided.confirmed) == (AlertState.TRUE_MATCH, True)


async def test_who_proposed_is_refused_as_second_person_by_the_policy(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()
    await bank.run("officer", service.decide, alert.id, TRUE_MATCH)
    with pytest.raises(NotAllowed):
        await bank.run("officer", service.confirm, alert.id)


async def test_the_database_refuses_one_person_in_both_places(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()
    await bank.run("officer", service.decide, alert.id, TRUE_MATCH)

    async def behind_the_services_back(ctx: Context) -> None:
        async with ctx.audit("screening.alert.decide", ("screening_alert", alert.id)) as entry:
            values = {"state": "true_match", "decided_by": ScreeningAlert.proposed_by, "ver": ScreeningAlert.ver + 1}
            await ctx.session.execute(
                update(ScreeningAlert).where(ScreeningAlert.id == alert.id).values(**values, entry_id=entry)
            )

    with pytest.raises(RuleOfDatabase, match="four_eyes"):
        await bank.platform.run(bank.system, behind_the_services_back)


async def test_the_database_refuses_a_decision_of_one_where_two_are_needed(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()

    async def alone(ctx: Context) -> None:
        async with ctx.audit("screening.alert.decide", ("screening_alert", alert.id)) as entry:
            values = {"state": "false_positive", "decided_by": new_id(), "ver": ScreeningAlert.ver + 1}
            await ctx.session.execute(
                update(ScreeningAlert).where(ScreeningAlert.id == alert.id).values(**values, entry_id=entry)
            )

    with pytest.raises(RuleOfDatabase, match="two_people"):
        await bank.platform.run(bank.system, alone)


async def _race(*acts: Any) -> tuple[list[Any], list[BaseException]]:
    ended = await asyncio.gather(*acts, return_exceptions=True)
    return [each for each in ended if not isinstance(each, BaseException)], [
        each for each in ended if isinstance(each, BaseException)
    ]


@pytest.mark.parametrize("round_", seeds(2, soak=5))
async def test_of_two_answers_at_once_one_counts(bank: make.Bank, screener: Screener, round_: int) -> None:
    alert = await screener.raised()
    await bank.run("officer", service.decide, alert.id, TRUE_MATCH)
    done, failed = await _race(
        bank.run("officer2", service.confirm, alert.id),
        bank.run("officer3", service.send_back, alert.id, "Not convinced"),
        bank.run("head", service.confirm, alert.id),
    )
    assert len(done) == 1
    assert all(isinstance(each, TenureError) and not isinstance(each, TooBusy) for each in failed)
    assert len(await _dispositions(bank, alert.id)) <= 1


@pytest.mark.parametrize("round_", seeds(2, soak=5))
async def test_two_people_who_propose_at_once_do_not_confirm_each_other(
    bank: make.Bank, screener: Screener, round_: int
) -> None:
    alert = await screener.raised()
    done, failed = await _race(
        bank.run("officer", service.decide, alert.id, TRUE_MATCH),
        bank.run("officer2", service.decide, alert.id, FALSE_POSITIVE),
    )
    assert (len(done), len(failed)) == (1, 1)
    kept = await screener.only(alert.party_id)
    assert (kept.state, kept.decided_by) == (AlertState.ESCALATED, None)


async def _dispositions(bank: make.Bank, alert_id: UUID) -> list[Any]:
    async with bank.platform.transaction(bank.system) as ctx:
        return (await queries.dispositions_of(ctx, [alert_id])).get(alert_id, [])


async def test_a_decision_names_people_facts_and_rules(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()
    await bank.run("officer", service.decide, alert.id, FALSE_POSITIVE)
    await bank.run("officer2", service.confirm, alert.id)
    (kept,) = await _dispositions(bank, alert.id)
    assert (kept.proposed_by, kept.decided_by) == (bank["officer"].id, bank["officer2"].id)
    assert (kept.facts_digest, kept.entity_digest, kept.list_version_id) == (
        alert.facts_digest,
        alert.entity_digest,
        alert.list_version_id,
    )
    assert (kept.reason, len(kept.ruleset)) == ("different_birth_date", 64)


async def test_one_person_is_enough_on_a_list_that_asks_for_no_second(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised("other")
    decided = await bank.run("officer", service.decide, alert.id, FALSE_POSITIVE)
    assert decided.state == AlertState.FALSE_POSITIVE


async def test_what_is_sent_back_is_with_who_proposed_it(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()
    await bank.run("officer", service.decide, alert.id, TRUE_MATCH)
    back = await bank.run("officer2", service.send_back, alert.id, "The passport says otherwise")
    assert (back.state, back.assignee_id) == (AlertState.IN_REVIEW, bank["officer"].id)


async def test_nothing_is_confirmed_that_nobody_proposed(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()
    await bank.run("officer", service.escalate, alert.id, "Please look")
    with pytest.raises(NothingProposed):
        await bank.run("officer2", service.confirm, alert.id)


@pytest.mark.parametrize("login", ["rm", "lead"])
async def test_the_first_line_does_not_learn_that_there_is_an_alert(
    bank: make.Bank, screener: Screener, login: str
) -> None:
    alert = await screener.raised()
    with pytest.raises(AlertNotFound):
        await bank.run(login, service.take, alert.id)
    async with bank.platform.transaction(bank[login]) as ctx:
        assert await queries.alerts(ctx, queries.AlertFilter()) == []


async def test_an_auditor_sees_alerts_and_decides_none(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised("other")
    async with bank.platform.transaction(bank["auditor"]) as ctx:
        assert (await queries.alert(ctx, alert.id)).id == alert.id
    with pytest.raises(NotAllowed):
        await bank.run("auditor", service.decide, alert.id, FALSE_POSITIVE)


async def test_an_alert_is_assigned_to_who_works_on_alerts(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()
    given = await bank.run("head", service.assign, alert.id, bank["officer2"].id)
    assert (given.state, given.assignee_id) == (AlertState.IN_REVIEW, bank["officer2"].id)
    with pytest.raises(NotAnAnalyst):
        await bank.run("head", service.assign, alert.id, bank["rm"].id)


async def test_a_reason_belongs_to_its_outcome(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()
    with pytest.raises(ReasonUnknown):
        await bank.run("officer", service.decide, alert.id, service.Verdict(Outcome.TRUE_MATCH, "common_name"))


async def test_a_decided_alert_is_reopened_by_who_answers_for_compliance(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised("other")
    await bank.run("officer", service.decide, alert.id, FALSE_POSITIVE)
    with pytest.raises(NotAllowed):
        await bank.run("officer", service.reopen, alert.id, "New evidence")
    reopened = await bank.run("head", service.reopen, alert.id, "New evidence")
    assert (reopened.state, reopened.remembered_until) == (AlertState.OPEN, None)


async def test_a_true_match_that_is_decided_anew_is_told(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised("other")
    await bank.run("officer", service.decide, alert.id, TRUE_MATCH)
    await bank.run("head", service.reopen, alert.id, "New evidence")
    await bank.run("officer", service.decide, alert.id, FALSE_POSITIVE)
    told = await _events(bank, alert.party_id)
    assert [name for name in told if name in {"screening.matched", "screening.unmatched"}] == [
        "screening.matched",
        "screening.unmatched",
    ]


async def test_events_carry_nothing_of_the_list(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised("other")
    await bank.run("officer", service.decide, alert.id, TRUE_MATCH)
    async with bank.platform.transaction(bank.system) as ctx:
        payloads = str([row.payload for row in await ctx.session.scalars(select(Outbox))])
    assert "Vasnetzov" not in payloads


async def test_a_comment_is_sealed_and_not_empty(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()
    await bank.run("officer", service.comment, alert.id, "Called the branch in Brno")
    with pytest.raises(CommentEmpty):
        await bank.run("officer", service.comment, alert.id, "  ")
    async with bank.platform.transaction(bank["officer"]) as ctx:
        (kept,) = (await queries.comments_of(ctx, [alert.id]))[alert.id]
        await ctx.vault.load([alert.party_id])
        opened = ctx.vault.open("screening_comment", "text", kept.id, alert.party_id, kept.text)
    assert (b"Brno" in kept.text, opened) == (False, "Called the branch in Brno")


async def test_a_batch_decides_what_it_may_and_reports_the_rest(bank: make.Bank, screener: Screener) -> None:
    one, two = await screener.raised("other"), await screener.raised("sanctions")
    done, taken, unknown = await screener.raised("other"), await screener.raised("other"), new_id()
    await bank.run("officer2", service.decide, done.id, TRUE_MATCH)
    await bank.run("officer2", service.take, taken.id)
    ids = [one.id, two.id, done.id, taken.id, unknown]
    found = await bank.run("officer", service.triage, ids, FALSE_POSITIVE)
    assert [(each.state, None if each.problem is None else each.problem.code) for each in found] == [
        (AlertState.FALSE_POSITIVE, None),
        (AlertState.ESCALATED, None),
        (None, AlertStateForbids.code),
        (None, "screening.alert.taken"),
        (None, AlertNotFound.code),
    ]


async def test_each_alert_of_a_batch_has_an_entry_of_its_own(bank: make.Bank, screener: Screener) -> None:
    raised = [await screener.raised("other") for _ in range(3)]
    await bank.run("officer", service.triage, [alert.id for alert in raised], FALSE_POSITIVE)
    entries = {(await screener.only(alert.party_id)).entry_id for alert in raised}
    assert len(entries) == 3


async def test_who_may_not_decide_is_refused_for_each_alert_and_noted(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised("other")
    (found,) = await bank.run("auditor", service.triage, [alert.id], FALSE_POSITIVE)
    assert isinstance(found.problem, NotAllowed)

    async def denied(ctx: Context) -> int | None:
        wanted = "SELECT count(*) FROM audit_entry WHERE action = 'access.deny' AND subject_id = :id"
        return await ctx.session.scalar(text(wanted), {"id": alert.id})

    assert await bank.platform.run(bank.system, denied) == 1


async def test_a_true_match_is_not_decided_in_a_batch(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised("other")
    with pytest.raises(NotInBatch):
        await bank.run("officer", service.triage, [alert.id], TRUE_MATCH)


async def test_a_batch_has_a_limit(bank: make.Bank) -> None:
    with pytest.raises(BatchTooLarge):
        await bank.run("officer", service.triage, [new_id() for _ in range(201)], FALSE_POSITIVE)


async def test_alerts_are_listed_the_strongest_first_in_pages_without_gap(bank: make.Bank, screener: Screener) -> None:
    weak = await screener.raised("other", born=False)
    strong = [await screener.raised("other") for _ in range(3)]
    async with bank.platform.transaction(bank["officer"]) as ctx:
        first = await queries.alerts(ctx, queries.AlertFilter(), limit=2)
        after = queries.After(first[-1].strength, first[-1].id)
        rest = await queries.alerts(ctx, queries.AlertFilter(), after=after)
    listed = [alert.id for alert in (*first, *rest)]
    assert listed[-1] == weak.id
    assert set(listed) == {weak.id, *(alert.id for alert in strong)}
    assert len(listed) == 4


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"kinds": frozenset({"pep"})}, 1),
        ({"states": frozenset({AlertState.OPEN})}, 2),
        ({"unassigned": True}, 2),
        ({"score_from": 101}, 0),
        ({"severities": frozenset({"critical"})}, 1),
    ],
)
async def test_alerts_are_filtered(bank: make.Bank, screener: Screener, wanted: dict[str, Any], count: int) -> None:
    await screener.raised("pep")
    await screener.raised("sanctions")
    taken = await screener.raised("other")
    await bank.run("officer", service.take, taken.id)
    found = await screener.alerts(**wanted)
    assert len(found) == count

"""Adverse information: recorded with its source, rated at once, withdrawn with a reason, told to compliance alone."""

from datetime import timedelta

import pytest

from backend.access.errors import NotAllowed
from backend.core.clock import FixedClock
from backend.reviews import service as reviewing
from backend.risk import facts, queries, service
from backend.risk.errors import FindingIncomplete, FindingInFuture, FindingWithdrawn
from backend.risk.models import Cause, Standing
from tests.conftest import NOW
from tests.factories import onboarding as make
from tests.factories import reviews as given

TODAY = NOW.date()
REPORT = service.Report(
    standing=Standing.CONFIRMED, publisher="Courier", summary="Convicted of fraud.", published_on=TODAY
)
CLEAN = service.Report(standing=Standing.NONE, publisher="Newspaper archive")


async def offered(bank: make.Bank, party_id):
    return (await bank.run("system", facts.gather, [party_id]))[party_id]


async def points(bank: make.Bank, party_id) -> int:
    return (await bank.run("system", queries.current, [party_id]))[party_id].points


async def test_a_report_raises_the_points_at_once_and_its_withdrawal_gives_them_back(bank: make.Bank) -> None:
    party_id = (await make.person(bank)).party_id
    await bank.run("system", service.rate, [party_id], Cause.REQUEST)
    before = await points(bank, party_id)
    row = await bank.run("officer", service.record_finding, party_id, REPORT)
    after = await points(bank, party_id)
    await bank.run("officer", service.withdraw_finding, row.id, "It is about a namesake.")
    assert after > before
    assert await points(bank, party_id) == before


async def test_a_confirmed_report_counts_beside_a_milder_one_and_a_clean_search(bank: make.Bank) -> None:
    party_id = (await make.person(bank)).party_id
    milder = service.Report(standing=Standing.UNCONFIRMED, publisher="Blog", summary="Rumour.", published_on=TODAY)
    for report in (REPORT, milder, CLEAN):
        await bank.run("officer", service.record_finding, party_id, report)
    assert (await offered(bank, party_id))["adverse_information"] == "confirmed"


async def test_a_clean_search_is_known_for_as_long_as_the_rules_say(bank: make.Bank, clock: FixedClock) -> None:
    party_id = (await make.person(bank)).party_id
    await bank.run("officer", service.record_finding, party_id, CLEAN)
    assert (await offered(bank, party_id))["adverse_searched"] == "none"
    clock.advance(timedelta(days=366))
    assert "adverse_searched" not in await offered(bank, party_id)


async def test_a_report_asks_for_a_review_and_a_clean_search_does_not(bank: make.Bank, clock: FixedClock) -> None:
    people = [await given.customer(bank) for _ in range(2)]
    clock.advance(timedelta(hours=1))
    for party_id, report in zip(people, (REPORT, CLEAN), strict=True):
        await bank.run("officer", service.record_finding, party_id, report)
    await bank.run("system", reviewing.look, people)
    found = [await given.found(bank, party_id) for party_id in people]
    kinds = [[each.kind for each in await given.triggers(bank, review.id)] for mine in found[:1] for review in mine]
    assert "adverse_information" in kinds[0]
    assert found[1] == []


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"publisher": " "}, FindingIncomplete),
        ({"summary": ""}, FindingIncomplete),
        ({"published_on": None}, FindingIncomplete),
        ({"published_on": TODAY + timedelta(days=1)}, FindingInFuture),
        ({"standing": Standing.NONE}, FindingIncomplete),
    ],
)
async def test_a_report_says_where_when_and_what(bank: make.Bank, changed, refusal) -> None:
    party_id = (await make.person(bank)).party_id
    said = {"standing": Standing.CONFIRMED, "publisher": "Courier", "summary": "Fraud.", "published_on": TODAY}
    with pytest.raises(refusal):
        await bank.run("officer", service.record_finding, party_id, service.Report(**{**said, **changed}))


async def test_a_finding_is_withdrawn_once(bank: make.Bank) -> None:
    party_id = (await make.person(bank)).party_id
    row = await bank.run("officer", service.record_finding, party_id, REPORT)
    await bank.run("officer", service.withdraw_finding, row.id, "A namesake.")
    with pytest.raises(FindingWithdrawn):
        await bank.run("officer", service.withdraw_finding, row.id, "A namesake.")


async def test_the_first_line_neither_records_nor_learns_of_findings(bank: make.Bank) -> None:
    party_id = (await make.person(bank)).party_id
    await bank.run("officer", service.record_finding, party_id, REPORT)
    assert await bank.run("rm", service.findings, party_id) == []
    with pytest.raises(NotAllowed):
        await bank.run("rm", service.record_finding, party_id, CLEAN)


async def test_what_was_written_can_be_read_by_compliance(bank: make.Bank) -> None:
    party_id = (await make.person(bank)).party_id
    await bank.run("officer", service.record_finding, party_id, REPORT)
    (told,) = await bank.run("officer", service.findings, party_id)
    assert (told.publisher, told.summary, told.row.published_on) == ("Courier", "Convicted of fraud.", TODAY)

"""What other rules of screening would do: over everybody, over what was decided, and over the alerts that wait."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.access.context import Context
from backend.core.clock import FixedClock
from backend.core.rulesets import Policies
from backend.governance import kinds
from backend.governance.documents import Customer, Document
from backend.screening import service
from backend.screening.alerts import service as alerts
from backend.screening.alerts.models import Outcome
from backend.screening.alerts.queries import AlertFilter
from backend.screening.alerts.queries import alerts as alerts_like
from backend.screening.models import ListKind
from tests.conftest import NOW
from tests.factories import customers as make
from tests.factories import screening

POLICIES = Path(__file__).resolve().parents[2] / "policies"


@pytest.fixture
async def listed(people: make.Bank) -> make.Bank:
    await screening.set_up(people.platform, people.system, kind=ListKind.OTHER)
    await screening.load(people.platform, people.system)
    return people


async def simulated(bank: make.Bank, kind_name: str, *changes: tuple[str, str]) -> Document:
    kind = kinds.find(kind_name)
    ((name, source),) = kind.initial(Policies(POLICIES), NOW.date()).items()
    text = source.decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)

    async def progress(done: int, total: int) -> None:
        assert done <= total

    async def work(ctx: Context) -> Document:
        return await kind.simulate(ctx, kind.parse(name, source), kind.parse(name, text.encode()), progress)

    return await bank.platform.run(bank.system, work)


def sentences(found: Document) -> list[str]:
    return [statement.words.said("en") for statement in found.statements]


async def _alerted(bank: make.Bank, name: str, outcome: Outcome | None = None, reason: str = "") -> Any:
    party = await bank.record(make.person(name))
    await bank.run(bank.system, service.screen_party, party.id, "request")
    if outcome is not None:
        async with bank.platform.transaction(bank.system) as ctx:
            (alert,) = await alerts_like(ctx, AlertFilter(party_id=party.id))
        await bank.run(bank.officer, alerts.decide, alert.id, alerts.Verdict(outcome, reason))
    return party


async def test_a_higher_cut_off_names_whom_it_would_no_longer_stop(listed: make.Bank) -> None:
    party = await _alerted(listed, "Teodor Jan Marvane")
    await listed.record(make.person("Jana Dvořáková"))
    found = await simulated(listed, "screening_names", ("cut_off: 0.5 ", "cut_off: 0.89 "))
    assert "2 customers were compared under both rule-sets; 0 alerts would appear, 1 vanish." in sentences(found)
    (table,) = found.tables
    assert [(row[0], row[2].text, row[4].value) for row in table.rows] == [(Customer(party.id), "P-1", "–")]


async def test_a_confirmed_match_that_would_be_lost_is_told_as_bad(listed: make.Bank) -> None:
    await _alerted(listed, "Teodor Jan Marvane", Outcome.TRUE_MATCH, "same_person")
    found = await simulated(listed, "screening_names", ("cut_off: 0.5 ", "cut_off: 0.89 "))
    bad = [statement.words.said("en") for statement in found.statements if statement.tone == "bad"]
    assert bad == ["1 matches that people confirmed would not be found any more."]
    assert [list(row) for row in found.matrices[0].counts] == [[0, 1], [0, 0], [0, 0]]


async def test_weights_that_mean_the_same_move_nobody(listed: make.Bank) -> None:
    await _alerted(listed, "Teodor Morvane")
    found = await simulated(listed, "screening_names", ("order: 1.0", "order: 1.00"))
    assert sentences(found)[0] == "1 customers were compared under both rule-sets; 0 alerts would appear, 0 vanish."
    assert list(found.tables[0].rows) == []


async def test_without_lists_there_is_nothing_to_try_weights_on(people: make.Bank) -> None:
    await people.record()
    found = await simulated(people, "screening_names", ("order: 1.0", "order: 2.0"))
    assert sentences(found) == ["No list is in force that anybody could be found on."]


async def test_other_severities_move_alerts_in_the_matrix(listed: make.Bank) -> None:
    await _alerted(listed, "Teodor Morvane")
    found = await simulated(
        listed, "screening_alerts", ("- {from: 90, severity: medium}", "- {from: 90, severity: critical}")
    )
    assert [list(row) for row in found.matrices[0].counts] == [[0] * 4, [0] * 4, [1, 0, 0, 0], [0] * 4]


async def test_a_second_person_for_fewer_alerts_is_counted(listed: make.Bank) -> None:
    await _alerted(listed, "Teodor Morvane")
    found = await simulated(listed, "screening_alerts", ("  other:\n", "  other:\n    four_eyes_from: 50\n"))
    assert "1 alerts wait for a decision; two people would decide 1 of them instead of 0." in sentences(found)


async def test_a_shorter_memory_counts_what_would_be_forgotten_today(listed: make.Bank, clock: FixedClock) -> None:
    await _alerted(listed, "Teodor Morvane", Outcome.FALSE_POSITIVE, "common_name")
    clock.advance(timedelta(days=40))
    found = await simulated(listed, "screening_alerts", ("  false_positive: 365", "  false_positive: 30"))
    assert "1 of 1 decisions would no longer be remembered today." in sentences(found)

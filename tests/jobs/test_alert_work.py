"""Work on alerts follows the alerts: queued by severity, with whoever took them, and gone when they are decided."""

from uuid import UUID

import pytest

from backend.access.models import Tenant
from backend.casework import queries as work
from backend.casework.models import WorkItem
from backend.core.rulesets import load
from backend.edge.platform import Platform
from backend.jobs.alert_work import place_work
from backend.screening.alerts import service
from backend.screening.matching.rules import ScreeningRules
from tests.factories import onboarding as make
from tests.factories.alerts import FALSE_POSITIVE, Screener
from tests.screening.conftest import REPOSITORY


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


@pytest.fixture
def screener(bank: make.Bank) -> Screener:
    return Screener(bank, load(REPOSITORY / "policies" / "screening" / "names-2026.yaml", ScreeningRules).rules)


async def _placed(bank: make.Bank, alert_id: UUID, party_id: UUID) -> WorkItem | None:
    await bank.run("system", place_work, party_id)
    async with bank.platform.transaction(bank.system) as ctx:
        return await work.open_of(ctx, alert_id)


@pytest.mark.parametrize(
    ("kind", "queue"), [("sanctions", "screening.critical"), ("pep", "screening.high"), ("other", "screening.alerts")]
)
async def test_an_alert_is_queued_by_its_severity(bank: make.Bank, screener: Screener, kind: str, queue: str) -> None:
    alert = await screener.raised(kind)
    item = await _placed(bank, alert.id, alert.party_id)
    assert item is not None
    assert (item.queue, item.owner_id) == (queue, None)


async def test_placing_twice_changes_nothing(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()
    assert await bank.run("system", place_work, alert.party_id) == 1
    assert await bank.run("system", place_work, alert.party_id) == 0


async def test_the_work_goes_to_who_took_the_alert_and_back_with_its_clock(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()
    first = await _placed(bank, alert.id, alert.party_id)
    await bank.run("officer", service.take, alert.id)
    taken = await _placed(bank, alert.id, alert.party_id)
    await bank.run("officer", service.release, alert.id)
    back = await _placed(bank, alert.id, alert.party_id)
    assert first is not None and taken is not None and back is not None  # noqa: PT018
    assert (taken.owner_id, back.owner_id) == (bank["officer"].id, None)
    assert back.due_at == first.due_at


async def test_a_proposal_waits_where_second_persons_look_and_not_for_its_maker(
    bank: make.Bank, screener: Screener
) -> None:
    alert = await screener.raised()
    await _placed(bank, alert.id, alert.party_id)
    await bank.run("officer", service.decide, alert.id, FALSE_POSITIVE)
    item = await _placed(bank, alert.id, alert.party_id)
    assert item is not None
    assert (item.queue, item.excluded_id) == ("screening.approval", bank["officer"].id)


async def test_work_ends_with_its_alert(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised("other")
    await _placed(bank, alert.id, alert.party_id)
    await bank.run("officer", service.decide, alert.id, FALSE_POSITIVE)
    assert await _placed(bank, alert.id, alert.party_id) is None


async def test_the_first_line_does_not_see_the_work(bank: make.Bank, screener: Screener) -> None:
    alert = await screener.raised()
    await _placed(bank, alert.id, alert.party_id)
    async with bank.platform.transaction(bank["rm"]) as ctx:
        assert await work.by_subjects(ctx, [alert.id]) == {}

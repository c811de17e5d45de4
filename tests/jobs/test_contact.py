"""What comes back from the mail server, and what a person has to decide about."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend.access.models import Tenant
from backend.casework import queries as work
from backend.casework.models import WorkItem
from backend.edge.platform import Platform
from backend.jobs import contact as jobs
from backend.servicing.interactions import service
from backend.servicing.interactions.channels.parcel import Outcome
from backend.servicing.interactions.models import Channel, Interaction, State
from backend.servicing.interactions.queries import history
from tests.factories import contact as make
from tests.factories import onboarding as banks
from tests.servicing.interactions.test_channels import report


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> banks.Bank:
    return await banks.bank(platform, tenant)


async def sent(bank: banks.Bank, outcome: Outcome = Outcome.SENT) -> Interaction:
    party_id = await make.reached(bank)
    await make.in_force(bank)
    row: Interaction = await bank.run("system", service.send, party_id, "news", purpose="service", reference="r")
    ways = dict.fromkeys(Channel, make.Post(lambda _: outcome))
    await jobs.send_due(bank.platform, bank.system, lambda *_: None, ways)
    return row


async def test_a_delivery_report_is_taken_up_once_and_put_away(bank: banks.Bank, tmp_path: Path) -> None:
    row = await sent(bank)
    (tmp_path / "1.eml").write_bytes(report(original=f"<{row.id}@bank.example>"))
    (tmp_path / "2.eml").write_bytes(b"Subject: out of office\r\n\r\nBack on Monday.")
    (tmp_path / "3.eml").write_bytes(report(original=f"<{bank.tenant.id}@bank.example>"))
    assert await jobs.take_up_bounces(bank.platform, bank.system, tmp_path) == 1
    assert await jobs.take_up_bounces(bank.platform, bank.system, tmp_path) == 0
    after = await bank.run("officer", history.interaction, row.id)
    assert after.state == State.BOUNCED
    assert sorted(path.name for path in (tmp_path / "other").iterdir()) == ["2.eml", "3.eml"]
    assert [path.name for path in (tmp_path / "done").iterdir()] == ["1.eml"]


async def test_a_folder_that_is_not_there_holds_nothing(bank: banks.Bank, tmp_path: Path) -> None:
    assert await jobs.take_up_bounces(bank.platform, bank.system, tmp_path / "none") == 0


async def placed(bank: banks.Bank, message_id: UUID) -> WorkItem | None:
    await bank.run("system", jobs.place_work, message_id)

    async def found(ctx: Any) -> WorkItem | None:
        return await work.open_of(ctx, message_id)

    item: WorkItem | None = await bank.run("system", found)
    return item


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.FAILED])
async def test_what_a_person_must_decide_about_is_work_until_it_is_decided(bank: banks.Bank, outcome: Outcome) -> None:
    row = await sent(bank, outcome)
    for _ in range(2):
        item = await placed(bank, row.id)
        assert item is not None
        assert item.queue == jobs.UNSETTLED
    if outcome is Outcome.UNKNOWN:
        await bank.run("officer", service.resolve, row.id, sent=True)
    else:
        await bank.run("officer", service.cancel, row.id)
    assert await placed(bank, row.id) is None


async def test_a_message_that_went_out_is_no_work(bank: banks.Bank) -> None:
    row = await sent(bank)
    assert await placed(bank, row.id) is None

"""Screening as jobs: of parties that changed, of new ones, of what lies in the folder; and stale lists are told."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from backend.access.models import Tenant
from backend.core.clock import FixedClock
from backend.core.events import Outbox
from backend.customers import service as customers
from backend.customers.inputs import NameInput
from backend.edge.platform import Platform
from backend.jobs import screening as jobs
from backend.onboarding.dependants import CaseDependants
from backend.screening import queries, service
from backend.screening.alerts import queries as alert_queries
from backend.screening.alerts import service as alerts
from backend.screening.alerts.findings import standing
from backend.screening.alerts.models import Outcome as Said
from backend.screening.models import ListKind
from backend.screening.service import Outcome
from tests.factories import customers as make
from tests.factories import screening


@pytest.fixture
async def listed(platform: Platform, tenant: Tenant) -> make.Bank:
    bank = await make.open_bank(platform, tenant)
    await screening.set_up(platform, bank.system)
    await screening.load(platform, bank.system)
    return bank


async def _open(bank: make.Bank, party_id: object) -> int:
    found = await bank.run(bank.system, standing, [party_id])
    return int(found[party_id].open)


async def _events(bank: make.Bank, name: str) -> list[str]:
    async with bank.platform.transaction(bank.system) as ctx:
        rows = await ctx.session.scalars(select(Outbox).where(Outbox.name == name).order_by(col(Outbox.id)))
        return [str(row.payload.get("code")) for row in rows]


async def test_party_that_changed_is_screened_again(listed: make.Bank) -> None:
    party = await listed.record(make.person("Jan Novák"))
    await listed.run(listed.system, jobs.screen_changed, party.id)
    await listed.run(listed.manager, customers.add_name, party.id, NameInput(full_name="Teodor Morvane", kind="alias"))
    await listed.run(listed.system, jobs.screen_changed, party.id)
    assert await _open(listed, party.id) == 1


async def test_parties_nobody_has_looked_for_are_screened_until_none_is_left(listed: make.Bank) -> None:
    party = await listed.record(make.person("Teodor Morvane"))
    assert [await listed.run(listed.system, jobs.screen_new) for _ in range(2)] == [1, 0]
    assert await _open(listed, party.id) == 1


async def test_without_lists_nobody_is_screened(platform: Platform, tenant: Tenant) -> None:
    bank = await make.open_bank(platform, tenant)
    await bank.record()
    assert await bank.run(bank.system, jobs.screen_new) == 0
    assert await jobs.rescan(platform, bank.system, lambda *_: None) is None


async def test_sweep_ends_when_everybody_is_screened(listed: make.Bank) -> None:
    party = await listed.record(make.person("Teodor Morvane"))
    steps = 0
    while await listed.run(listed.system, jobs.go_on):
        steps += 1
    assert (steps, await _open(listed, party.id)) == (1, 1)


async def test_progress_is_told_step_by_step(listed: make.Bank) -> None:
    told: list[tuple[str, int, int]] = []
    await listed.record(make.person("Teodor Morvane"))
    await jobs.rescan(listed.platform, listed.system, lambda *step: told.append(step))
    assert told[0] == ("screen", 0, 1)
    assert told[-1] == ("screen", 1, 1)


async def test_list_that_nobody_checked_in_time_is_told(listed: make.Bank, clock: FixedClock) -> None:
    assert await listed.run(listed.system, jobs.tell_stale) == 0
    clock.advance(timedelta(days=2, seconds=1))
    assert await listed.run(listed.system, jobs.tell_stale) == 1
    assert await _events(listed, "screening.list_stale") == ["TEST"]


async def test_files_in_the_folder_are_loaded_and_put_aside(listed: make.Bank, tmp_path: Path) -> None:
    of = tmp_path / "TEST"
    of.mkdir()
    entries = {**screening.ENTRIES, "P-4": "P-4,person,Ruvald Teskov,,,,,,"}
    (of / "main.csv").write_bytes(screening.own_list(entries)["main"])
    (taken,) = await jobs.take_up_files(listed.platform, listed.system, tmp_path)
    assert (taken.outcome, taken.version.added) == (Outcome.IN_FORCE, 1)
    assert [path.name for path in of.glob("loaded/*/*")] == ["main.csv"]
    assert await jobs.take_up_files(listed.platform, listed.system, tmp_path) == []


async def test_refused_file_is_put_apart_and_the_version_stays(listed: make.Bank, tmp_path: Path) -> None:
    of = tmp_path / "TEST"
    of.mkdir()
    (of / "main.csv").write_bytes(b"id,kind,name\nP-1,person,cut o")
    (taken,) = await jobs.take_up_files(listed.platform, listed.system, tmp_path)
    (current,) = await listed.run(listed.officer, queries.lists)
    assert (taken.outcome, current.in_force.number) == (Outcome.REFUSED, 1)
    assert [path.name for path in of.glob("refused/*/*")] == ["main.csv"]


async def test_files_of_a_list_that_is_not_set_up_stay(listed: make.Bank, tmp_path: Path) -> None:
    of = tmp_path / "UNKNOWN"
    of.mkdir()
    (of / "main.csv").write_bytes(screening.own_list()["main"])
    assert await jobs.take_up_files(listed.platform, listed.system, tmp_path) == []
    assert (of / "main.csv").is_file()


async def test_folder_without_a_main_file_is_not_complete_yet(listed: make.Bank, tmp_path: Path) -> None:
    of = tmp_path / "TEST"
    of.mkdir()
    (of / "alt.csv").write_bytes(b"")
    assert await jobs.take_up_files(listed.platform, listed.system, tmp_path) == []


async def test_loading_asks_for_a_run_at_once(listed: make.Bank) -> None:
    async with listed.platform.transaction(listed.system) as ctx:
        names = (await ctx.session.scalars(select(Outbox.name))).all()
    assert "screening.list_loaded" in names
    assert (await listed.run(listed.system, service.due_run)).kind == "portfolio"


async def test_what_was_decided_on_a_record_that_was_merged_is_not_asked_again(
    platform: Platform, tenant: Tenant
) -> None:
    bank = await make.open_bank(platform, tenant)
    await screening.set_up(platform, bank.system, kind=ListKind.OTHER)
    await screening.load(platform, bank.system)
    loser, survivor = [await bank.record(make.person("Teodor Morvane")) for _ in range(2)]
    await bank.run(bank.system, jobs.screen_changed, loser.id)
    (alert,) = await bank.run(bank.system, alert_queries.of_party, loser.id)
    verdict = alerts.Verdict(Said.FALSE_POSITIVE, "common_name")
    await bank.run(bank.officer, alerts.decide, alert.id, verdict)
    case = await bank.run(bank.officer, customers.propose_merge, loser.id, survivor.id, survivor.id)
    await bank.run(bank.second_officer, customers.approve_merge, case.id, CaseDependants())
    await bank.run(bank.system, jobs.screen_changed, survivor.id)
    found = (await bank.run(bank.system, standing, [survivor.id]))[survivor.id]
    assert (found.open, found.cleared) == (0, 1)
    assert await bank.run(bank.system, queries.standings, [loser.id]) == {}

"""Screening many: the difference of two states alerts whom a full rescan would, and a killed run goes on."""

import gzip
import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.models import Tenant
from backend.audit.models import AuditEntry
from backend.core.ids import new_id
from backend.edge.platform import Platform
from backend.privacy.errors import FieldUnreadable
from backend.screening import queries, runs, service, subjects
from backend.screening.alerts.models import AlertState, ScreeningAlert
from backend.screening.lists import ofac_csv
from backend.screening.lists.difference import difference
from backend.screening.matching.outlines import Outline
from backend.screening.matching.subject import Subject
from backend.screening.matching.watched import watch
from backend.screening.models import ListKind, RunKind, ScreenedParty
from tests.factories import customers as make
from tests.factories import screening
from tests.factories.screening import ENTRIES, many
from tests.seeds import seeds

Open = set[tuple[str, str]]
_FAMILY = ("Morvane", "Qaramanli", "Teskov", "Novák", "Dvořák", "Zhang", "Haddad")
_GIVEN = ("Teodor", "Zubeida", "Ruvald", "Jan", "Eva", "Wei", "Omar")


@pytest.fixture
async def listed(people: make.Bank) -> make.Bank:
    await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.system)
    return people


async def _open(bank: make.Bank) -> Open:
    async with bank.platform.transaction(bank.system) as ctx:
        rows = await ctx.session.scalars(select(ScreeningAlert).where(ScreeningAlert.state == AlertState.OPEN))
        return {(str(row.party_id), row.entity_ref) for row in rows}


async def test_first_run_screens_everybody(listed: make.Bank) -> None:
    hit, plain = await listed.record(make.person("Teodor Morvane")), await listed.record(make.person("Jan Novák"))
    (run,) = await screening.screen(listed.platform, listed.system)
    assert (run.kind, run.state, run.done, run.opened) == ("portfolio", "finished", 2, 1)
    assert await _open(listed) == {(str(hit.id), "P-1")}
    assert set(await listed.run(listed.system, queries.standings, [hit.id, plain.id])) == {hit.id, plain.id}


async def test_nothing_is_due_when_everybody_is_screened(listed: make.Bank) -> None:
    await listed.record()
    await screening.screen(listed.platform, listed.system)
    assert await listed.run(listed.system, service.due_run) is None


async def test_new_entry_finds_the_customer_it_concerns_and_nobody_else_is_opened(listed: make.Bank) -> None:
    party = await listed.record(make.person("Ruvald Teskov"))
    for name in ("Jan Novák", "Eva Malá", "Wei Zhang"):
        await listed.record(make.person(name))
    await screening.screen(listed.platform, listed.system)
    await screening.load(listed.platform, listed.system, {**ENTRIES, "P-4": "P-4,person,Ruvald Teskov,,,,,,"})
    (run,) = await screening.screen(listed.platform, listed.system)
    assert (run.kind, run.total, run.opened) == ("difference", 1, 1)
    assert await _open(listed) == {(str(party.id), "P-4")}


async def test_removed_entry_ends_the_open_alert(listed: make.Bank) -> None:
    await listed.record(make.person("Teodor Morvane"))
    await screening.screen(listed.platform, listed.system)
    await screening.load(listed.platform, listed.system, {ref: row for ref, row in ENTRIES.items() if ref != "P-1"})
    await screening.screen(listed.platform, listed.system)
    assert await _open(listed) == set()


async def test_entry_that_changed_beyond_likeness_ends_the_open_alert(listed: make.Bank) -> None:
    await listed.record(make.person("Teodor Morvane"))
    await screening.screen(listed.platform, listed.system)
    await screening.load(listed.platform, listed.system, {**ENTRIES, "P-1": "P-1,person,Wholly Different,,,,,,"})
    await screening.screen(listed.platform, listed.system)
    assert await _open(listed) == set()


async def test_rolled_back_version_alerts_again(listed: make.Bank) -> None:
    party = await listed.record(make.person("Teodor Morvane"))
    await screening.screen(listed.platform, listed.system)
    await screening.load(listed.platform, listed.system, {"P-3": ENTRIES["P-3"]})
    await screening.screen(listed.platform, listed.system)
    await listed.run(listed.system, service.rollback, code="TEST", number=1)
    await screening.screen(listed.platform, listed.system)
    assert await _open(listed) == {(str(party.id), "P-1")}


async def test_list_out_of_use_ends_its_alerts(listed: make.Bank) -> None:
    await listed.record(make.person("Teodor Morvane"))
    await screening.screen(listed.platform, listed.system)
    (of,) = await listed.run(listed.officer, queries.lists)
    await listed.run(listed.system, service.use_list, of.list.id, active=False)
    await screening.screen(listed.platform, listed.system)
    assert await _open(listed) == set()


async def test_killed_run_goes_on_behind_its_last_step(listed: make.Bank) -> None:
    for _ in range(5):
        await listed.record(make.person("Teodor Morvane"))
    run = await listed.run(listed.system, service.due_run)
    await listed.run(listed.system, service.step, run.id, 2)
    runs._kept.clear()
    again = await listed.run(listed.system, service.due_run)
    assert (again.id, again.done, again.opened) == (run.id, 2, 2)
    (ended,) = await screening.screen(listed.platform, listed.system, most=2)
    assert (ended.id, ended.done, ended.opened) == (run.id, 5, 5)


async def test_step_that_fails_is_done_again_whole(listed: make.Bank) -> None:
    async def killed(ctx: Context, run_id: UUID) -> None:
        await service.step(ctx, run_id)
        raise RuntimeError("killed")

    await listed.record(make.person("Teodor Morvane"))
    run = await listed.run(listed.system, service.due_run)
    with pytest.raises(RuntimeError, match="killed"):
        await listed.run(listed.system, killed, run.id)
    (ended,) = await screening.screen(listed.platform, listed.system)
    assert (ended.done, ended.opened) == (1, 1)


async def test_finished_run_is_not_stepped(listed: make.Bank) -> None:
    (run,) = await screening.screen(listed.platform, listed.system)
    assert await listed.run(listed.system, service.step, run.id) is None


async def test_rescan_screens_everybody_again_and_opens_nothing_twice(listed: make.Bank) -> None:
    await listed.record(make.person("Teodor Morvane"))
    await screening.screen(listed.platform, listed.system)
    await listed.run(listed.officer, service.start_rescan)
    (run,) = await screening.screen(listed.platform, listed.system)
    assert (run.kind, run.compared, run.opened, len(await _open(listed))) == ("portfolio", 1, 0, 1)


async def test_one_run_at_a_time(listed: make.Bank) -> None:
    first = await listed.run(listed.system, service.due_run)
    assert (await listed.run(listed.officer, service.start_rescan)).id == first.id


async def test_run_begins_and_ends_with_an_entry(listed: make.Bank) -> None:
    (run,) = await screening.screen(listed.platform, listed.system)
    async with listed.platform.transaction(listed.system) as ctx:
        entries = await ctx.session.scalars(
            select(AuditEntry.action).where(AuditEntry.subject_id == run.id).order_by(col(AuditEntry.id))
        )
        assert entries.all() == ["screening.run.start", "screening.run.finish"]


async def test_party_tagged_by_another_release_is_touched_by_every_difference(listed: make.Bank) -> None:
    party = await listed.record(make.person("Ruvald Teskov"))
    await screening.screen(listed.platform, listed.system)
    async with listed.platform.transaction(listed.system) as ctx:
        row = (await ctx.session.scalars(select(ScreenedParty).where(ScreenedParty.party_id == party.id))).one()
        row.keys, row.keys_of = [], "another release"
    await screening.load(listed.platform, listed.system, {**ENTRIES, "P-4": "P-4,person,Ruvald Teskov,,,,,,"})
    await screening.screen(listed.platform, listed.system)
    assert await _open(listed) == {(str(party.id), "P-4")}


async def test_customer_who_shares_a_common_word_is_looked_at_and_not_opened(listed: make.Bank) -> None:
    await listed.record(make.person("Jan Novák"))
    await screening.screen(listed.platform, listed.system)
    await screening.load(listed.platform, listed.system, {**ENTRIES, "P-4": "P-4,person,Jan Qwortz Blimpf,,,,,,"})
    (run,) = await screening.screen(listed.platform, listed.system)
    assert (run.kind, run.done, run.compared) == ("difference", 1, 0)


async def test_mark_of_the_tags_differs_under_another_index_key(listed: make.Bank) -> None:
    async with listed.platform.transaction(listed.system) as ctx:
        ours = subjects.keys_of(ctx)
    async with listed.platform.transaction(replace(listed.system, tenant_id=new_id())) as ctx:
        assert subjects.keys_of(ctx) != ours


async def test_outline_opens_with_the_key_of_its_party_alone(listed: make.Bank) -> None:
    one, other = await listed.record(make.person("Teodor Morvane")), await listed.record(make.person("Jan Novák"))
    await screening.screen(listed.platform, listed.system)
    async with listed.platform.transaction(listed.system) as ctx:
        row = (await queries.standings(ctx, [one.id]))[one.id]
        await ctx.vault.load([one.id, other.id])
        written = ctx.vault.open("screening_standing", "outline", row.id, one.id, row.outline)
        assert Outline.parsed(written).keys == set(row.keys)
        with pytest.raises(FieldUnreadable):
            ctx.vault.open("screening_standing", "outline", row.id, other.id, row.outline)


async def test_tags_hold_nothing_that_a_reader_without_the_key_could_recompute(listed: make.Bank) -> None:
    party = await listed.record(make.person("Teodor Morvane"))
    await screening.screen(listed.platform, listed.system)
    ours = (await listed.run(listed.system, queries.standings, [party.id]))[party.id].keys
    plain = set(watch({0: Subject(("Teodor Morvane",))}).postings.keys.tolist())
    assert ours
    assert not set(ours) & (plain | {key >> 1 for key in plain})


def _person(chance: random.Random) -> str:
    return f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}"


def _edited(entries: Mapping[str, str], chance: random.Random, day: int) -> dict[str, str]:
    """A day at a publisher's: some entries go, some change their name or birth year, some are new."""
    kept = {ref: row for ref, row in entries.items() if chance.random() > 0.15}
    for ref in [ref for ref in kept if chance.random() < 0.2]:
        kept[ref] = f"{ref},person,{_person(chance)},,{chance.choice(('', '1970', '1981'))},,,,"
    fresh = [f"D{day}-{n}" for n in range(chance.randint(1, 4))]
    return kept | {ref: f"{ref},person,{_person(chance)},{_person(chance)},,,,," for ref in fresh}


async def _party_names(bank: make.Bank, chance: random.Random, count: int) -> None:
    for _ in range(count):
        await bank.record(make.person(_person(chance)))


@pytest.mark.parametrize("seed", seeds(1, soak=4))
async def test_days_of_differences_equal_a_full_rescan(people: make.Bank, seed: int) -> None:
    chance = random.Random(seed)
    await screening.set_up(people.platform, people.system)
    await _party_names(people, chance, 15)
    entries = {f"S-{n}": f"S-{n},person,{_person(chance)},,,,,," for n in range(8)} | many(30)
    for day in range(4):
        await screening.load(people.platform, people.system, entries)
        done = await screening.screen(people.platform, people.system, most=4)
        assert [run.kind for run in done] == [RunKind.DIFFERENCE if day else RunKind.PORTFOLIO]
        entries = _edited(entries, chance, day)
    by_differences = await _open(people)
    await people.run(people.system, service.start_rescan)
    await screening.screen(people.platform, people.system)
    assert await _open(people) == by_differences
    assert by_differences


@pytest.mark.slow
async def test_daily_versions_of_the_sdn_list_equal_a_full_rescan(
    platform: Platform, tenant: Tenant, people: make.Bank, shared_data: Path
) -> None:
    """Customers named like entries that came, changed or went on these days, and ordinary ones."""
    files = sorted((shared_data / "lists").glob("ofac_sdn_2024-04-1*.csv.gz"))
    days = [gzip.decompress(path.read_bytes()) for path in files]
    parsed = [ofac_csv.parse(day) for day in days]
    moved = [difference(first, second) for first, second in pairwise(parsed)]
    names = [one.names[0].text for found in moved for one in (*found.to_screen[:12], *found.removed[:6])]
    for name in [*names, "Jana Nováková", "Peter Müller", "Wei Zhang"]:
        await people.record(make.person(name))
    create = {"code": "OFAC-SDN", "name": "SDN", "format_": "ofac_csv", "kind": ListKind.SANCTIONS}
    await platform.run(people.system, lambda ctx: service.create_list(ctx, **create))
    for day in days:
        await people.run(people.system, service.load_list, code="OFAC-SDN", files={"main": day})
        await screening.screen(platform, people.system)
    by_differences = await _open(people)
    await people.run(people.system, service.start_rescan)
    await screening.screen(platform, people.system)
    assert await _open(people) == by_differences
    assert len(by_differences) > 5


async def test_unknown_run_is_no_step(listed: make.Bank) -> None:
    assert await listed.run(listed.system, service.step, new_id()) is None

"""Packs that somebody outside verifies with the one file that comes with them."""

import json
import stat
import zipfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from backend.access.models import Tenant
from backend.audit import sequencer as sequencing
from backend.audit.errors import FileThere, NoHead
from backend.core.actor import system_actor
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.customers.models import Party
from backend.edge.platform import Platform
from tests.audit.packing import House, alone, findings, lines
from tests.audit.raw import Connect, MakeParty, MakeTeam, RenameTeam, raw_entry


async def test_a_pack_verifies_alone_and_says_what_it_proves(filled: House, tmp_path: Path) -> None:
    done = await filled.export(tmp_path / "a.auditpack", "forensic_auditor")
    said = alone(tmp_path / "empty", tmp_path / "a.auditpack", "--key", filled.key)
    assert "Everything checked holds." in said
    assert "All 4 entries are the ones that were signed" in said
    assert "4 versions of 3 records follow each other without a hole" in said
    assert "1 personal values shown are the ones recorded." in said
    assert (done.entries, done.versions, done.contents, done.values) == (4, 4, 4, 1)


async def test_a_pack_is_told_in_chinese(filled: House, tmp_path: Path) -> None:
    await filled.export(tmp_path / "a.auditpack", "forensic_auditor")
    said = alone(tmp_path / "empty", tmp_path / "a.auditpack", "--lang", "zh")
    assert "全部 4 条均为所签条目" in said
    assert "密钥属于谁" in said


async def test_without_a_key_the_verifier_says_that_it_does_not_know_whose_it_is(filled: House, tmp_path: Path) -> None:
    await filled.export(tmp_path / "a.auditpack")
    answer = json.loads(alone(tmp_path / "empty", tmp_path / "a.auditpack", "--json"))
    assert {"code": "no_key", "key": filled.key} in answer["notProven"]
    assert answer["sound"]


async def test_a_pack_under_another_key_than_the_readers_does_not_hold(
    filled: House, tmp_path: Path, platform: Platform
) -> None:
    await filled.export(tmp_path / "a.auditpack")
    other = filled.sequencer.keys.create(new_id(), "stranger").verifier.encode()
    said = alone(tmp_path / "empty", tmp_path / "a.auditpack", "--key", other, "--json", code=1)
    assert {each["code"] for each in json.loads(said)["findings"]} == {"key_differs", "head_forged"}


async def test_what_the_reader_may_not_see_stays_a_commitment(filled: House, tmp_path: Path) -> None:
    with_birth_dates_masked = await filled.export(tmp_path / "a.auditpack", "auditor")
    nobody = await filled.export(tmp_path / "b.auditpack")
    assert (with_birth_dates_masked.values, nobody.values, nobody.contents) == (1, 0, 0)
    for name in ("a", "b"):
        assert findings(tmp_path / f"{name}.auditpack", filled.key) == []
    with zipfile.ZipFile(tmp_path / "b.auditpack") as pack:
        assert not any(b"Nov" in pack.read(name) for name in pack.namelist() if name != "verify.py")


async def test_a_masked_field_is_not_disclosed(
    house: House, make_party: MakeParty, platform: Platform, tenant: Tenant, tmp_path: Path
) -> None:
    party_id = await make_party("Anna Nováková")
    async with platform.transaction(system_actor(tenant.id, "test")) as ctx:
        party = await ctx.session.get_one(Party, party_id)
        await ctx.vault.load([party_id])
        async with ctx.audit("customer.edit", ("party", party_id)):
            party.birth_date = ctx.vault.seal("party", "birth_date", party_id, party_id, "1980-02-29")
    seen = {}
    for role in ("auditor", "forensic_auditor"):
        await house.export(tmp_path / f"{role}.auditpack", role)
        assert findings(tmp_path / f"{role}.auditpack", house.key) == []
        with zipfile.ZipFile(tmp_path / f"{role}.auditpack") as pack:
            (*_, last) = [each for each in lines(pack.read("versions/000.jsonl")) if each["t"] == "party"]
        seen[role] = {column: value for column, (_, value) in last["open"].items()}
    assert seen["auditor"] == {"name": "Anna Nováková"}
    assert seen["forensic_auditor"] == {"name": "Anna Nováková", "birth_date": "1980-02-29"}


async def test_what_a_reader_is_shown_is_noted_for_the_log(filled: House, tmp_path: Path) -> None:
    before = (await filled.export(tmp_path / "a.auditpack", "auditor")).head.size
    await filled.sequencer.drain(filled.tenant.id)
    await filled.export(tmp_path / "b.auditpack")
    with zipfile.ZipFile(tmp_path / "b.auditpack") as pack:
        assert b'"action":"personal_data.read"' in pack.read(f"tile/entries/000.p/{before + 1}")


async def test_many_pages_and_heads_verify(
    house: House, raw: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencing, "_BULK_BATCH", 300)
    async with raw() as connection:
        for _ in range(1100):
            await raw_entry(connection, house.tenant.id)
    done = await house.export(tmp_path / "a.auditpack")
    assert findings(tmp_path / "a.auditpack", house.key) == []
    assert done.entries == 1100
    with zipfile.ZipFile(tmp_path / "a.auditpack") as pack:
        names = set(pack.namelist())
    assert {"tile/entries/003", "tile/entries/004.p/76", "tile/0/004.p/76", "tile/1/000.p/4"} <= names


async def test_an_entry_with_too_many_changes_to_list_verifies(house: House, many_teams: None, tmp_path: Path) -> None:
    await house.export(tmp_path / "a.auditpack", "auditor")
    assert findings(tmp_path / "a.auditpack", house.key) == []


async def test_a_selection_by_record_has_all_its_versions_and_verifies(
    filled: House, make_team: MakeTeam, rename_team: RenameTeam, tmp_path: Path
) -> None:
    team = await make_team("Ostrava")
    for number in range(3):
        await rename_team(team.id, f"Ostrava {number}")
    done = await filled.export(tmp_path / "a.auditpack", "auditor", subjects=(team.id,))
    said = alone(tmp_path / "empty", tmp_path / "a.auditpack", "--key", filled.key)
    assert (done.entries, done.versions) == (4, 4)
    assert "4 entries are in that log" in said
    assert "a selection of the log's 8 entries" in said


async def test_a_selection_by_record_has_those_who_read_it(
    house: House, make_party: MakeParty, platform: Platform, tmp_path: Path
) -> None:
    party_id = await make_party("Anna Nováková")
    async with platform.transaction(house.staff("auditor")) as ctx:
        ctx.saw(("party", party_id), "name")
    assert (await house.export(tmp_path / "a.auditpack", subjects=(party_id,))).entries == 2
    assert findings(tmp_path / "a.auditpack", house.key) == []


@pytest.mark.parametrize(("language", "seen"), [("en", "seen of"), ("zh", "查阅")])
async def test_a_note_of_reading_is_told_by_whose_record_and_which_fields(
    house: House, make_party: MakeParty, platform: Platform, tmp_path: Path, language: str, seen: str
) -> None:
    party_id = await make_party("Anna Nováková")
    async with platform.transaction(house.staff("auditor")) as ctx:
        ctx.saw(("party", party_id), "name", "birth_date")
    await house.export(tmp_path / "a.auditpack", subjects=(party_id,))
    said = alone(tmp_path / "empty", tmp_path / "a.auditpack", "--lang", language)
    (line,) = [line for line in said.splitlines() if seen in line]
    assert f"party {party_id}" in line
    assert "birth_date, name" in line
    assert "Nováková" not in said


async def test_whose_data_was_seen_is_named_where_the_file_discloses_the_name(
    house: House, make_party: MakeParty, platform: Platform, tmp_path: Path
) -> None:
    party_id = await make_party("Anna Nováková")
    async with platform.transaction(house.staff("auditor")) as ctx:
        ctx.saw(("party", party_id), "name")
    await house.export(tmp_path / "a.auditpack", "auditor", subjects=(party_id,))
    said = alone(tmp_path / "empty", tmp_path / "a.auditpack")
    assert f"seen of party {party_id} (Anna Nováková): name" in said


async def test_a_selection_by_time_takes_the_first_instant_and_leaves_the_last(
    house: House, make_team: MakeTeam, clock: FixedClock, tmp_path: Path
) -> None:
    begin = clock()
    for name in ("first", "second", "third"):
        await make_team(name)
        clock.advance(timedelta(hours=1))
    hour = timedelta(hours=1)
    done = await house.export(tmp_path / "a.auditpack", since=begin + hour, until=begin + 2 * hour)
    assert done.entries == 1
    assert findings(tmp_path / "a.auditpack", house.key) == []


async def test_an_empty_log_has_no_pack(house: House, tmp_path: Path) -> None:
    house.sequencer.keys.create(house.tenant.id, house.tenant.slug)
    with pytest.raises(NoHead):
        await house.export(tmp_path / "a.auditpack")
    assert names_in(tmp_path) == []


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def size_of(path: Path) -> int:
    return path.stat().st_size


def mine(folder: Path) -> None:
    (folder / "a.auditpack").write_text("mine")


async def test_a_file_that_is_there_is_not_written_over(filled: House, tmp_path: Path) -> None:
    mine(tmp_path)
    with pytest.raises(FileThere):
        await filled.export(tmp_path / "a.auditpack")
    assert size_of(tmp_path / "a.auditpack") == len("mine")


async def test_a_pack_is_for_its_owner_alone(filled: House, tmp_path: Path) -> None:
    await filled.export(tmp_path / "a.auditpack")
    assert stat.S_IMODE((tmp_path / "a.auditpack").stat().st_mode) == 0o600


def a_rule_set(platform: Platform) -> Path:
    return next(iter(sorted(platform.settings.policies.rglob("*.yaml"))))


async def test_rule_sets_that_entries_refer_to_are_in_the_pack(
    house: House, raw: Connect, tmp_path: Path, platform: Platform
) -> None:
    book = a_rule_set(platform)
    known, unknown = sha256(book.read_bytes()).hexdigest(), "ab" * 32
    async with raw() as connection:
        for sha in (known, unknown, known):
            await raw_entry(connection, house.tenant.id, ruleset=sha)
    done = await house.export(tmp_path / "a.auditpack")
    said = alone(tmp_path / "empty", tmp_path / "a.auditpack")
    assert (done.rulesets, done.missing_rulesets) == (1, 1)
    assert "1 rule-sets are in the file, each with the bytes its hash says." in said
    assert "What 1 rule-sets say" in said


async def test_a_log_that_was_cut_back_shows_in_the_next_pack(
    filled: House, owner: Connect, tmp_path: Path, rename_team: RenameTeam
) -> None:
    """The write-once file still has the head that the database lost."""
    await filled.sequencer.drain(filled.tenant.id)
    async with owner() as connection:
        for table in ("audit_checkpoint WHERE size > 2", "audit_leaf WHERE idx >= 2"):
            await connection.execute(f"DELETE FROM {table} AND tenant_id = %s", [filled.tenant.id])
    await filled.export(tmp_path / "a.auditpack", drain=False)
    found = findings(tmp_path / "a.auditpack", filled.key)
    assert {"code": "head_beyond", "size": 4, "end": 2, "index": 2} in found

"""Files become versions: in force, waiting, refused, or nothing new; and former versions can be had again."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from backend.access.errors import NotAllowed
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.screening import problems, queries, service
from backend.screening.errors import (
    EntityNotFound,
    ListCodeInvalid,
    ListExists,
    ListNotActive,
    ListNotFound,
    NothingToRestore,
    NotWaiting,
)
from backend.screening.lists import un_xml
from backend.screening.lists.formats import UnknownFormat
from backend.screening.lists.published import published_on
from backend.screening.models import ListKind, VersionState
from backend.screening.records import content_digest
from backend.screening.service import Outcome
from tests.factories import customers as make
from tests.factories import screening
from tests.factories.screening import ENTRIES, many


async def _refs(bank: make.Bank, list_id: object, number: int | None = None) -> set[str]:
    return set(await bank.run(bank.system, queries.digests_at, list_id, number))


async def test_first_import_is_all_added(people: make.Bank) -> None:
    await screening.set_up(people.platform, people.system)
    loaded = await screening.load(people.platform, people.officer)
    version = loaded.version
    assert (loaded.outcome, version.number, version.state) == (Outcome.IN_FORCE, 1, "in_force")
    assert (version.entries, version.added, version.changed, version.removed) == (3, 3, 0, 0)
    assert version.loaded_by == people.officer.id


async def test_next_import_counts_what_differs(people: make.Bank) -> None:
    await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.system)
    changed = {
        "P-1": ENTRIES["P-1"].replace("Minister", "Former minister"),
        "P-2": ENTRIES["P-2"],
        "P-9": "P-9,person,Somebody New,,,,,,",
    }
    version = (await screening.load(people.platform, people.system, changed)).version
    assert (version.added, version.changed, version.removed, version.entries) == (1, 1, 1, 3)


async def test_order_of_values_changes_no_entry(people: make.Bank) -> None:
    await screening.set_up(people.platform, people.system)
    two = "P-1,person,Teodor Morvane,{},,,,,"
    await screening.load(people.platform, people.system, {"P-1": two.format("First Alias|Second Alias")})
    again = await screening.load(people.platform, people.system, {"P-1": two.format("Second Alias|First Alias")})
    assert again.outcome == Outcome.NOTHING_NEW


async def test_same_file_again_is_nothing_new_but_shows_that_the_list_is_fresh(
    people: make.Bank, clock: FixedClock
) -> None:
    of = await screening.set_up(people.platform, people.system)
    first = await screening.load(people.platform, people.system)
    clock.advance(timedelta(days=3))
    before = (await people.run(people.officer, queries.lists))[0]
    again = await screening.load(people.platform, people.system)
    after = (await people.run(people.officer, queries.lists))[0]
    assert (again.outcome, again.version.id) == (Outcome.NOTHING_NEW, first.version.id)
    assert (before.stale, after.stale) == (True, False)
    assert len(await people.run(people.officer, queries.versions, of.id)) == 1


async def test_every_version_can_be_had_again(people: make.Bank) -> None:
    of = await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.system)
    await screening.load(people.platform, people.system, {"P-1": ENTRIES["P-1"], "P-9": "P-9,person,New One,,,,,,"})
    await screening.load(people.platform, people.system, {"P-9": "P-9,person,New Name,,,,,,"})
    assert [await _refs(people, of.id, number) for number in (1, 2, 3)] == [
        {"P-1", "P-2", "P-3"},
        {"P-1", "P-9"},
        {"P-9"},
    ]


async def test_content_digest_proves_the_entries_of_a_version(people: make.Bank) -> None:
    of = await screening.set_up(people.platform, people.system)
    first = (await screening.load(people.platform, people.system)).version
    await screening.load(people.platform, people.system, {"P-1": ENTRIES["P-1"]})
    kept = await people.run(people.system, queries.digests_at, of.id, first.number)
    assert content_digest(kept) == first.digest


async def test_difference_of_a_version_says_which_field_changed(people: make.Bank) -> None:
    await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.system)
    version = (
        await screening.load(people.platform, people.system, {**ENTRIES, "P-2": ENTRIES["P-2"].replace("1981", "1982")})
    ).version
    found = await people.run(people.officer, queries.difference_of, version.id)
    assert [(one.after.id, [change.field for change in one.changes]) for one in found.changed] == [
        ("P-2", ["birth_dates"])
    ]


async def test_malformed_file_is_refused_with_its_line_and_the_former_version_stays(people: make.Bank) -> None:
    of = await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.system)
    refused = await screening.load(people.platform, people.system, {"P-1": ENTRIES["P-1"], "P-2": "P-2,dragon,X,,,,,,"})
    assert refused.outcome == Outcome.REFUSED
    assert refused.refusal is not None
    assert "line 3" in str(refused.refusal)
    assert await _refs(people, of.id) == set(ENTRIES)


async def test_refusal_is_on_record_with_code_and_line(people: make.Bank) -> None:
    of = await screening.set_up(people.platform, people.system)
    files = {"main": screening.own_list()["main"].rstrip(b"\n")}
    await people.run(people.officer, service.load_list, code="TEST", files=files)
    (kept,) = await people.run(people.officer, queries.versions, of.id)
    assert "第 4 行" in problems.words(kept, "zh_CN")
    assert (kept.state, kept.problem["code"], kept.problem["params"]["line"]) == (
        VersionState.REFUSED,
        "screening.list.truncated",
        "4",
    )


async def test_wrong_parts_of_a_publication_are_refused_in_words(people: make.Bank) -> None:
    await screening.set_up(people.platform, people.system)
    given = {**screening.own_list(), "alt": b""}
    refused = await people.run(people.system, service.load_list, code="TEST", files=given)
    assert refused.outcome == Outcome.REFUSED
    assert "main" in str(refused.refusal)


async def test_suspicious_shrink_waits_while_the_former_version_stays_in_force(people: make.Bank) -> None:
    of = await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.system, many(40))
    shrunk = await screening.load(people.platform, people.system, many(10))
    (standing,) = await people.run(people.officer, queries.lists)
    assert (shrunk.outcome, shrunk.version.removed, len(await _refs(people, of.id))) == (Outcome.WAITING, 30, 40)
    assert standing.waiting.id == shrunk.version.id


async def test_confirmed_version_comes_into_force(people: make.Bank) -> None:
    of = await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.officer, many(40))
    shrunk = (await screening.load(people.platform, people.officer, many(10))).version
    confirmed = await people.run(people.second_officer, service.confirm, shrunk.id)
    assert (confirmed.state, confirmed.decided_by) == ("in_force", people.second_officer.id)
    assert await _refs(people, of.id) == set(many(10))


async def test_who_loaded_a_version_does_not_confirm_it(people: make.Bank) -> None:
    await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.officer, many(40))
    shrunk = (await screening.load(people.platform, people.officer, many(10))).version
    with pytest.raises(NotAllowed):
        await people.run(people.officer, service.confirm, shrunk.id)


async def test_waiting_version_is_dismissed_by_the_next_import(people: make.Bank) -> None:
    of = await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.system, many(40))
    shrunk = (await screening.load(people.platform, people.system, many(10))).version
    await screening.load(people.platform, people.system, many(41))
    states = [one.state for one in await people.run(people.officer, queries.versions, of.id)]
    assert states == ["in_force", "dismissed", "superseded"]
    with pytest.raises(NotWaiting):
        await people.run(people.officer, service.confirm, shrunk.id)


async def test_dismissed_version_leaves_the_list_as_it_was(people: make.Bank) -> None:
    of = await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.system, many(40))
    shrunk = (await screening.load(people.platform, people.system, many(10))).version
    dismissed = await people.run(people.officer, service.dismiss, shrunk.id)
    assert (dismissed.state, len(await _refs(people, of.id))) == ("dismissed", 40)


async def test_rollback_is_a_version_of_its_own(people: make.Bank) -> None:
    of = await screening.set_up(people.platform, people.system)
    first = (await screening.load(people.platform, people.system)).version
    await screening.load(people.platform, people.system, {"P-9": "P-9,person,New One,,,,,,", "P-1": ENTRIES["P-1"]})
    restored = await people.run(people.system, service.rollback, code="TEST", number=1)
    assert (restored.number, restored.restored_id, restored.digest) == (3, first.id, first.digest)
    assert (restored.added, restored.removed) == (2, 1)
    assert await _refs(people, of.id) == set(ENTRIES)


async def test_only_a_former_version_is_restored(people: make.Bank) -> None:
    await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.system)
    with pytest.raises(NothingToRestore):
        await people.run(people.system, service.rollback, code="TEST", number=1)


async def test_compliance_officer_alone_does_not_roll_back(people: make.Bank) -> None:
    await screening.set_up(people.platform, people.system)
    with pytest.raises(NotAllowed):
        await people.run(people.officer, service.rollback, code="TEST", number=1)


async def test_relationship_manager_sees_no_list(people: make.Bank) -> None:
    with pytest.raises(NotAllowed):
        await people.run(people.manager, queries.lists)


async def test_list_out_of_use_is_not_loaded(people: make.Bank) -> None:
    of = await screening.set_up(people.platform, people.system)
    await people.run(people.system, service.use_list, of.id, active=False)
    with pytest.raises(ListNotActive):
        await screening.load(people.platform, people.system)


async def test_list_out_of_use_leaves_the_state(people: make.Bank) -> None:
    of = await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.system)
    await people.run(people.system, service.use_list, of.id, active=False)
    state = await people.run(people.system, queries.latest_state)
    assert (state.number, state.versions) == (2, {})


async def test_unknown_list_is_not_loaded(people: make.Bank) -> None:
    with pytest.raises(ListNotFound):
        await screening.load(people.platform, people.system)


async def test_code_is_taken_once(people: make.Bank) -> None:
    await screening.set_up(people.platform, people.system)
    with pytest.raises(ListExists):
        await screening.set_up(people.platform, people.system)


@pytest.mark.parametrize("code", ["x", "lower", "WITH SPACE", "-FIRST", "A" * 41])
async def test_code_of_other_signs_is_refused(people: make.Bank, code: str) -> None:
    with pytest.raises(ListCodeInvalid):
        await screening.set_up(people.platform, people.system, code)


async def test_format_nobody_reads_is_refused(people: make.Bank) -> None:
    with pytest.raises(UnknownFormat):
        await people.run(people.system, service.create_list, code="ODD", name="Odd", format_="pdf", kind=ListKind.OTHER)


async def test_entry_is_found_as_it_was_with_its_digest(people: make.Bank) -> None:
    of = await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.system)
    digest = (await people.run(people.system, queries.digests_at, of.id))["P-1"]
    await screening.load(people.platform, people.system, {"P-1": ENTRIES["P-1"].replace("Minister", "Deceased")})
    then = await people.run(people.officer, queries.entity_at, of.id, "P-1", digest)
    now = await people.run(people.officer, queries.entity_at, of.id, "P-1")
    assert (then.remarks, now.remarks) == ("Minister", "Deceased")


async def test_entry_that_never_was_is_not_found(people: make.Bank) -> None:
    of = await screening.set_up(people.platform, people.system)
    with pytest.raises(EntityNotFound):
        await people.run(people.officer, queries.entity_at, of.id, "P-77")


async def test_database_refuses_to_rewrite_an_entry(people: make.Bank) -> None:
    await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.system)
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with people.platform.transaction(people.system) as ctx:
            await ctx.session.execute(text("UPDATE screening_list_entity SET payload = '{}'"))


async def test_lists_of_another_institution_are_not_seen(people: make.Bank) -> None:
    await screening.set_up(people.platform, people.system)
    stranger = replace(people.officer, tenant_id=new_id())
    assert await people.run(stranger, queries.lists) == []


@pytest.mark.parametrize(
    ("format_", "main", "day"),
    [
        ("un_xml", b'<CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:09Z">', date(2026, 2, 27)),
        ("eu_xml", b'<export generationDate="2026-01-01T00:00:00Z">', date(2026, 1, 1)),
        ("ofac_xml", b"<DateOfIssue><Year>2026</Year><Month>3</Month><Day>9</Day></DateOfIssue>", date(2026, 3, 9)),
        ("un_xml", b'<CONSOLIDATED_LIST dateGenerated="2026-02-31T00:00:09Z">', None),
        ("own_csv", b"id,kind,name", None),
    ],
)
def test_publisher_day_is_read_where_the_format_tells_it(format_: str, main: bytes, day: date | None) -> None:
    assert published_on(format_, main) == day


async def test_real_lists_load_and_read_back_as_they_were_parsed(people: make.Bank, shared_data: Path) -> None:
    main = (shared_data / "lists" / "un_consolidated_2026-02-27.xml").read_bytes()
    of = await people.run(
        people.system, service.create_list, code="UN", name="UN", format_="un_xml", kind=ListKind.SANCTIONS
    )
    loaded = await people.run(people.system, service.load_list, code="UN", files={"main": main})
    stored = await people.run(people.system, queries.stored_at, of.id, await _refs(people, of.id))
    assert loaded.version.published_on == date(2026, 2, 27)
    assert {one.ref: one.entity("UN") for one in stored} == {one.id: one for one in un_xml.parse(main, source="UN")}

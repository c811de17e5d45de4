"""The index of a process follows the lists, whoever moved them on, and keeps no more than one at a time."""

import asyncio

import pytest

from backend.screening import indexes, queries, service
from backend.screening.indexes import Searched
from tests.factories import customers as make
from tests.factories import screening
from tests.factories.screening import ENTRIES


async def _current(bank: make.Bank) -> Searched:
    found: Searched | None = await bank.run(bank.system, indexes.current)
    assert found is not None
    return found


def _refs(searched: Searched) -> set[str]:
    return {profile.entity.id for profile in searched.index.profiles}


@pytest.fixture
async def listed(people: make.Bank) -> make.Bank:
    await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.system)
    return people


async def test_without_lists_there_is_no_index(people: make.Bank) -> None:
    assert await people.run(people.system, indexes.current) is None


async def test_index_holds_what_is_in_force(listed: make.Bank) -> None:
    assert _refs(await _current(listed)) == set(ENTRIES)


async def test_same_state_is_answered_by_the_same_index(listed: make.Bank) -> None:
    assert (await _current(listed)).index is (await _current(listed)).index


async def test_index_follows_versions_without_being_read_anew(listed: make.Bank) -> None:
    before = await _current(listed)
    await screening.load(
        listed.platform,
        listed.system,
        {"P-1": ENTRIES["P-1"], "P-2": ENTRIES["P-2"], "P-9": "P-9,person,New One,,,,,,"},
    )
    after = await _current(listed)
    kept = {profile.entity.id: profile for profile in before.index.profiles}
    assert _refs(after) == {"P-1", "P-2", "P-9"}
    assert [one is kept[one.entity.id] for one in after.index.profiles if one.entity.id in kept] == [True, True]


async def test_who_searches_keeps_the_index_it_began_with(listed: make.Bank) -> None:
    before = await _current(listed)
    await screening.load(listed.platform, listed.system, {"P-3": ENTRIES["P-3"]})
    await _current(listed)
    assert _refs(before) == set(ENTRIES)


async def test_updated_index_equals_one_built_anew(listed: make.Bank) -> None:
    await _current(listed)
    await screening.load(listed.platform, listed.system, {**ENTRIES, "P-2": "P-2,person,Another Name,,,,,,"})
    await screening.load(
        listed.platform,
        listed.system,
        {"P-2": "P-2,person,A Third Name,,,,,,", "P-9": ENTRIES["P-1"].replace("P-1", "P-9")},
    )
    updated = await _current(listed)
    indexes.forget(listed.tenant.id)
    anew = await _current(listed)
    held = [{one.entity.id: one.entity for one in searched.index.profiles} for searched in (updated, anew)]
    assert held[0] == held[1]


async def test_list_out_of_use_leaves_the_index_and_comes_back(listed: make.Bank) -> None:
    await screening.set_up(listed.platform, listed.system, "OTHER")
    await screening.load(listed.platform, listed.system, {"O-1": "O-1,person,Other Person,,,,,,"}, code="OTHER")
    await _current(listed)
    (other, _) = await listed.run(listed.officer, queries.lists)
    await listed.run(listed.system, service.use_list, other.list.id, active=False)
    assert _refs(await _current(listed)) == set(ENTRIES)
    await listed.run(listed.system, service.use_list, other.list.id, active=True)
    assert _refs(await _current(listed)) == {*ENTRIES, "O-1"}


async def test_many_who_ask_at_once_share_one_build(listed: make.Bank) -> None:
    found = await asyncio.gather(*(_current(listed) for _ in range(5)))
    assert len({id(one.index) for one in found}) == 1


async def test_index_holds_nothing_that_no_comparison_looks_at(listed: make.Bank) -> None:
    remarks = {one.entity.remarks for one in (await _current(listed)).index.profiles}
    assert remarks == {""}


async def test_version_does_not_come_into_force_under_a_screening(listed: make.Bank) -> None:
    async with listed.platform.transaction(listed.system) as ctx:
        assert await indexes.current(ctx) is not None
        loading = asyncio.create_task(screening.load(listed.platform, listed.system, {"P-1": ENTRIES["P-1"]}))
        _, waiting = await asyncio.wait([loading], timeout=0.5)
        assert waiting == {loading}
    assert (await loading).version.number == 2

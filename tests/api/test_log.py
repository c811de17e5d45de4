"""The log as auditors search it."""

from typing import Any

from backend.access import directory
from tests.api.conftest import Door
from tests.factories.customers import Bank

LOG = """query ($filters: ReportFilterInput, $first: Int! = 30, $after: String) {
  auditLog(filters: $filters, first: $first, after: $after) {
    nodes { id action subjectId reason actor { name } changes { table columns { column sealed before after } } }
    pageInfo { hasNextPage endCursor } } }"""
PROOF = """query ($entry: UUID!, $tenant: UUID!) {
  entryProof(entryId: $entry, recordId: $tenant, kind: TENANT) { name } }"""


async def found(door: Door, bank: Bank, **filters: Any) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await door.data(LOG, bank.auditor, filters=filters))["auditLog"]["nodes"]
    return nodes


async def test_the_newest_entry_comes_first(door: Door, bank: Bank) -> None:
    await bank.run(bank.administrator, directory.create_team, "Ostrava")
    await bank.run(bank.administrator, directory.set_work_email, bank.manager.id, "jana@bank.example")
    actions = [each["action"] for each in await found(door, bank, actors=[str(bank.administrator.id)])]
    assert actions == ["staff.edit", "team.create"]


async def test_the_log_is_narrowed_to_a_record(door: Door, bank: Bank) -> None:
    await bank.run(bank.administrator, directory.set_work_email, bank.manager.id, "jana@bank.example")
    (newest, made) = await found(door, bank, subjects=[str(bank.manager.id)], actions=["staff.*", "team.*"])
    assert (newest["action"], made["action"]) == ("staff.edit", "team.create")


async def test_the_log_is_narrowed_to_a_period(door: Door, bank: Bank) -> None:
    assert await found(door, bank, until="2020-01-01T00:00:00Z") == []


async def test_a_search_goes_on_where_its_page_ended(door: Door, bank: Bank) -> None:
    for name in ("Ostrava", "Plzeň", "Zlín"):
        await bank.run(bank.administrator, directory.create_team, name)
    filters = {"actions": ["team.create"], "actors": [str(bank.administrator.id)]}
    first = (await door.data(LOG, bank.auditor, filters=filters, first=2))["auditLog"]
    cursor = first["pageInfo"]["endCursor"]
    rest = (await door.data(LOG, bank.auditor, filters=filters, first=2, after=cursor))["auditLog"]
    names = [each["changes"][0]["columns"][0]["after"] for each in (*first["nodes"], *rest["nodes"])]
    assert names == ['"Zlín"', '"Plzeň"', '"Ostrava"']


async def test_looking_into_the_log_is_noted_with_what_was_asked(door: Door, bank: Bank) -> None:
    await found(door, bank, actions=["team.create"])
    (entry,) = await found(door, bank, actions=["audit.view"])
    assert (entry["actor"], entry["reason"]) == ({"name": "auditor"}, "actions=team.create")


async def test_personal_columns_stay_closed_in_the_log(door: Door, bank: Bank) -> None:
    party = await bank.customer()
    entries = await found(door, bank, subjects=[str(party.id)], actions=["customer.*"])
    (party_row,) = [each for entry in entries for each in entry["changes"] if each["table"] == "party"]
    columns = {each["column"]: each for each in party_row["columns"]}
    assert columns["name"] == {"column": "name", "sealed": True, "before": None, "after": None}
    assert columns["kind"]["after"] == '"person"'


async def test_who_may_not_read_the_log_is_refused(door: Door, bank: Bank) -> None:
    assert await door.codes(LOG, bank.lead) == ["access.not_allowed"]


async def test_entries_of_another_institution_are_not_in_it(door: Door, bank: Bank, foreign: Bank) -> None:
    await foreign.run(foreign.administrator, directory.create_team, "Ostrava")
    assert await found(door, bank, actors=[str(foreign.administrator.id)]) == []


async def test_whoever_reads_a_record_alone_gets_no_proof_from_the_whole_log(door: Door, bank: Bank) -> None:
    (entry, *_) = await found(door, bank, actions=["team.create"])
    given = {"entry": entry["id"], "tenant": str(bank.tenant.id)}
    assert await door.codes(PROOF, bank.manager, **given) == ["access.not_allowed"]

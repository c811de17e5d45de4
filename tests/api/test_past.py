"""Records as they stood at an instant: column by column, by the rights of today, and noted as read."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text

from backend.access.policy import AccessPolicy
from backend.api.past import PastKind
from backend.audit.history import audited
from backend.core.actor import Actor
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.customers import inputs, service
from backend.customers.guards import GUARDS, guard
from backend.customers.models import Party
from backend.edge.platform import Platform
from backend.onboarding import service as onboarding
from tests.api.conftest import Door
from tests.factories import customers as make
from tests.factories.customers import Alone, Bank

PAST = """
query ($id: UUID!, $at: DateTime!, $kind: PastKind!) {
  recordAsOf(recordId: $id, at: $at, kind: $kind) {
    id kind version entryId recordedAt action words actor { id name }
    columns { name value visibility field }
  }
}
"""
PARTS = """
query ($id: UUID!, $at: DateTime!) {
  recordAsOf(recordId: $id, at: $at) { parts { id kind version columns { name value visibility } } }
}
"""
DAY = timedelta(days=1)


async def _past(
    door: Door, actor: Actor, record_id: UUID, at: datetime, kind: PastKind = PastKind.PARTY
) -> dict[str, Any] | None:
    data = await door.data(PAST, actor, id=str(record_id), at=at.isoformat(), kind=kind.name)
    found: dict[str, Any] | None = data["recordAsOf"]
    return found


def _columns(record: dict[str, Any] | None) -> dict[str, Any]:
    assert record is not None
    return {column["name"]: column for column in record["columns"]}


async def _kept(bank: Bank, **given: Any) -> Party:
    identifiers = [{"type": "cz_birth_number", "value": make.BIRTH_NUMBER}]
    return await bank.customer(make.person(birth_date=make.BORN, identifiers=identifiers, **given))


async def _one(bank: Bank, table: str, party_id: UUID) -> UUID:
    async with bank.platform.transaction(bank.system) as ctx:
        found: UUID = await ctx.session.scalar(text(f"SELECT id FROM {table} WHERE party_id = :id"), {"id": party_id})
    return found


async def test_a_past_version_names_its_entry_its_author_and_its_time(
    door: Door, bank: Bank, clock: FixedClock
) -> None:
    party = await _kept(bank, occupation="teacher")
    made = clock()
    clock.advance(DAY)
    await bank.run(bank.lead, service.edit_party, party.id, inputs.PartyChanges(occupation="judge"))
    then, now = await _past(door, bank.officer, party.id, made), await _past(door, bank.officer, party.id, clock())
    assert then is not None
    assert now is not None
    assert (then["version"], then["actor"]["name"], then["action"]) == (1, "manager", "customer.create")
    assert (now["version"], now["actor"]["name"], now["action"]) == (2, "lead", "customer.edit")
    assert datetime.fromisoformat(then["recordedAt"]) == made
    assert then["entryId"] != now["entryId"]
    assert (_columns(then)["occupation"]["value"], _columns(now)["occupation"]["value"]) == ("teacher", "judge")


async def test_a_record_has_no_past_before_it_was_made(door: Door, bank: Bank, clock: FixedClock) -> None:
    party = await _kept(bank)
    assert await _past(door, bank.officer, party.id, clock() - DAY) is None


async def test_a_deleted_record_is_gone_from_then_on(door: Door, bank: Bank, clock: FixedClock) -> None:
    party = await bank.customer(make.person(countries=[{"kind": "nationality", "country": "CZ"}]))
    tie, made = await _one(bank, "party_country", party.id), clock()
    clock.advance(DAY)
    await bank.run(bank.manager, service.remove_country, tie)
    then = _columns(await _past(door, bank.officer, tie, made, PastKind.COUNTRY))
    assert then["country"]["value"] == "CZ"
    assert await _past(door, bank.officer, tie, clock(), PastKind.COUNTRY) is None


@pytest.mark.parametrize(
    ("who", "value", "visibility"),
    [("officer", "7103192745", "CLEAR"), ("lead", "•••2745", "MASKED"), ("auditor", "•••2745", "MASKED")],
)
async def test_a_sealed_value_of_the_past_is_shown_as_its_reader_sees_that_field(
    door: Door, bank: Bank, clock: FixedClock, who: str, value: str, visibility: str
) -> None:
    party = await _kept(bank)
    record = await _one(bank, "party_identifier", party.id)
    column = _columns(await _past(door, getattr(bank, who), record, clock(), PastKind.IDENTIFIER))["value"]
    assert column["value"].replace("/", "") == value
    assert (column["visibility"], column["field"]) == (visibility, "customer.national_id")


async def test_a_personal_column_that_is_not_sealed_is_withheld_as_well(
    door: Door, bank: Bank, platform: Platform, clock: FixedClock, tmp_path: Path
) -> None:
    party = await _kept(bank, occupation="beekeeper", region="Praha")
    assert _columns(await _past(door, bank.officer, party.id, clock()))["occupation"]["value"] == "beekeeper"
    policy = shutil.copytree(platform.settings.policies / "access", tmp_path / "access")
    denial = "\np, compliance_officer, *, customer.occupation, view, mask@tenant, deny\n"
    (policy / "fields.csv").write_text((policy / "fields.csv").read_text("utf-8") + denial, "utf-8")
    door.executor._snapshots.policy = AccessPolicy.load(policy)
    columns = _columns(await _past(door, bank.officer, party.id, clock()))
    assert (columns["occupation"]["value"], columns["occupation"]["visibility"]) == (None, "HIDDEN")
    assert columns["region"]["value"] == "Praha"


@pytest.mark.parametrize("kind", list(PastKind))
def test_every_sealed_column_has_a_field_that_guards_it(kind: PastKind) -> None:
    table = audited(kind.value)
    sealed = {(kind.value, column.name) for column in table.c if column.info.get("sealed")}
    assert sealed <= GUARDS.keys()


@pytest.mark.parametrize(
    ("place", "row", "field"),
    [
        (("party_identifier", "value"), {"type": "lei"}, "registration_number"),
        (("party_identifier", "value"), {"type": "no longer known"}, "document_number"),
        (("party_contact", "value"), {"kind": "email"}, "email"),
        (("party_country", "country"), {"kind": "birth"}, "birth_place"),
        (("party_country", "country"), {"kind": "nationality"}, "nationality"),
        (("party", "gender"), {}, None),
    ],
)
def test_what_guards_a_column_may_depend_on_the_record(
    place: tuple[str, str], row: dict[str, str], field: str | None
) -> None:
    assert guard(*place, row) == field


async def test_keyed_tags_are_no_part_of_a_past_record(door: Door, bank: Bank, clock: FixedClock) -> None:
    party = await _kept(bank)
    record = await _one(bank, "party_identifier", party.id)
    assert "value_tag" not in _columns(await _past(door, bank.officer, record, clock(), PastKind.IDENTIFIER))


async def test_what_belonged_to_a_party_is_shown_with_it(door: Door, bank: Bank, clock: FixedClock) -> None:
    party, made = await _kept(bank), clock()
    clock.advance(DAY)
    await bank.run(bank.manager, service.add_contact, party.id, inputs.ContactInput(kind="email", value="a@example.cz"))
    kinds = []
    for at in (made, clock()):
        found = (await door.data(PARTS, bank.officer, id=str(party.id), at=at.isoformat()))["recordAsOf"]
        kinds.append(sorted(part["kind"] for part in found["parts"]))
    assert kinds == [["CUSTOMER", "IDENTIFIER", "NAME"], ["CONTACT", "CUSTOMER", "IDENTIFIER", "NAME"]]


async def test_what_a_merge_moved_still_belongs_to_whom_it_belonged_before(
    door: Door, bank: Bank, clock: FixedClock
) -> None:
    first, second, made = await _kept(bank), await bank.record(make.person("Jan Nowák")), clock()
    clock.advance(DAY)
    merge = await bank.run(bank.officer, service.propose_merge, first.id, second.id, first.id)
    await bank.run(bank.second_officer, service.approve_merge, merge.id, Alone())
    names = []
    for party in (first, second):
        found = (await door.data(PARTS, bank.officer, id=str(party.id), at=made.isoformat()))["recordAsOf"]
        names.append([_columns(part)["full_name"]["value"] for part in found["parts"] if part["kind"] == "NAME"])
    assert names == [["Jan Novák"], ["Jan Nowák"]]


async def test_a_case_is_read_as_it_was(door: Door, bank: Bank, clock: FixedClock) -> None:
    party = await bank.customer()
    given = {"purpose": "new", "jurisdiction": "CZ", "products": ["basic_account"], "channel": "branch"}
    case = await bank.run(bank.manager, onboarding.open_case, party_id=party.id, customer_id=None, **given)
    made = clock()
    clock.advance(DAY)
    await bank.run(bank.manager, onboarding.withdraw, case.id, "customer_withdrew")
    then = _columns(await _past(door, bank.officer, case.id, made, PastKind.CASE))
    now = _columns(await _past(door, bank.officer, case.id, clock(), PastKind.CASE))
    assert (then["state"]["value"], now["state"]["value"]) == ("draft", "withdrawn")
    assert then["products"]["value"] == '["basic_account"]'


@pytest.mark.parametrize("who", ["agent", "stranger", "colleague", "administrator"])
async def test_the_past_needs_the_right_to_the_history_of_the_customer(
    door: Door, bank: Bank, clock: FixedClock, who: str
) -> None:
    party = await _kept(bank)
    for kind, table in ((PastKind.PARTY, None), (PastKind.NAME, "party_name"), (PastKind.CUSTOMER, "customer")):
        record = party.id if table is None else await _one(bank, table, party.id)
        codes = await door.codes(PAST, getattr(bank, who), id=str(record), at=clock().isoformat(), kind=kind.name)
        assert codes == ["access.not_allowed"]


@pytest.mark.parametrize("kind", list(PastKind))
async def test_an_unknown_record_is_not_found(door: Door, bank: Bank, clock: FixedClock, kind: PastKind) -> None:
    given = {"id": str(new_id()), "at": clock().isoformat(), "kind": kind.name}
    assert await door.codes(PAST, bank.officer, **given) == ["not_found"]


async def test_another_institutions_past_is_not_found(door: Door, bank: Bank, foreign: Bank, clock: FixedClock) -> None:
    party = await foreign.customer()
    given = {"id": str(party.id), "at": clock().isoformat(), "kind": "PARTY"}
    assert await door.codes(PAST, bank.officer, **given) == ["not_found"]


async def test_fields_of_the_past_are_noted_as_read_and_hidden_ones_are_not(
    door: Door, bank: Bank, platform: Platform, clock: FixedClock
) -> None:
    party = await bank.customer(make.person(birth_date=make.BORN, occupation="teacher"))
    await _past(door, bank.auditor, party.id, clock())
    async with platform.transaction(bank.system) as ctx:
        noted = text("SELECT reads FROM audit_entry WHERE action = 'personal_data.read' AND actor_id = :actor")
        reads = orjson.loads(await ctx.session.scalar(noted, {"actor": bank.auditor.id}))
    assert reads == [{"type": "party", "id": str(party.id), "fields": ["birth_date", "name", "occupation"]}]

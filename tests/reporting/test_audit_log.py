"""The log as a report: what stands in its lines, for whom, and how a line is checked by somebody else."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.access.errors import NotAllowed
from backend.audit import proofs
from backend.core.database import Database
from backend.customers.models import Party
from backend.edge.platform import Platform
from backend.privacy.shredding import destroy_keys
from backend.reporting.errors import FilterMalformed, PeriodEmpty
from backend.reporting.filters import Filters
from backend.reporting.models import Format
from backend.reporting.report import Line
from tests.conftest import NOW, Engines
from tests.factories.customers import BIRTH_NUMBER, Bank, person, with_roles
from tests.reporting.conftest import Office, another_bank, unpacked


async def _customer(bank: Bank, name: str = "Anna Nováková") -> Party:
    identifier = {"type": "national_id", "value": BIRTH_NUMBER, "country": "CZ"}
    return await bank.customer(person(name, identifiers=[identifier]))


def _field(lines: list[Line], table: str, field: str) -> Line:
    (found,) = [line for line in lines if line.get("table") == table and line.get("field") == field]
    return found


async def test_a_line_says_who_what_when_where_and_after(office: Office) -> None:
    party = await _customer(office.bank)
    line = _field(await office.lines("audit", subjects=(party.id,)), "party", "name")
    said = {key: line[key] for key in ("actor", "roles", "at", "channel", "action", "operation", "after", "shown")}
    assert said == {
        "actor": "manager",
        "roles": "relationship_manager",
        "at": "2026-11-22T09:00:00.000000Z",
        "channel": "web",
        "action": "customer.create",
        "operation": "insert",
        "after": "Anna Nováková",
        "shown": "clear",
    }


async def test_a_change_has_its_value_before(office: Office) -> None:
    party = await _customer(office.bank)

    async def move(ctx: Any) -> None:
        row = await ctx.session.get_one(Party, party.id)
        async with ctx.audit("customer.edit", ("party", party.id)):
            row.name = ctx.vault.seal("party", "name", party.id, party.id, "Anna Malá")

    async def edit(ctx: Any) -> None:
        await ctx.vault.load([party.id])
        await move(ctx)

    await office.platform.run(office.bank.manager, edit)
    lines = await office.lines("audit", subjects=(party.id,), actions=("customer.edit",))
    line = _field(lines, "party", "name")
    assert (line["before"], line["after"], line["version"]) == ("Anna Nováková", "Anna Malá", 2)


async def test_every_entry_below_the_head_has_a_line(office: Office) -> None:
    await _customer(office.bank)
    lines = await office.lines("audit")
    assert {line["leaf"] for line in lines} == set(range(int(str(lines[0]["head_size"]))))


async def test_a_line_is_proven_by_the_proof_of_its_entry(office: Office) -> None:
    party = await _customer(office.bank)
    line = (await office.lines("audit", subjects=(party.id,)))[0]
    tenant = office.bank.tenant.id
    given = await office.platform.run(
        office.bank.auditor, lambda ctx: proofs.inclusion(ctx.session, tenant, UUID(str(line["entry"])))
    )
    assert hashlib.sha256(b"\0" + given.body).hexdigest() == line["leaf_hash"]
    assert given.proof.index == line["leaf"]
    if given.head.size == line["head_size"]:
        assert given.head.root.hex() == line["head_root"]


async def test_a_reader_without_the_right_to_see_it_in_clear_gets_a_masked_value(office: Office) -> None:
    await _customer(office.bank)
    line = _field(await office.lines("audit"), "party_identifier", "value")
    assert line["shown"] == "masked"
    assert str(line["after"]).startswith("•••")
    assert "710319" not in str(line["after"])


async def test_a_forensic_auditor_gets_it_in_clear(office: Office) -> None:
    await _customer(office.bank)
    reader = with_roles(office.bank.auditor, "forensic_auditor")
    line = _field(await office.lines("audit", reader), "party_identifier", "value")
    assert line["shown"] == "clear"
    assert str(line["after"]).replace("/", "") == BIRTH_NUMBER.replace("/", "")


@pytest.mark.parametrize("form", list(Format))
async def test_no_format_holds_what_its_reader_may_not_see(office: Office, form: Format) -> None:
    await _customer(office.bank)
    content, made = await office.made("audit", form)
    assert made.lines > 0
    assert BIRTH_NUMBER.encode() not in unpacked(content, form)
    assert BIRTH_NUMBER.replace("/", "").encode() not in unpacked(content, form)


async def test_an_erased_value_says_so(office: Office) -> None:
    party = await _customer(office.bank)
    tenant = office.bank.tenant.id
    await office.platform.run(office.bank.system, lambda ctx: destroy_keys(ctx.session, tenant, [party.id], ctx.now))
    line = _field(await office.lines("audit"), "party", "name")
    assert (line["after"], line["shown"]) == ("‹erased›", "erased")
    chinese = _field(await office.lines("audit", locale="zh_CN"), "party", "name")
    assert chinese["after"] == "‹已清除›"


async def test_what_a_report_shows_is_itself_in_the_log(office: Office) -> None:
    party = await _customer(office.bank)
    await office.lines("audit", subjects=(party.id,))
    reads = await office.lines("personal-data", subjects=(party.id,), actors=(office.bank.auditor.id,))
    assert {line["record_id"] for line in reads} == {str(party.id)}
    assert "name" in str(reads[0]["fields_read"])


@pytest.mark.parametrize(
    ("filters", "actions"),
    [
        ({"actions": ("team.*",)}, {"team.create"}),
        ({"actions": ("customer.create",)}, {"customer.create"}),
        ({"outcome": "denied"}, {"access.deny"}),
        ({"since": NOW + timedelta(seconds=1)}, set()),
        ({"until": NOW + timedelta(seconds=1), "actions": ("team.create",)}, {"team.create"}),
        ({"rulesets": ("0" * 64,)}, set()),
    ],
)
async def test_filters_narrow_the_report(office: Office, filters: dict[str, Any], actions: set[str]) -> None:
    await _customer(office.bank)
    with pytest.raises(NotAllowed):
        await office.bank.record(actor=office.bank.auditor)
    assert {line["action"] for line in await office.lines("audit", **filters)} == actions


def test_an_action_nobody_knows_is_refused() -> None:
    with pytest.raises(FilterMalformed):
        Filters(actions=("customer.buy",))


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(PeriodEmpty):
        Filters(since=NOW, until=NOW)


async def test_another_institution_is_not_in_it(
    office: Office, platform: Platform, database: Database, engines: Engines
) -> None:
    stranger = await another_bank(platform, engines.owner(database))
    await stranger.customer(person("Cizí Zákazník"))
    await _customer(office.bank)
    await office.sequencer.drain(stranger.tenant.id)
    lines = await office.lines("audit", with_roles(office.bank.auditor, "forensic_auditor"))
    assert "Cizí Zákazník" not in {line.get("after") for line in lines}
    assert str(stranger.manager.id) not in {line["actor_id"] for line in lines}

"""Parties of the record against lists in force: who is found, on what, and when they are looked for again."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from backend.access.errors import NotAllowed
from backend.audit.models import AuditEntry
from backend.core.ids import new_id
from backend.customers import service as customers
from backend.customers.inputs import IdentifierInput, NameInput, PartyChanges
from backend.screening import queries, service, subjects
from backend.screening.alerts.findings import standing
from backend.screening.alerts.models import ScreeningAlert
from backend.screening.lists.entity import EntityKind
from backend.screening.matching.subject import Subject
from backend.screening.models import ListKind, ScreenedParty
from tests.factories import customers as make
from tests.factories import screening
from tests.factories.screening import ENTRIES


@pytest.fixture
async def listed(people: make.Bank) -> make.Bank:
    """A bank that screens against the list of three."""
    await screening.set_up(people.platform, people.system)
    await screening.load(people.platform, people.system)
    return people


async def _alerts(bank: make.Bank, party_id: UUID) -> list[ScreeningAlert]:
    async with bank.platform.transaction(bank.system) as ctx:
        rows = await ctx.session.scalars(select(ScreeningAlert).where(col(ScreeningAlert.party_id) == party_id))
        return list(rows)


async def _standing(bank: make.Bank, party_id: UUID) -> ScreenedParty:
    return (await bank.run(bank.system, queries.standings, [party_id]))[party_id]


@pytest.mark.parametrize(
    ("given", "ref"),
    [
        (make.person("Teodor Morvane", birth_date=date(1974, 2, 4)), "P-1"),
        (make.person("Фёдор Морван"), "P-1"),
        (
            make.person("Somebody Else", identifiers=[{"type": "passport", "value": "A 123 4567", "country": "IR"}]),
            "P-1",
        ),
        (make.person("QARAMANLI Zubeida"), "P-2"),
        (make.organisation("Korval Ocean Lines Ltd"), "P-3"),
    ],
)
async def test_listed_party_is_alerted(listed: make.Bank, given: Any, ref: str) -> None:
    party = await listed.record(given)
    done = await listed.run(listed.officer, service.screen_party, party.id, "request")
    assert done.recorded.opened == 1
    assert [alert.entity_ref for alert in await _alerts(listed, party.id)] == [ref]


async def test_name_in_another_script_of_the_record_is_screened_too(listed: make.Bank) -> None:
    names = [{"full_name": "Jan Novák"}, {"full_name": "Teodor Morvane", "kind": "alias"}]
    party = await listed.record(make.person(names=names))
    done = await listed.run(listed.system, service.screen_party, party.id, "request")
    assert done.recorded.opened == 1


async def test_other_birth_date_clears_a_namesake(listed: make.Bank) -> None:
    party = await listed.record(make.person("Teodor Morvane", birth_date=date(1999, 9, 9), gender="female"))
    done = await listed.run(listed.system, service.screen_party, party.id, "request")
    assert (done.parties, done.recorded.opened) == (1, 0)


async def test_ordinary_party_raises_nothing_and_is_known_as_screened(listed: make.Bank) -> None:
    party = await listed.record(make.person("Jana Dvořáková"))
    await listed.run(listed.system, service.screen_party, party.id, "request")
    assert await _alerts(listed, party.id) == []
    assert (await _standing(listed, party.id)).state == 1


async def test_alert_names_list_version_and_entry_as_loaded(listed: make.Bank) -> None:
    party = await listed.record(make.person("Teodor Morvane"))
    await listed.run(listed.system, service.screen_party, party.id, "request")
    (alert,) = await _alerts(listed, party.id)
    (of,) = await listed.run(listed.officer, queries.lists)
    entity = await listed.run(listed.officer, queries.entity_at, of.list.id, alert.entity_ref, alert.entity_digest)
    assert alert.list_version_id == of.in_force.id
    assert entity.remarks == "Minister"


async def test_without_a_list_nobody_counts_as_screened(people: make.Bank) -> None:
    party = await people.record()
    assert await people.run(people.system, service.ensure_screened, [party.id], "onboarding") is False
    assert await people.run(people.system, queries.standings, [party.id]) == {}


async def test_party_is_screened_again_when_a_name_is_added(listed: make.Bank) -> None:
    party = await listed.record(make.person("Jan Novák"))
    await listed.run(listed.system, service.ensure_screened, [party.id], "onboarding")
    before = await _standing(listed, party.id)
    await listed.run(listed.manager, customers.add_name, party.id, NameInput(full_name="Teodor Morvane", kind="alias"))
    await listed.run(listed.system, service.ensure_screened, [party.id], "onboarding")
    after = await _standing(listed, party.id)
    assert after.facts_digest != before.facts_digest
    assert len(await _alerts(listed, party.id)) == 1


async def test_party_is_not_screened_again_while_nothing_moved(listed: make.Bank, clock: Any) -> None:
    party = await listed.record(make.person("Jan Novák"))
    await listed.run(listed.system, service.ensure_screened, [party.id], "onboarding")
    before = (await _standing(listed, party.id)).screened_at
    clock.advance(timedelta(hours=1))
    await listed.run(listed.system, service.ensure_screened, [party.id], "onboarding")
    assert (await _standing(listed, party.id)).screened_at == before


async def test_party_is_screened_again_when_a_list_moved_on(listed: make.Bank) -> None:
    party = await listed.record(make.person("Ruvald Teskov"))
    await listed.run(listed.system, service.ensure_screened, [party.id], "onboarding")
    await screening.load(listed.platform, listed.system, {**ENTRIES, "P-4": "P-4,person,Ruvald Teskov,,,,,,"})
    await listed.run(listed.system, service.ensure_screened, [party.id], "onboarding")
    assert [alert.entity_ref for alert in await _alerts(listed, party.id)] == ["P-4"]


async def test_merged_party_is_left_out(listed: make.Bank) -> None:
    assert (await listed.run(listed.system, service.screen_party, UUID(int=7), "request")).parties == 0


async def test_standing_of_a_pep_list_is_no_sanction(people: make.Bank) -> None:
    await screening.set_up(people.platform, people.system, "PEP", ListKind.PEP)
    await screening.load(people.platform, people.system, code="PEP")
    party = await people.record(make.person("Teodor Morvane"))
    await people.run(people.system, service.screen_party, party.id, "request")
    (alert,) = await _alerts(people, party.id)
    assert (alert.list_kind, alert.list_code) == ("pep", "PEP")


async def test_digest_of_facts_is_keyed_by_institution(listed: make.Bank) -> None:
    subject = Subject(("Jan Novák",), EntityKind.PERSON)
    async with listed.platform.transaction(listed.system) as ctx:
        ours = subjects.facts_digest(ctx, subject)
    async with listed.platform.transaction(replace(listed.system, tenant_id=new_id())) as ctx:
        theirs = subjects.facts_digest(ctx, subject)
    assert ours != theirs


async def test_order_of_names_does_not_change_the_digest(listed: make.Bank) -> None:
    async with listed.platform.transaction(listed.system) as ctx:
        one, other = [
            subjects.facts_digest(ctx, Subject(names, EntityKind.PERSON)) for names in (("A", "B"), ("B", "A"))
        ]
    assert one == other


async def test_identifier_of_the_record_reaches_the_facts(listed: make.Bank) -> None:
    party = await listed.record(make.person("Jan Novák"))
    given = IdentifierInput(type="passport", value="Z9000001", country="CZ")
    await listed.run(listed.manager, customers.add_identifier, party.id, given)
    facts = await listed.run(listed.system, subjects.facts_of, [party.id])
    assert [one.value for one in facts[party.id].subject.identifiers] == ["Z9000001"]


async def test_person_who_screens_is_noted_as_having_read_the_names_in_one_entry(listed: make.Bank) -> None:
    parties = [(await listed.record(make.person(name))).id for name in ("Jan Novák", "Eva Malá")]
    await listed.run(listed.officer, service.screen_parties, parties, "request")
    async with listed.platform.transaction(listed.system) as ctx:
        reads = await ctx.session.scalars(
            select(AuditEntry.reads).where(
                AuditEntry.action == "personal_data.read", AuditEntry.actor_id == listed.officer.id
            )
        )
        noted = list(reads)
    assert len(noted) == 1
    assert all(str(party) in noted[0] for party in parties)


async def test_manager_does_not_screen(listed: make.Bank) -> None:
    party = await listed.record()
    with pytest.raises(NotAllowed):
        await listed.run(listed.manager, service.screen_party, party.id, "request")


async def test_name_is_tried_without_leaving_a_trace_of_an_alert(listed: make.Bank) -> None:
    hits = await listed.run(listed.officer, service.try_names, Subject(("Teodor Morvane",), EntityKind.PERSON))
    assert [(hit.match.entity.id, hit.list.code, hit.match.entity.remarks) for hit in hits] == [
        ("P-1", "TEST", "Minister")
    ]
    async with listed.platform.transaction(listed.system) as ctx:
        assert (await ctx.session.scalars(select(ScreeningAlert))).all() == []


async def test_trying_a_name_is_on_record(listed: make.Bank) -> None:
    await listed.run(listed.officer, service.try_names, Subject(("Nobody Here",), EntityKind.PERSON))
    async with listed.platform.transaction(listed.system) as ctx:
        noted = await ctx.session.scalars(select(AuditEntry.actor_id).where(AuditEntry.action == "screening.check"))
        assert noted.all() == [listed.officer.id]


async def test_alert_lapses_when_the_record_is_corrected(listed: make.Bank) -> None:
    party = await listed.record(make.person("Teodor Morvane"))
    await listed.run(listed.system, service.screen_party, party.id, "request")
    corrected = PartyChanges(birth_date=date(1999, 9, 9), gender="female")
    await listed.run(listed.manager, customers.edit_party, party.id, corrected)
    done = await listed.run(listed.system, service.screen_party, party.id, "party_changed")
    assert done.recorded.obsolete == 1
    assert (await listed.run(listed.system, standing, [party.id]))[party.id].open == 0

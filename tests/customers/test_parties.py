"""Recording and changing parties."""

import pytest
from sqlalchemy import text

from backend.access.errors import NotAllowed
from backend.core.errors import Invalid
from backend.customers import queries, service
from backend.customers.errors import (
    ContactRepeated,
    DateInFuture,
    FieldNotForKind,
    IdentifierCheckDigit,
    IdentifierContradicts,
    IdentifierCountryMissing,
    IdentifierNotForKind,
    IdentifierRepeated,
    InputInvalid,
    LegalNameNeeded,
    PartyNotFound,
    PhoneImpossible,
    SourceTaken,
)
from backend.customers.inputs import ContactInput, CountryInput, IdentifierInput, NameInput, PartyChanges, RelationInput
from tests.factories.customers import BIRTH_NUMBER, BORN, Bank, organisation, partner, person


def _full() -> dict[str, object]:
    return {
        "birth_date": BORN.isoformat(),
        "gender": "male",
        "country": "CZ",
        "region": "Praha",
        "occupation": "Teacher",
        "identifiers": [{"type": "cz_birth_number", "value": BIRTH_NUMBER}],
        "addresses": [{"kind": "home", "text": "Dlouhá 1\n110 00 Praha", "country": "CZ", "region": "Praha"}],
        "contacts": [{"kind": "phone", "value": "601 123 456"}, {"kind": "email", "value": "jan@Example.com"}],
        "countries": [
            {"kind": "nationality", "country": "CZ"},
            {"kind": "tax_residency", "country": "CZ", "tax_number": "CZ7103192745"},
        ],
    }


async def test_a_recorded_person_reads_back_whole(bank: Bank) -> None:
    party = await bank.customer(person(**_full()))
    view = await bank.run(bank.manager, queries.party_view, party.id)
    assert (view.name, view.birth_date, view.region, view.occupation) == ("Jan Novák", "1971-03-19", "Praha", "Teacher")
    assert [(i.type, i.country, i.value, i.checked) for i in view.identifiers] == [
        ("cz_birth_number", "CZ", "7103192745", True)
    ]
    assert {(c.kind, c.value) for c in view.contacts} == {("phone", "+420601123456"), ("email", "jan@example.com")}
    assert view.addresses[0].text == "Dlouhá 1\n110 00 Praha"
    assert {(c.kind, c.country, c.tax_number) for c in view.countries} == {
        ("nationality", "CZ", None),
        ("tax_residency", "CZ", "CZ7103192745"),
    }
    assert view.customer.stage == "prospect"
    assert view.customer.number.startswith("C")


async def test_a_name_comes_in_several_scripts(bank: Bank) -> None:
    names = [{"full_name": "王小明"}, {"full_name": "Wang Xiaoming", "kind": "transliteration"}]
    party = await bank.customer(person(names=names))
    view = await bank.run(bank.manager, queries.party_view, party.id)
    assert [(n.script, n.display_name, n.family_name) for n in view.names] == [
        ("Hani", "王小明", "王"),
        ("Latn", "Wang Xiaoming", None),
    ]


async def test_nothing_personal_is_stored_in_clear(bank: Bank) -> None:
    await bank.customer(person("Zvláštní Příjmení", **_full()))
    async with bank.platform.transaction(bank.system) as ctx:
        dumped = ""
        for table in ("party", "party_name", "party_identifier", "party_address", "party_contact", "record_version"):
            rows = await ctx.session.execute(text(f"SELECT t::text FROM {table} t"))
            dumped += "".join(row[0] for row in rows)
    for secret in ("Příjmení", "7103192745", "Dlouhá", "601123456", "jan@example.com"):
        assert secret not in dumped
        assert secret.encode().hex() not in dumped


@pytest.mark.parametrize(
    ("identifier", "error", "field"),
    [
        ({"type": "cz_birth_number", "value": "710319/2746"}, IdentifierCheckDigit, "identifiers.0.value"),
        ({"type": "lei", "value": "213800KUD8LAJWSQ9D15"}, IdentifierNotForKind, "identifiers.0.type"),
        ({"type": "passport", "value": "40123456"}, IdentifierCountryMissing, "identifiers.0.country"),
        ({"type": "pl_pesel", "value": "44051401359"}, IdentifierContradicts, "identifiers.0.value"),
    ],
)
async def test_a_wrong_identifier_is_refused_by_name(
    bank: Bank, identifier: dict[str, str], error: type[Invalid], field: str
) -> None:
    with pytest.raises(error) as refusal:
        await bank.record(person(birth_date=BORN.isoformat(), identifiers=[identifier]))
    assert refusal.value.field == field


async def test_an_impossible_phone_number_is_refused(bank: Bank) -> None:
    with pytest.raises(PhoneImpossible) as refusal:
        await bank.record(person(contacts=[{"kind": "phone", "value": "+420 101 123 456"}]))
    assert refusal.value.field == "contacts.0.value"


async def test_the_same_contact_twice_is_refused(bank: Bank) -> None:
    twice = [{"kind": "email", "value": "a@example.com"}, {"kind": "email", "value": "a@EXAMPLE.com"}]
    with pytest.raises(ContactRepeated):
        await bank.record(person(contacts=twice))


async def test_a_birth_date_in_the_future_is_refused(bank: Bank) -> None:
    with pytest.raises(DateInFuture):
        await bank.record(person(birth_date="2026-11-23"))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"country": "XX"}, "country"),
        ({"legal_form": "s.r.o."}, "legal_form"),
        ({"names": [{"full_name": "a\x00b"}]}, "names.0.full_name"),
        ({"names": []}, "names"),
        ({"nickname": "x"}, "nickname"),
        ({"names": [{"full_name": "A"}, {"full_name": "B"}]}, "names"),
    ],
)
def test_broken_input_names_its_field(given: dict[str, object], field: str) -> None:
    with pytest.raises(InputInvalid) as refusal:
        person(**given)
    assert refusal.value.field == field


async def test_a_reference_of_the_source_is_taken_once(bank: Bank) -> None:
    await bank.record(person(source_ref="17"))
    with pytest.raises(SourceTaken):
        await bank.record(person("Eva Malá", source_ref="17"))


async def test_an_auditor_records_nobody(bank: Bank) -> None:
    with pytest.raises(NotAllowed):
        await bank.record(person(), bank.auditor)


async def test_a_partner_sees_the_party_it_referred_and_no_other(bank: Bank) -> None:
    friend = partner(bank.tenant)
    mine, other = await bank.record(person(), friend), await bank.record(person("Eva Malá"))
    assert (await bank.run(friend, queries.party_view, mine.id)).name == "Jan Novák"
    with pytest.raises(PartyNotFound):
        await bank.run(friend, queries.party_view, other.id)


async def test_a_party_without_relationship_stands_in_the_book_of_who_recorded_it(bank: Bank) -> None:
    party = await bank.record()
    assert (await bank.run(bank.manager, queries.party_view, party.id)).name == "Jan Novák"
    with pytest.raises(PartyNotFound):
        await bank.run(bank.stranger, queries.party_view, party.id)


async def test_an_edit_changes_only_what_was_given(bank: Bank) -> None:
    party = await bank.customer(person(occupation="Teacher", country="CZ"))
    changes = PartyChanges(birth_date=BORN, occupation=None)
    await bank.run(bank.manager, service.edit_party, party.id, changes)
    view = await bank.run(bank.manager, queries.party_view, party.id)
    assert (view.birth_date, view.occupation, view.country, view.ver) == ("1971-03-19", None, "CZ", 2)


async def test_an_edit_that_changes_nothing_writes_nothing(bank: Bank) -> None:
    party = await bank.customer(person(birth_date=BORN.isoformat()))
    await bank.run(bank.manager, service.edit_party, party.id, PartyChanges(birth_date=BORN))
    assert (await bank.run(bank.manager, queries.party_view, party.id)).ver == 1


async def test_a_colleague_may_not_edit_my_customer(bank: Bank) -> None:
    party = await bank.customer()
    with pytest.raises(NotAllowed):
        await bank.run(bank.colleague, service.edit_party, party.id, PartyChanges(country="DE"))


async def test_an_organisation_has_no_birth_date(bank: Bank) -> None:
    party = await bank.customer(organisation())
    with pytest.raises(FieldNotForKind):
        await bank.run(bank.manager, service.edit_party, party.id, PartyChanges(birth_date=BORN))


async def test_an_edit_may_not_contradict_the_birth_number(bank: Bank) -> None:
    party = await bank.customer(person(identifiers=[{"type": "cz_birth_number", "value": BIRTH_NUMBER}]))
    with pytest.raises(IdentifierContradicts):
        await bank.run(bank.manager, service.edit_party, party.id, PartyChanges(birth_date=BORN.replace(day=20)))


async def test_a_new_legal_name_replaces_the_old_one(bank: Bank) -> None:
    party = await bank.customer(person("Eva Malá"))
    await bank.run(bank.manager, service.add_name, party.id, NameInput(full_name="Eva Velká"))
    view = await bank.run(bank.manager, queries.party_view, party.id)
    assert view.name == "Eva Velká"
    assert [(n.full_name, n.valid_to is None) for n in view.names] == [("Eva Malá", False), ("Eva Velká", True)]


async def test_the_legal_name_cannot_simply_end(bank: Bank) -> None:
    party = await bank.customer()
    name = (await bank.run(bank.manager, queries.names_of, [party.id]))[party.id][0]
    with pytest.raises(LegalNameNeeded):
        await bank.run(bank.manager, service.end_name, name.id, BORN)


async def test_an_identifier_is_added_once(bank: Bank) -> None:
    party = await bank.customer()
    passport = IdentifierInput(type="passport", value="40 123 456", country="CZ")
    await bank.run(bank.manager, service.add_identifier, party.id, passport)
    with pytest.raises(IdentifierRepeated):
        await bank.run(bank.manager, service.add_identifier, party.id, passport)


async def test_an_ended_contact_can_be_added_again(bank: Bank) -> None:
    party = await bank.customer()
    given = ContactInput(kind="email", value="a@example.com")
    row = await bank.run(bank.manager, service.add_contact, party.id, given)
    await bank.run(bank.manager, service.end_contact, row.id, BORN)
    await bank.run(bank.manager, service.add_contact, party.id, given)
    contacts = (await bank.run(bank.manager, queries.contacts_of, [party.id]))[party.id]
    assert [contact.valid_to for contact in contacts] == [BORN, None]


async def test_a_removed_country_leaves_its_versions(bank: Bank) -> None:
    party = await bank.customer()
    row = await bank.run(bank.manager, service.add_country, party.id, CountryInput(kind="nationality", country="CZ"))
    await bank.run(bank.manager, service.remove_country, row.id)
    assert (await bank.run(bank.manager, queries.countries_of, [party.id]))[party.id] == ()
    async with bank.platform.transaction(bank.system) as ctx:
        query = text("SELECT op FROM record_version WHERE record_id = :id ORDER BY ver")
        assert (await ctx.session.scalars(query, {"id": row.id})).all()[-1] == "delete"


async def test_a_party_becomes_a_customer_later(bank: Bank) -> None:
    party = await bank.record()
    relation = RelationInput(manager_id=bank.manager.id, team_id=bank.team.id)
    customer = await bank.run(bank.manager, service.open_customer, party.id, relation)
    view = await bank.run(bank.manager, queries.party_view, party.id)
    assert view.customer.id == customer.id

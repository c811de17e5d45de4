"""Recording a party and reading it back, as each role sees it."""

from typing import Any

import pytest
from sqlalchemy import text

from backend.core.actor import Actor
from backend.core.clock import FixedClock
from backend.edge.platform import Platform
from tests.api.conftest import PERSON, Door, person, statements
from tests.factories import customers as make
from tests.factories.customers import Bank

PARTY = """
query ($id: UUID!) {
  party(id: $id) {
    __typename
    name { value visibility field }
    ... on Person { birthDate { value visibility } }
    customer { number stage manager { name kind } team { name } }
    names { kind script fullName { value } }
    identifiers { type checked value { value visibility } }
    addresses { kind country text { value visibility } }
    contacts { kind value { value visibility } }
    countries { kind country { value visibility } }
    details { source gender version createdBy { name } }
    relationships { kind fromName toName fromParty { id } }
    stakes { fraction ownerName }
    documents { type }
    cases { number }
    accounts { number }
  }
}
"""


async def _recorded(door: Door, actor: Actor, **given: Any) -> dict[str, Any]:
    relation = {"managerId": str(actor.id), "stage": "PROSPECT"}
    data = await door.data(PERSON, actor, input=person(relation=relation, **given))
    answer: dict[str, Any] = data["recordParty"]
    return answer


async def test_a_recorded_person_is_answered_as_it_now_is(door: Door, bank: Bank) -> None:
    answer = await _recorded(door, bank.manager)
    assert answer["__typename"] == "Person"
    assert answer["name"] == {"value": "Anna Nováková", "visibility": "CLEAR"}


async def test_what_its_author_may_not_see_is_recorded_and_said_so(door: Door, bank: Bank) -> None:
    data = await door.data(PERSON, bank.manager, input=person(relation={"managerId": str(bank.colleague.id)}))
    assert data["recordParty"]["code"] == "graphql.written_unseen"


async def test_everything_of_a_party_is_read_in_one_query(door: Door, bank: Bank) -> None:
    party = await bank.customer(
        make.person(
            "Jan Novák",
            birth_date=make.BORN,
            identifiers=[{"type": "cz_birth_number", "value": make.BIRTH_NUMBER}],
            addresses=[{"kind": "home", "text": "Dlouhá 1\nPraha", "country": "CZ"}],
            contacts=[{"kind": "email", "value": "jan@example.com"}],
            countries=[{"kind": "nationality", "country": "CZ"}],
        )
    )
    found = (await door.data(PARTY, bank.manager, id=str(party.id)))["party"]
    assert found["identifiers"][0]["checked"] is True
    assert found["birthDate"]["value"] == make.BORN.isoformat()
    assert found["addresses"][0]["text"]["value"] == "Dlouhá 1\nPraha"
    assert found["contacts"][0]["value"] == {"value": "jan@example.com", "visibility": "CLEAR"}
    assert found["countries"][0]["country"]["value"] == "CZ"
    assert found["customer"]["manager"] == {"name": "manager", "kind": "STAFF"}
    assert found["customer"]["team"]["name"] == "Praha"
    assert (found["relationships"], found["documents"], found["cases"], found["accounts"]) == ([], [], [], [])


async def test_a_masked_identifier_says_that_it_is_masked(door: Door, bank: Bank) -> None:
    identifiers = [{"type": "cz_birth_number", "value": make.BIRTH_NUMBER}]
    party = await bank.customer(make.person(birth_date=make.BORN, identifiers=identifiers))
    query = "query ($id: UUID!) { party(id: $id) { identifiers { value { value visibility field } } } }"
    found = (await door.data(query, bank.auditor, id=str(party.id)))["party"]
    assert found["identifiers"][0]["value"] == {
        "value": "•••2745",
        "visibility": "MASKED",
        "field": "customer.national_id",
    }


async def test_a_hidden_field_is_null_and_not_even_selected(door: Door, bank: Bank, platform: Platform) -> None:
    party = await bank.customer()
    analyst = door.somebody("risk_analyst")
    query = "query ($id: UUID!) { party(id: $id) { addresses { text { value visibility } } contacts { id } } }"
    await bank.run(bank.manager, _add_address, party.id)
    with statements(platform) as sent:
        found = (await door.data(query, analyst, id=str(party.id)))["party"]
    assert found["addresses"] == [{"text": {"value": None, "visibility": "HIDDEN"}}]
    assert not any("party_address.text" in statement for statement in sent)


async def _add_address(ctx: Any, party_id: Any) -> None:
    from backend.customers import inputs, service

    given = inputs.AddressInput(kind="home", text="Dlouhá 1", country="CZ")
    await service.add_address(ctx, party_id, given)


async def test_a_refusal_is_an_answer_that_names_the_missing_right(door: Door, bank: Bank) -> None:
    answer = await _recorded(door, bank.auditor)
    assert answer["__typename"] == "NotAllowedProblem"
    assert (answer["object"], answer["action"]) == ("customer", "create")
    assert "relationship_manager" in answer["roles"]


async def test_a_wrong_input_is_an_answer_that_names_its_path(door: Door, bank: Bank) -> None:
    answer = await _recorded(door, bank.manager, identifiers=[{"type": "cz_birth_number", "value": "710319/2744"}])
    assert answer["__typename"] == "InvalidProblem"
    assert answer["field"].startswith("identifiers.0")


async def test_a_problem_speaks_the_language_of_the_reader(door: Door, bank: Bank) -> None:
    from dataclasses import replace

    answer = await _recorded(door, replace(bank.manager, locale="zh_CN"), names=[{"fullName": ""}])
    assert answer["__typename"] == "InvalidProblem"
    assert answer["code"] == "customer.input_invalid"


async def test_two_mutations_of_one_operation_see_each_other(door: Door, bank: Bank) -> None:
    party = await bank.customer()
    two = """
    mutation ($id: UUID!) {
      a: addContact(partyId: $id, input: {kind: EMAIL, value: "a@example.com"}) { ... on Party { contacts { id } } }
      b: addContact(partyId: $id, input: {kind: EMAIL, value: "b@example.com"}) { ... on Party { contacts { id } } }
    }
    """
    data = await door.data(two, bank.manager, id=str(party.id))
    assert [len(data[name]["contacts"]) for name in ("a", "b")] == [1, 2]


async def test_an_edit_changes_only_what_is_given(door: Door, bank: Bank) -> None:
    party = await bank.customer(make.person(occupation="teacher", gender="female"))
    edit = """
    mutation ($id: UUID!) {
      editParty(partyId: $id, input: {occupation: "judge"}) {
        ... on Party { details { occupation { value } gender } }
        ... on Problem { message }
      }
    }
    """
    details = (await door.data(edit, bank.manager, id=str(party.id)))["editParty"]["details"]
    assert details == {"occupation": {"value": "judge"}, "gender": "female"}


@pytest.mark.parametrize(
    ("tag", "answer"),
    [
        ("zh-CN", {"details": {"correspondenceLanguage": {"value": "zh_CN", "visibility": "CLEAR"}}}),
        ("cs", {"__typename": "InvalidProblem", "field": "correspondenceLanguage"}),
    ],
)
async def test_a_language_of_correspondence_is_taken_by_its_tag_or_refused(
    door: Door, bank: Bank, tag: str, answer: dict[str, Any]
) -> None:
    party = await bank.customer()
    edit = """
    mutation ($id: UUID!, $tag: String) {
      editParty(partyId: $id, input: {correspondenceLanguage: $tag}) {
        ... on Party { details { correspondenceLanguage { value visibility } } }
        ... on InvalidProblem { __typename field }
      }
    }
    """
    assert (await door.data(edit, bank.manager, id=str(party.id), tag=tag))["editParty"] == answer


async def test_the_language_of_the_past_is_told_by_its_field(door: Door, bank: Bank, clock: FixedClock) -> None:
    party = await bank.customer(make.person(correspondence_language="zh_CN"))
    query = """
    query ($id: UUID!, $at: DateTime!) { partyAsOf(id: $id, at: $at) { correspondenceLanguage { value } } }
    """
    found = await door.data(query, bank.officer, id=str(party.id), at=clock().isoformat())
    assert found["partyAsOf"] == {"correspondenceLanguage": {"value": "zh_CN"}}


async def test_reading_personal_data_is_noted_once_a_request(door: Door, bank: Bank, platform: Platform) -> None:
    party = await bank.customer()
    await door.data(PARTY, bank.auditor, id=str(party.id))
    async with platform.transaction(bank.system) as ctx:
        noted = text("SELECT count(*) FROM audit_entry WHERE action = 'personal_data.read' AND actor_id = :actor")
        assert await ctx.session.scalar(noted, {"actor": bank.auditor.id}) == 1


@pytest.mark.parametrize(
    ("role", "given", "family", "visibility"),
    [
        ("service_agent", "Anna", "Nováková", "CLEAR"),
        ("team_lead", "Anna", "Nováková", "CLEAR"),
        ("risk_analyst", "A•••", "N•••", "MASKED"),
    ],
)
async def test_a_plain_given_or_family_name_shows_no_more_than_its_visibility(
    door: Door, bank: Bank, role: str, given: str, family: str, visibility: str
) -> None:
    names = [{"full_name": "Anna Nováková", "given_name": "Anna", "family_name": "Nováková"}]
    party = await bank.customer(make.person(names=names))
    query = """
    query ($id: UUID!) {
      party(id: $id) { names { givenName familyName given { value visibility } family { value visibility } } }
    }
    """
    (name,) = (await door.data(query, make.with_roles(bank.lead, role), id=str(party.id)))["party"]["names"]
    assert (name["givenName"], name["familyName"]) == (given, family)
    assert name["given"] == {"value": given, "visibility": visibility}
    assert name["family"] == {"value": family, "visibility": visibility}


async def _fields_read(bank: Bank, actor: Actor) -> list[str]:
    async with bank.platform.transaction(bank.system) as ctx:
        noted = text("SELECT reads::jsonb FROM audit_entry WHERE action = 'personal_data.read' AND actor_id = :actor")
        reads = (await ctx.session.scalars(noted, {"actor": actor.id})).all()
    return sorted({field for entry in reads for read in entry for field in read["fields"]})


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("version source", []),
        ("occupation { value }", ["occupation"]),
        ("region { value }", ["city"]),
        ("correspondenceLanguage { value }", ["language"]),
        ("occupation { value } region { value }", ["city", "occupation"]),
    ],
)
async def test_details_read_no_personal_field_but_those_asked_for(
    door: Door, bank: Bank, asked: str, read: list[str]
) -> None:
    contacts = [{"kind": "email", "value": "a@example.com"}]
    said = {"occupation": "teacher", "region": "Praha", "correspondence_language": "en", "contacts": contacts}
    party = await bank.customer(make.person(**said))
    await door.data(
        f"query ($id: UUID!) {{ party(id: $id) {{ details {{ {asked} }} }} }}", bank.auditor, id=str(party.id)
    )
    summary = {"name"}  # every party of an answer is read with its name
    assert [field for field in await _fields_read(bank, bank.auditor) if field not in summary] == read


async def test_details_of_many_parties_are_read_together(door: Door, bank: Bank, platform: Platform) -> None:
    for number in range(4):
        await bank.customer(make.person(f"Jan Novák {number}", occupation="teacher"))
    query = """
    query ($first: Int!) {
      customers(first: $first) { nodes { party { details { version occupation { value } region { value } } } } }
    }
    """
    counts = []
    for first in (1, 4):
        with statements(platform) as sent:
            await door.data(query, bank.manager, first=first)
        counts.append(len(sent))
    assert counts[0] == counts[1]


async def test_a_hidden_detail_is_null_and_not_even_selected(door: Door, bank: Bank, platform: Platform) -> None:
    party = await bank.customer(make.person(occupation="teacher"))
    query = "query ($id: UUID!) { party(id: $id) { details { source occupation { value visibility } } } }"
    with statements(platform) as sent:
        found = (await door.data(query, bank.agent, id=str(party.id)))["party"]
    assert found["details"] == {"source": "test", "occupation": {"value": None, "visibility": "HIDDEN"}}
    assert not any("party.occupation" in statement for statement in sent)

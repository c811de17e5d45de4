"""What an actor sees of a party, and what the log keeps of it."""

from dataclasses import replace

import orjson
import pytest
from sqlalchemy import event, text

from backend.access.fields import Visibility
from backend.core.ids import new_id
from backend.customers import queries
from backend.customers.errors import EmailInvalid, PartyNotFound
from backend.customers.queries import BookFilters
from tests.factories.customers import BIRTH_NUMBER, BORN, Bank, organisation, person, with_roles

PAPERS = {
    "birth_date": BORN.isoformat(),
    "identifiers": [{"type": "cz_birth_number", "value": BIRTH_NUMBER}],
    "contacts": [{"kind": "phone", "value": "+420601123456"}, {"kind": "email", "value": "jan@example.com"}],
}


async def test_a_service_agent_sees_identifiers_masked(bank: Bank) -> None:
    party = await bank.customer(person(**PAPERS))
    view = await bank.run(bank.agent, queries.party_view, party.id)
    assert view.name == "Jan Novák"
    assert view.birth_date == "1971-••-••"
    assert view.identifiers[0].value == "•••2745"
    assert {contact.value for contact in view.contacts} == {"•••456", "j•••@example.com"}


async def test_a_risk_analyst_sees_no_identifier_at_all(bank: Bank) -> None:
    party = await bank.customer(person(**PAPERS))
    analyst = with_roles(bank.agent, "risk_analyst")
    view = await bank.run(analyst, queries.party_view, party.id)
    assert (view.name, view.identifiers[0].value, view.contacts[0].value) == ("J••• N•••", None, None)
    assert view.visible["national_id"] is Visibility.HIDDEN


async def test_hidden_columns_are_not_selected(bank: Bank) -> None:
    party = await bank.customer(person(**PAPERS))
    analyst, statements = with_roles(bank.agent, "risk_analyst"), []

    def note(_conn, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    engine = bank.platform.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        await bank.run(analyst, queries.contacts_of, [party.id])
        hidden = " ".join(statements)
        statements.clear()
        await bank.run(bank.manager, queries.addresses_of, [party.id])
        shown = " ".join(statements)
        statements.clear()
        await bank.run(analyst, queries.addresses_of, [party.id])
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert "party_contact" in hidden
    assert "party_address.text" in shown
    assert "party_address.text" not in " ".join(statements)


async def test_a_manager_of_another_team_sees_nothing(bank: Bank) -> None:
    party = await bank.customer()
    with pytest.raises(PartyNotFound):
        await bank.run(bank.stranger, queries.party_view, party.id)


async def test_loaders_leave_out_what_may_not_be_seen(bank: Bank) -> None:
    mine, foreign = await bank.customer(), await bank.record(person("Eva Malá"), bank.stranger)
    known = await bank.run(bank.manager, queries.names_of, [mine.id, foreign.id])
    assert list(known) == [mine.id]


async def test_an_administrator_sees_no_customer(bank: Bank) -> None:
    party = await bank.customer()
    with pytest.raises(PartyNotFound):
        await bank.run(bank.administrator, queries.party_view, party.id)


async def test_every_field_shown_is_in_the_log(bank: Bank) -> None:
    party = await bank.customer(person(**PAPERS))
    await bank.run(bank.agent, queries.party_view, party.id)
    async with bank.platform.transaction(bank.system) as ctx:
        query = text("SELECT reads FROM audit_entry WHERE action = 'personal_data.read' AND actor_id = :a")
        reads = orjson.loads(await ctx.session.scalar(query, {"a": bank.agent.id}))
    assert reads == [
        {"type": "party", "id": str(party.id), "fields": ["birth_date", "email", "name", "national_id", "phone"]}
    ]


async def test_a_batch_costs_as_many_queries_as_one_party(bank: Bank) -> None:
    parties = [await bank.customer(person(f"Jan Novák {place}")) for place in "abcdef"]
    counted: list[int] = []
    for ids in ([parties[0].id], [party.id for party in parties]):
        statements: list[str] = []

        def note(_conn, _cursor, statement, *_rest, kept=statements) -> None:
            if "ruleset_stamp" not in statement:
                kept.append(statement)

        engine = bank.platform.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        assert len(await bank.run(bank.officer, queries.names_of, ids)) == len(ids)
        event.remove(engine, "before_cursor_execute", note)
        counted.append(len(statements))
    assert counted[0] == counted[1]


@pytest.mark.parametrize("typed", ["novák", "NOVAK jan", "j novak", "jan"])
async def test_a_name_is_found_by_its_words(bank: Bank, typed: str) -> None:
    party = await bank.customer()
    page = await bank.run(bank.manager, queries.search, typed)
    assert [hit.id for hit in page.items] == [party.id]


async def test_a_chinese_name_is_found_by_its_pinyin(bank: Bank) -> None:
    party = await bank.customer(person("王小明"))
    page = await bank.run(bank.manager, queries.search, "wang xiaoming")
    assert [(hit.id, hit.name) for hit in page.items] == [(party.id, "王小明")]


async def test_words_of_two_different_names_are_no_answer(bank: Bank) -> None:
    names = [{"full_name": "Jan Novák"}, {"full_name": "Petr Malý", "kind": "alias"}]
    await bank.customer(person(names=names))
    assert (await bank.run(bank.manager, queries.search, "jan malý")).items == ()


async def test_an_empty_search_finds_nobody(bank: Bank) -> None:
    await bank.customer()
    assert (await bank.run(bank.officer, queries.search, " - ")).items == ()


async def test_search_pages_are_disjoint_and_complete(bank: Bank) -> None:
    recorded = [await bank.customer(person(f"Jan {name}")) for name in ("Malý", "Velký", "Starý", "Nový", "Tichý")]
    found, after = [], None
    while True:
        page = await bank.run(bank.officer, queries.search, "jan", after, 2)
        found += [hit.id for hit in page.items]
        after = page.after
        if after is None:
            break
    assert found == [party.id for party in recorded]


async def test_search_stays_within_the_actors_scope(bank: Bank) -> None:
    await bank.customer()
    assert (await bank.run(bank.stranger, queries.search, "novák")).items == ()


async def test_an_identifier_finds_its_holder_however_it_is_typed(bank: Bank) -> None:
    party = await bank.customer(person(**PAPERS))
    for typed in ("7103192745", "710319/2745", " 710319 2745 "):
        assert [hit.id for hit in await bank.run(bank.officer, queries.by_identifier, typed)] == [party.id]


async def test_phone_and_email_find_their_holder(bank: Bank) -> None:
    party = await bank.customer(person(**PAPERS))
    assert [hit.id for hit in await bank.run(bank.officer, queries.by_phone, "601 123 456", "CZ")] == [party.id]
    assert [hit.id for hit in await bank.run(bank.officer, queries.by_email, "JAN@example.com")] == [party.id]
    with pytest.raises(EmailInvalid):
        await bank.run(bank.officer, queries.by_email, "jan")


async def test_another_bank_finds_nobody(bank: Bank) -> None:
    await bank.customer(person(**PAPERS))
    foreign = replace(bank.officer, tenant_id=new_id())
    assert await bank.run(foreign, queries.by_identifier, BIRTH_NUMBER) == ()


async def test_the_book_lists_its_own_customers_and_pages(bank: Bank) -> None:
    recorded = [await bank.customer(person(f"Jan {name}")) for name in ("Malý", "Velký", "Starý")]
    await bank.record(person("Eva Malá"), bank.stranger)
    first = await bank.run(bank.manager, queries.book, BookFilters(manager_id=bank.manager.id), None, 2)
    rest = await bank.run(bank.manager, queries.book, BookFilters(manager_id=bank.manager.id), first.after, 2)
    assert [item.id for item in (*first.items, *rest.items)] == [party.id for party in recorded]
    assert rest.after is None
    assert await bank.run(bank.manager, queries.book_count, BookFilters()) == 3


async def test_the_book_is_filtered(bank: Bank) -> None:
    await bank.customer()
    firm = await bank.customer(organisation(country="CZ"))
    page = await bank.run(bank.manager, queries.book, BookFilters(kind="organisation", country="CZ", stage="prospect"))
    assert [item.id for item in page.items] == [firm.id]
    assert (await bank.run(bank.manager, queries.book, BookFilters(stage="active"))).items == ()


async def test_a_customer_number_finds_its_customer(bank: Bank) -> None:
    party = await bank.customer()
    known = await bank.run(bank.manager, queries.customers_of, [party.id])
    page = await bank.run(bank.manager, queries.search, f" {known[party.id].number.lower()} ")
    assert [found.id for found in page.items] == [party.id]


async def test_a_customer_number_of_another_book_finds_nobody(bank: Bank) -> None:
    party = await bank.customer()
    known = await bank.run(bank.manager, queries.customers_of, [party.id])
    assert (await bank.run(bank.stranger, queries.search, known[party.id].number)).items == ()


async def test_a_phone_number_without_country_is_one_of_the_institutions_country(bank: Bank) -> None:
    party = await bank.customer(person(**PAPERS))
    found = await bank.run(bank.officer, queries.by_phone, "601 123 456")
    assert [one.id for one in found] == [party.id]

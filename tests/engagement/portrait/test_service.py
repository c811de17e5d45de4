"""One picture of a customer, from what every capability knows, and only as far as its reader may see."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.access.models import Tenant
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.core.money import Money
from backend.customers import service as customers
from backend.customers.errors import PartyNotFound
from backend.customers.inputs import PartyChanges, RelationshipInput
from backend.customers.models import Party, RelationshipKind
from backend.edge.platform import Platform
from backend.engagement.portrait import service, sources
from backend.engagement.portrait.errors import LifeEventDayOutOfRange, LifeEventUnknown, LifeEventWithdrawn
from backend.engagement.portrait.service import Portrait
from backend.engagement.portrait.sources import Fact
from backend.engagement.segments import service as segments
from backend.holdings.contracts import NewHolding, record_holdings
from tests.conftest import NOW
from tests.factories import ledger
from tests.factories.catalogue import approved_product
from tests.factories.customers import BORN, Bank, open_bank, person, with_roles

SOON = date(2026, 12, 24)


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> Bank:
    return await open_bank(platform, tenant)


@pytest.fixture
async def party(bank: Bank) -> Party:
    made = await bank.customer(person(birth_date=date(1980, 12, 24)))
    lines = ((date(2026, 9, 1), 1_000), (date(2026, 11, 1), 500))
    await ledger.book(bank, *((on, "credit", amount, None, None) for on, amount in lines), party=made)
    return made


async def seen(bank: Bank, actor: Any, party: Party) -> Portrait:
    found: Portrait = await bank.run(actor, service.portrait, party.id)
    return found


def values(portrait: Portrait, code: str) -> list[Any]:
    return [fact.value for fact in portrait.facts if fact.code == code]


async def test_what_is_held_is_told_with_its_day_and_source(bank: Bank, party: Party) -> None:
    portrait = await seen(bank, bank.manager, party)
    balance = next(fact for fact in portrait.facts if fact.code == "balance")
    assert balance.value == Money(Decimal("1500.00"), "CZK")
    assert (balance.source, balance.on, portrait.as_of) == ("facts", date(2026, 11, 1), date(2026, 11, 1))


async def test_the_balance_is_drawn_month_by_month(bank: Bank, party: Party) -> None:
    portrait = await seen(bank, bank.manager, party)
    assert [(each.on, each.amount) for each in portrait.balances] == [
        (date(2026, 9, 30), Decimal(1000)),
        (date(2026, 10, 31), Decimal(1000)),
        (date(2026, 11, 1), Decimal(1500)),
    ]


async def test_a_birthday_is_only_for_who_sees_the_date_in_clear(bank: Bank, party: Party) -> None:
    analyst = with_roles(bank.officer, "risk_analyst")
    assert values(await seen(bank, bank.manager, party), "birthday") == [SOON]
    assert values(await seen(bank, analyst, party), "birthday") == []


async def test_who_may_not_see_holdings_is_told_of_none(bank: Bank, party: Party) -> None:
    reader = with_roles(bank.agent, "service_agent")
    portrait = await seen(bank, reader, party)
    sees = bank.platform.policy.scopes(reader, "view", "holding")
    assert bool(portrait.balances) == bool(sees)
    assert bool(values(portrait, "balance")) == bool(sees)


async def test_a_customer_of_another_book_has_no_portrait(bank: Bank, party: Party) -> None:
    with pytest.raises(PartyNotFound):
        await seen(bank, bank.stranger, party)


async def test_contracts_are_told_by_the_names_of_their_products(bank: Bank, party: Party) -> None:
    async def sell(ctx: Context) -> None:
        (version,) = await approved_product(ctx, "savings", date(2024, 1, 1))
        await record_holdings(
            ctx, new_id(), [NewHolding("h1", party.id, "savings", version, "deposit", "CZK", date(2025, 5, 5))]
        )

    await bank.run(bank.system, sell)
    fact = next(each for each in (await seen(bank, bank.manager, party)).facts if each.code == "product.savings")
    assert (fact.value, fact.on, fact.words is not None) == (1, date(2025, 5, 5), True)


async def test_the_segment_stands_in_the_picture(bank: Bank, party: Party) -> None:
    await bank.run(bank.system, segments.run_rules)
    told = values(await seen(bank, bank.manager, party), "segment")
    assert told == ["Everyday banking"]


async def test_ties_name_the_other_and_open_their_record(bank: Bank, party: Party) -> None:
    spouse = await bank.customer(person("Marie Nováková"))
    given = RelationshipInput(from_id=party.id, to_id=spouse.id, kind=RelationshipKind.SPOUSE)
    await bank.run(bank.manager, customers.add_relationship, given)
    tie = next(fact for fact in (await seen(bank, bank.manager, party)).facts if fact.group == "ties")
    assert (tie.code, tie.value, tie.record) == ("spouse_of", "Marie Nováková", ("customer", spouse.id))


async def test_a_recorded_event_is_told_with_its_note(bank: Bank, party: Party) -> None:
    await bank.run(bank.manager, service.record_event, party.id, "marriage", date(2026, 6, 6), " In Praha ")
    fact = next(fact for fact in (await seen(bank, bank.manager, party)).facts if fact.code == "event.marriage")
    assert (fact.value, fact.reasons, fact.source) == (date(2026, 6, 6), ("In Praha",), "people")


async def test_an_event_taken_back_is_told_no_more(bank: Bank, party: Party) -> None:
    row = await bank.run(bank.manager, service.record_event, party.id, "child", date(2026, 6, 6), None)
    await bank.run(bank.manager, service.withdraw_event, row.id)
    assert values(await seen(bank, bank.manager, party), "event.child") == []
    with pytest.raises(LifeEventWithdrawn):
        await bank.run(bank.manager, service.withdraw_event, row.id)


@pytest.mark.parametrize(
    ("kind", "on", "refused"),
    [("illness", NOW.date(), LifeEventUnknown), ("child", date(2100, 1, 1), LifeEventDayOutOfRange)],
)
async def test_an_event_needs_a_known_word_and_a_day(
    bank: Bank, party: Party, kind: str, on: date, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        await bank.run(bank.manager, service.record_event, party.id, kind, on, None)


async def test_an_auditor_records_no_events(bank: Bank, party: Party) -> None:
    with pytest.raises(NotAllowed):
        await bank.run(bank.auditor, service.record_event, party.id, "child", NOW.date(), None)


async def test_a_registered_source_adds_its_facts(bank: Bank, party: Party) -> None:
    async def told(_: Context, __: Any) -> list[Fact]:
        return [Fact("next", "test_only", "call", "test")]

    sources.register("test_only", told)
    try:
        assert values(await seen(bank, bank.manager, party), "test_only") == ["call"]
    finally:
        sources._SOURCES.pop("test_only")


async def test_the_picture_takes_as_many_queries_for_much_as_for_little(bank: Bank, party: Party) -> None:
    """Ties, products and events are read in one query each, however many there are."""
    little = await counted(bank, party)
    for place in range(3):
        relative = await bank.customer(person(f"Relative {place}", birth_date=BORN))
        given = RelationshipInput(from_id=party.id, to_id=relative.id, kind=RelationshipKind.PARENT)
        await bank.run(bank.manager, customers.add_relationship, given)
        await bank.run(bank.manager, service.record_event, party.id, "child", date(2020 + place, 1, 1), None)
        await ledger.book(bank, (date(2026, 10, 1), "credit", 100, None, None), party=party)
    assert await counted(bank, party) <= little + 2


async def counted(bank: Bank, party: Party) -> int:
    statements = 0

    def count(*_: Any) -> None:
        nonlocal statements
        statements += 1

    engine = bank.platform.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        await seen(bank, bank.manager, party)
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return statements


async def test_the_language_is_told_with_the_day_on_which_it_was_said(
    bank: Bank, party: Party, clock: FixedClock
) -> None:
    clock.advance(timedelta(days=3))
    said = PartyChanges(correspondence_language="zh_CN")
    await bank.run(bank.manager, customers.edit_party, party.id, said)
    clock.advance(timedelta(days=3))
    await bank.run(bank.manager, customers.edit_party, party.id, PartyChanges(occupation="baker"))
    fact = next(each for each in (await seen(bank, bank.manager, party)).facts if each.code == "language")
    assert (fact.value, fact.source, fact.on) == ("zh_CN", "record", (NOW + timedelta(days=3)).date())


async def test_a_language_that_nobody_said_is_told_as_by_country(bank: Bank, party: Party) -> None:
    fact = next(each for each in (await seen(bank, bank.manager, party)).facts if each.code == "language")
    assert (fact.value, fact.source, fact.reasons) == ("en", "rules", ("By country",))


async def test_a_language_is_only_for_who_sees_the_field(bank: Bank, party: Party) -> None:
    assert values(await seen(bank, with_roles(bank.officer, "risk_analyst"), party), "language") == []

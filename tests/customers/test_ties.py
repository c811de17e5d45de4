"""Relationships, stakes and what they mean for ownership."""

from datetime import date
from fractions import Fraction

import pytest

from backend.access.errors import NotAllowed
from backend.core.ids import new_id
from backend.customers import queries, service
from backend.customers.errors import (
    EndsBeforeStart,
    InputInvalid,
    PersonNotOwnable,
    RelationshipRepeated,
    StakesExceedWhole,
    TieToSelf,
)
from backend.customers.inputs import RelationshipInput, StakeInput, parse
from backend.customers.models import Party
from tests.factories.customers import Bank, organisation, person, with_roles

TODAY = date(2026, 11, 22)


async def _stake(bank: Bank, owner: Party, owned: Party, fraction: str | None, kind: str = "shares") -> object:
    given = StakeInput(owner_id=owner.id, owned_id=owned.id, kind=kind, fraction=fraction)
    return await bank.run(bank.manager, service.add_stake, given)


async def test_owners_are_found_through_layers_with_their_paths(bank: Bank) -> None:
    anna = await bank.customer(person("Anna Bílá"))
    holding, firm = await bank.customer(organisation("Holding a.s.")), await bank.customer(organisation(country="CZ"))
    await _stake(bank, holding, firm, "0.8")
    await _stake(bank, anna, holding, "0.5")
    view = await bank.run(bank.manager, queries.beneficial_owners, firm.id)
    assert [(owner.name, owner.interest, owner.grounds) for owner in view.owners] == [
        ("Anna Bílá", Fraction(2, 5), ("interest",))
    ]
    assert view.owners[0].paths[0].names == ("Anna Bílá", "Holding a.s.", "Škoda a syn s.r.o.")
    assert view.unexplained == Fraction(3, 5)
    assert len(view.ruleset) == 64


async def test_owners_in_a_circle_are_found(bank: Bank) -> None:
    anna = await bank.customer(person("Anna Bílá"))
    first, second = await bank.customer(organisation("A a.s.")), await bank.customer(organisation("B a.s."))
    await _stake(bank, second, first, "0.5")
    await _stake(bank, first, second, "0.2")
    await _stake(bank, anna, second, "0.8")
    view = await bank.run(bank.manager, queries.beneficial_owners, first.id)
    assert [owner.interest for owner in view.owners] == [Fraction(4, 9)]


async def test_directors_stand_in_when_nobody_qualifies(bank: Bank) -> None:
    firm, boss = await bank.customer(organisation()), await bank.customer(person("Eva Malá"))
    await bank.run(
        bank.manager, service.add_relationship, RelationshipInput(from_id=boss.id, to_id=firm.id, kind="director")
    )
    view = await bank.run(bank.manager, queries.beneficial_owners, firm.id)
    assert (view.fallback, [owner.party_id for owner in view.owners]) == (True, [boss.id])


async def test_an_ended_stake_counts_no_more(bank: Bank) -> None:
    anna, firm = await bank.customer(person("Anna Bílá")), await bank.customer(organisation())
    stake = await _stake(bank, anna, firm, "0.6")
    await bank.run(bank.manager, service.end_stake, stake.id, TODAY)
    view = await bank.run(bank.manager, queries.beneficial_owners, firm.id)
    assert (view.owners, view.unexplained) == ((), 1)


async def test_shares_never_exceed_the_whole(bank: Bank) -> None:
    anna, ben = await bank.customer(person("Anna Bílá")), await bank.customer(person("Ben Černý"))
    firm = await bank.customer(organisation())
    await _stake(bank, anna, firm, "0.6")
    with pytest.raises(StakesExceedWhole):
        await _stake(bank, ben, firm, "0.41")
    await _stake(bank, ben, firm, "0.4")
    await _stake(bank, ben, firm, "1", "votes")


async def test_a_person_has_no_owner(bank: Bank) -> None:
    anna, ben = await bank.customer(person("Anna Bílá")), await bank.customer(person("Ben Černý"))
    with pytest.raises(PersonNotOwnable):
        await _stake(bank, anna, ben, "0.5")


async def test_nobody_owns_themselves(bank: Bank) -> None:
    firm = await bank.customer(organisation())
    with pytest.raises(TieToSelf):
        await _stake(bank, firm, firm, "0.5")


def test_shares_need_a_fraction() -> None:
    with pytest.raises(InputInvalid) as refusal:
        parse(StakeInput, {"owner_id": str(new_id()), "owned_id": str(new_id()), "kind": "shares"})
    assert refusal.value.field == "fraction"


async def test_a_relationship_is_recorded_once_and_ends(bank: Bank) -> None:
    child, guardian = await bank.customer(person("Malý Novák")), await bank.customer(person("Eva Malá"))
    given = RelationshipInput(from_id=guardian.id, to_id=child.id, kind="guardian", valid_from=date(2020, 1, 1))
    row = await bank.run(bank.manager, service.add_relationship, given)
    with pytest.raises(RelationshipRepeated):
        await bank.run(bank.manager, service.add_relationship, given)
    with pytest.raises(EndsBeforeStart):
        await bank.run(bank.manager, service.end_relationship, row.id, date(2019, 1, 1))
    await bank.run(bank.manager, service.end_relationship, row.id, TODAY)
    ties = await bank.run(bank.manager, queries.relationships_of, [child.id, guardian.id])
    assert [[(tie.from_name, tie.to_name, tie.valid_to) for tie in group] for group in ties.values()] == [
        [("Eva Malá", "Malý Novák", TODAY)]
    ] * 2


async def test_an_officer_reads_ties_and_changes_none(bank: Bank) -> None:
    child, guardian = await bank.customer(person("Malý Novák")), await bank.customer(person("Eva Malá"))
    given = RelationshipInput(from_id=guardian.id, to_id=child.id, kind="guardian")
    with pytest.raises(NotAllowed):
        await bank.run(bank.officer, service.add_relationship, given)


async def test_an_analyst_sees_shares_without_names_and_an_agent_neither(bank: Bank) -> None:
    anna, firm = await bank.customer(person("Anna Bílá")), await bank.customer(organisation())
    await _stake(bank, anna, firm, "0.6")
    analyst = with_roles(bank.agent, "risk_analyst")
    shown = await bank.run(analyst, queries.beneficial_owners, firm.id)
    assert (shown.owners[0].name, shown.owners[0].interest) == ("A••• B•••", Fraction(3, 5))
    assert await bank.run(bank.agent, queries.stakes_of, [firm.id]) == {}

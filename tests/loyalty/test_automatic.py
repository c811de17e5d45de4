"""What the records say and what is booked: the same, in whichever order and however often they are looked at."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import hypothesis.strategies as st
import pytest
from hypothesis import given

from backend.core.ids import new_id
from backend.core.money import Money
from backend.loyalty.automatic import GONE, Booked, Changes, Place, changes, place_of
from backend.loyalty.sources import Earned

PARTY = UUID(int=1)
DAY = date(2026, 11, 1)
PLACE = Place("survey", "survey", "a")


def crowns(amount: int) -> Money:
    return Money(Decimal(amount), "CZK")


def record(key: str, amount: int = 100) -> Earned:
    return Earned(PARTY, key, DAY + timedelta(days=len(key)), crowns(amount))


class Book:
    """A ledger that does what it is told, and keeps everything."""

    def __init__(self) -> None:
        self.rows: list[Booked] = []

    def bring_to(self, wanted: dict[Place, Earned]) -> Changes:
        found = changes(wanted, self.rows)
        self.rows = [replace(row, undone_as=GONE) if row.id in found.undo else row for row in self.rows]
        for each in found.earn:
            amount = each.record.amount
            self.rows.append(Booked(new_id(), each.place.reference(each.number), each.record.on, amount, None))
        return found

    def standing(self) -> dict[Place, Money | None]:
        placed = [(place_of(row.reference), row) for row in self.rows if row.undone_as is None]
        assert len({place for place, _ in placed}) == len(placed)
        return {place[0]: row.amount for place, row in placed if place is not None}


_worlds = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 5), max_size=6)


def world(amounts: dict[str, int]) -> dict[Place, Earned]:
    return {Place("survey", "survey", key): record(key, amount) for key, amount in amounts.items()}


@given(st.lists(_worlds, min_size=1, max_size=6))
def test_the_ledger_says_what_the_records_say_whatever_came_before(history: Sequence[dict[str, int]]) -> None:
    book = Book()
    for amounts in history:
        book.bring_to(world(amounts))
        assert book.standing() == {place: each.amount for place, each in world(amounts).items()}


@given(_worlds)
def test_a_second_look_changes_nothing(amounts: dict[str, int]) -> None:
    book = Book()
    book.bring_to(world(amounts))
    assert book.bring_to(world(amounts)) == Changes((), ())


@given(_worlds, st.randoms(use_true_random=False))
def test_the_order_in_which_records_come_does_not_matter(amounts: dict[str, int], chance: object) -> None:
    keys = list(amounts)
    chance.shuffle(keys)  # type: ignore[attr-defined] - hypothesis gives a random.Random
    one, other, seen = Book(), Book(), {}
    one.bring_to(world(amounts))
    for key in keys:
        seen[key] = amounts[key]
        other.bring_to(world(seen))
    assert one.standing() == other.standing()


def test_no_reference_is_used_twice() -> None:
    book = Book()
    for amounts in ({"a": 1}, {}, {"a": 1}, {"a": 2}, {}, {"a": 2}):
        book.bring_to(world(amounts))
    references = [row.reference for row in book.rows]
    assert references == ["auto/survey/survey/a"] + [f"auto/survey/survey/a/{number}" for number in (2, 3, 4)]


def test_what_a_person_reversed_stays_reversed() -> None:
    row = Booked(new_id(), PLACE.reference(1), DAY, crowns(100), None, "fraud")
    assert changes({PLACE: record("a")}, [row]) == Changes((), ())


def test_what_somebody_booked_is_left_alone() -> None:
    row = Booked(new_id(), "pay-1", DAY, crowns(100), None)
    assert changes({}, [row]) == Changes((), ())


@pytest.mark.parametrize("number", [1, 2, 17])
def test_a_reference_says_its_place(number: int) -> None:
    assert place_of(PLACE.reference(number)) == (PLACE, number)

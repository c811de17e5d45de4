"""The ledger's arithmetic, and any history of it: no points appear, vanish or go negative."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, precondition, rule

from backend.core.ids import new_id
from backend.loyalty import postings
from backend.loyalty.models import Account, PostingKind
from backend.loyalty.postings import Lot, Posting

TODAY = date(2026, 11, 22)
A, B, C = (UUID(int=number) for number in (1, 2, 3))


def lot(lot_id: UUID, left: int, expires_in: int = 100) -> Lot:
    return Lot(lot_id, left, TODAY - timedelta(days=10), TODAY + timedelta(days=expires_in))


def taken(posting: Posting) -> list[tuple[UUID | None, int]]:
    return [(line.lot_id, line.points) for line in posting.lines if line.account is Account.MEMBER]


def test_the_points_that_expire_first_are_spent_first() -> None:
    found = postings.burned([lot(A, 50, 300), lot(B, 30, 20), lot(C, 40, 90)], 60, TODAY)
    assert found is not None
    assert taken(found) == [(B, -30), (C, -30)]


def test_points_whose_last_day_is_over_cannot_be_spent_even_before_they_are_written_off() -> None:
    assert postings.burned([lot(A, 50, 0), lot(B, 10)], 20, TODAY) is None


def test_only_lots_whose_last_day_is_over_expire() -> None:
    found = postings.expired([lot(A, 50, 0), lot(B, 10, 1)], TODAY)
    assert found is not None
    assert taken(found) == [(A, -50)]


def test_nothing_expires_where_nothing_is_left() -> None:
    assert postings.expired([lot(A, 0, -5)], TODAY) is None


def test_a_reversed_earning_takes_its_own_points_first_and_tells_what_was_spent() -> None:
    found = postings.earning_reversed([lot(A, 20), lot(B, 30)], A, 100)
    assert taken(found) == [(A, -20), (B, -30)]
    assert (found.points, found.uncovered) == (50, 50)


def test_a_reversed_spending_goes_back_where_it_came_from() -> None:
    found = postings.burning_reversed(C, [(lot(A, 0), 40)], TODAY, 30)
    assert (taken(found), found.expires_on) == ([(A, 40)], None)


def test_points_given_back_after_they_expired_get_some_days() -> None:
    found = postings.burning_reversed(C, [(lot(A, 0, -3), 40), (lot(B, 0), 5)], TODAY, 30)
    assert taken(found) == [(B, 5), (C, 40)]
    assert found.expires_on == TODAY + timedelta(days=30)


class Book:
    """The ledger as the database keeps it, in a few lines."""

    def __init__(self) -> None:
        self.lots: dict[UUID, Lot] = {}
        self.accounts = dict.fromkeys(Account, 0)

    def apply(self, posting: Posting, posting_id: UUID, today: date) -> None:
        for line in posting.lines:
            self.accounts[line.account] += line.points
            if line.lot_id == posting_id and posting.expires_on is not None:
                self.lots[posting_id] = Lot(posting_id, line.points, today, posting.expires_on)
            elif line.lot_id is not None:
                known = self.lots[line.lot_id]
                self.lots[line.lot_id] = replace(known, left=known.left + line.points)


class Histories(RuleBasedStateMachine):
    earnings: Any = Bundle("earnings")
    burnings: Any = Bundle("burnings")

    @initialize()
    def begin(self) -> None:
        self.book, self.today = Book(), TODAY
        self.issued = 0
        self.spent: dict[UUID, tuple[tuple[UUID, int], ...]] = {}
        self.points: dict[UUID, int] = {}

    def _post(self, posting: Posting, posting_id: UUID) -> None:
        assert sum(line.points for line in posting.lines) == 0
        self.book.apply(posting, posting_id, self.today)

    @rule(target=earnings, points=st.integers(1, 500), days=st.integers(1, 40))
    def earn(self, points: int, days: int) -> UUID:
        posting_id = new_id()
        self._post(postings.earned(posting_id, points, self.today + timedelta(days=days)), posting_id)
        self.points[posting_id] = points
        self.issued += points
        return posting_id

    @rule(target=burnings, points=st.integers(1, 700))
    def burn(self, points: int) -> UUID:
        posting_id, lots = new_id(), list(self.book.lots.values())
        found = postings.burned(lots, points, self.today)
        could = postings.available(lots, self.today)
        assert (found is None) == (points > could)
        self.spent[posting_id] = ()
        if found is not None:
            self._post(found, posting_id)
            self.spent[posting_id] = tuple((lot, -count) for lot, count in taken(found) if lot is not None)
        return posting_id

    @rule(days=st.integers(1, 30))
    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule()
    def expire(self) -> None:
        found = postings.expired(self.book.lots.values(), self.today)
        if found is not None:
            self._post(found, new_id())
        assert postings.expired(self.book.lots.values(), self.today) is None

    @rule(earning=consumes(earnings))
    def reverse_earning(self, earning: UUID) -> None:
        before = self.book.accounts[Account.MEMBER]
        found = postings.earning_reversed(list(self.book.lots.values()), earning, self.points[earning])
        assert found.kind is PostingKind.REVERSE
        assert found.points + found.uncovered == self.points[earning]
        assert found.points == min(before, self.points[earning])
        self._post(found, new_id())

    @rule(burning=consumes(burnings))
    def reverse_burning(self, burning: UUID) -> None:
        if not self.spent[burning]:
            return
        before, posting_id = self.book.accounts[Account.MEMBER], new_id()
        spent = [(self.book.lots[lot], count) for lot, count in self.spent[burning]]
        self._post(postings.burning_reversed(posting_id, spent, self.today, 30), posting_id)
        assert self.book.accounts[Account.MEMBER] == before + sum(count for _, count in spent)

    @precondition(lambda self: self.issued > 0)
    @rule()
    def leave(self) -> None:
        found = postings.forfeited(self.book.lots.values())
        if found is not None:
            self._post(found, new_id())
        assert self.book.accounts[Account.MEMBER] == 0

    @invariant()
    def nothing_appears_or_vanishes(self) -> None:
        assert sum(self.book.accounts.values()) == 0
        assert self.book.accounts[Account.ISSUED] == -self.issued

    @invariant()
    def nobody_owes_points(self) -> None:
        assert all(each.left >= 0 for each in self.book.lots.values())
        assert self.book.accounts[Account.MEMBER] == sum(each.left for each in self.book.lots.values())


Histories.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None, derandomize=True)
TestHistories = Histories.TestCase


def test_a_posting_that_moves_nothing_has_no_lines() -> None:
    found = postings.earning_reversed([], A, 10)
    assert (found.points, found.uncovered, found.lines) == (0, 10, ())

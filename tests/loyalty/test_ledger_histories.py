"""Any history through the services and a real database, beside a ledger kept by the simplest means there are."""

import asyncio
from collections.abc import Awaitable, Iterator
from datetime import date, timedelta
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as examples
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from backend.access.directory import create_tenant
from backend.core.clock import FixedClock
from backend.core.database import Database
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.edge.platform import Platform, open_platform
from backend.loyalty import service
from backend.loyalty.errors import NotEnoughPoints, NothingEarned
from backend.loyalty.models import LoyaltyPosting
from backend.loyalty.queries import figures, ledger
from tests.conftest import NOW
from tests.factories import loyalty as made
from tests.factories import onboarding as make

T = TypeVar("T")


class Desk:
    """The platform on a loop of its own, so that a machine that knows no loop can work with it."""

    def __init__(self, settings_: Settings, database: Database) -> None:
        self.loop = asyncio.new_event_loop()
        self.database, self.clock = database, FixedClock(NOW)
        self.platform: Platform = self.do(open_platform(settings_, clock=self.clock, database=database))

    def do(self, work: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await work

        return self.loop.run_until_complete(awaited())

    async def bank(self) -> make.Bank:
        engine = create_async_engine(self.database.owner)
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            slug = f"bank-{new_id().hex[-12:]}"
            tenant = await create_tenant(session, slug=slug, name="B", jurisdiction="CZ", currency="CZK", now=NOW)
        await engine.dispose()
        return await make.bank(self.platform, tenant)

    def close(self) -> None:
        self.do(self.platform.engine.dispose())
        self.loop.close()


class Points(RuleBasedStateMachine):
    """Kept beside: for each earning one number of points left and its last day, spent one by one in that order."""

    desk: ClassVar[Desk]
    earnings: Any = Bundle("earnings")
    burnings: Any = Bundle("burnings")

    @initialize()
    def begin(self) -> None:
        self.bank = self.desk.do(self.desk.bank())
        self.party = self.desk.do(made.member(self.bank))
        self.clock = self.desk.clock
        self.left: dict[UUID, int] = {}
        self.ends: dict[UUID, date] = {}
        self.member: UUID | None = None
        self.counted = 0

    @property
    def today(self) -> date:
        return self.clock().date()

    def _order(self, *, usable: bool) -> list[UUID]:
        lots = [lot for lot in self.left if not usable or self.ends[lot] > self.today]
        return sorted(lots, key=lambda lot: self.ends[lot])

    def _take(self, points: int, lots: list[UUID]) -> list[UUID]:
        gone = []
        for lot in lots:
            while self.left[lot] and len(gone) < points:
                self.left[lot] -= 1
                gone.append(lot)
        return gone

    @rule(target=earnings, crowns=st.integers(25, 9000), days_ago=st.integers(0, 31))
    def earn(self, crowns: int, days_ago: int) -> LoyaltyPosting | None:
        day = self.today - timedelta(days=days_ago)
        try:
            row = self.desk.do(made.earned(self.bank, self.party, crowns, booked_on=day))
        except NothingEarned:
            return None
        assert row.expires_on is not None
        self.left[row.id], self.ends[row.id], self.member = row.points, row.expires_on, row.member_id
        return row

    @rule(earning=earnings)
    def repeat(self, earning: LoyaltyPosting | None) -> None:
        if earning is not None:
            again = made.earned(self.bank, self.party, str(earning.amount), earning.reference)
            assert self.desk.do(again).id == earning.id

    @rule(target=burnings, steps=st.integers(2, 10))
    def burn(self, steps: int) -> tuple[LoyaltyPosting, list[UUID]] | None:
        usable = self._order(usable=True)
        could = sum(self.left[lot] for lot in usable)
        try:
            row = self.desk.do(made.spent(self.bank, self.party, steps * 50))
        except NotEnoughPoints:
            assert steps * 50 > could
            return None
        return row, self._take(steps * 50, usable)

    @rule(steps=st.integers(2, 6))
    def burn_at_once(self, steps: int) -> None:
        usable = self._order(usable=True)
        could = sum(self.left[lot] for lot in usable)

        async def both() -> list[Any]:
            asked = (made.spent(self.bank, self.party, steps * 50) for _ in range(3))
            return list(await asyncio.gather(*asked, return_exceptions=True))

        taken = sum(isinstance(each, LoyaltyPosting) for each in self.desk.do(both()))
        assert taken == min(3, could // (steps * 50))
        self._take(taken * steps * 50, usable)

    @rule(days=st.integers(20, 400))
    def wait(self, days: int) -> None:
        self.clock.advance(timedelta(days=days))

    @rule()
    def expire(self) -> None:
        self.desk.do(self.bank.run("system", service.expire_due))
        for lot in self._order(usable=False):
            self.left[lot] = 0 if self.ends[lot] <= self.today else self.left[lot]

    @rule(earning=consumes(earnings))
    def reverse_earning(self, earning: LoyaltyPosting | None) -> None:
        if earning is None:
            return
        undone = self.desk.do(self._reverse(earning))
        others = [lot for lot in self._order(usable=False) if lot != earning.id]
        assert len(self._take(earning.points, [earning.id, *others])) == undone.points

    @rule(burning=consumes(burnings))
    def reverse_burning(self, burning: tuple[LoyaltyPosting, list[UUID]] | None) -> None:
        if burning is None:
            return
        row, lots = burning
        undone = self.desk.do(self._reverse(row))
        assert undone.points == row.points
        for lot in lots:
            back = lot if self.ends[lot] > self.today else undone.id
            self.left[back] = self.left.get(back, 0) + 1
            self.ends.setdefault(back, self.today + timedelta(days=30))

    async def _reverse(self, row: LoyaltyPosting) -> LoyaltyPosting:
        self.counted += 1
        found: LoyaltyPosting = await self.bank.run("lead", service.reverse, row.id, "fraud", f"back-{self.counted}")
        return found

    @invariant()
    def the_books_agree(self) -> None:
        totals = self.desk.do(self.bank.run("system", figures.totals))
        assert sum(totals.values()) == 0
        assert totals.get("member", 0) == sum(self.left.values())
        assert self.desk.do(self.bank.run("system", figures.unproven)) == []

    @invariant()
    def every_lot_is_where_it_should_be(self) -> None:
        if self.member is not None:
            lots = self.desk.do(self.bank.run("system", ledger.lots, self.member))
            assert {lot.id: lot.left for lot in lots} == {lot: left for lot, left in self.left.items() if left}


@pytest.fixture(scope="module")
def desk(settings: Settings, database: Database) -> Iterator[Desk]:
    opened = Desk(settings, database)
    yield opened
    opened.close()


def test_no_history_makes_points_appear_vanish_or_go_negative(desk: Desk) -> None:
    """A failure is not made smaller: each try is a walk through the database."""
    Points.desk = desk
    run_state_machine_as_test(
        Points,
        settings=examples(
            max_examples=8,
            stateful_step_count=20,
            phases=(Phase.explicit, Phase.generate),
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )

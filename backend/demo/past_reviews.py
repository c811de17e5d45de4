"""Reviews of the demonstration bank's customers since its rules of rating are in force: called by the calendar of those
whom it took over first, or asked for by a colleague; most ended in time, some late, the last ones still open.

Made from a seed. Each step happens on its own day, through the services that people use.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.core.actor import Actor
from backend.core.clock import FixedClock
from backend.core.periods import months_later
from backend.customers.models import Customer, Party
from backend.demo.applications import RATED_SINCE
from backend.demo.cases import Story
from backend.jobs.reviewing import open_all_due
from backend.reviews import service
from backend.reviews.models import Answer, Depth, Outcome, Review, ReviewState, TriggerKind
from backend.reviews.queries import reviews
from backend.reviews.queries.plan import running
from backend.reviews.service import Verdict
from backend.risk import service as risk
from backend.risk.models import Cause
from backend.screening.alerts import queries as alerts

_SEED: Final = 52
_KNOWN: Final = 240
"""So many are rated on one day that it is a take-over, whose reviews the calendar spreads."""
_A_MONTH: Final = (3, 5)
_TAKEN_AFTER: Final = (1, 4)
_EARLY: Final = (2, 9)
_LATE: Final = (2, 12)
"""Days: from the opening until somebody takes it, and how long before or after its last day it ends."""
_LATE_SHARE: Final = 0.15
_REVIEWERS: Final = ("lucie", "martin", "li")
_WORDS: Final = (
    "Asks for a larger loan; is what we know of the income still right?",
    "Moved house and changed jobs.",
    "Wants to begin with securities; please look at the file first.",
    "Married; the name and the papers changed.",
)
_SEEN: Final = "The payslips and the tenancy agreement were seen."
_KEPT: Final = (
    Verdict(outcome=Outcome.KEEP, reason="nothing_moved"),
    Verdict(outcome=Outcome.KEEP, reason="explained", words=_SEEN),
)


_ANY: Final = reviews.ReviewFilter(states=frozenset(ReviewState))
_OPEN: Final = reviews.ReviewFilter(states=frozenset({ReviewState.OPEN}))
_PAGE: Final = 200


async def tell(story: Story, system: Actor) -> None:
    """Once, before the portfolio is rated as of today; a demonstration that is started again finds them."""
    platform = story.platform
    if await platform.run(system, lambda ctx: reviews.reviews_count(ctx, _ANY)):
        return
    course = _Course(story, system, random.Random(_SEED), platform.clock())  # noqa: S311 - a story, no secret
    known = await platform.run(system, _settled)
    first = partial(risk.rate, party_ids=[party_id for party_id, _ in known], cause=Cause.PORTFOLIO)
    await course.on(RATED_SINCE).platform.run(system, first)
    managed = [(party_id, manager) for party_id, manager in known if manager in course.logins]
    course.chance.shuffle(managed)
    for day in _months(RATED_SINCE, course.now.date()):
        await course.month(day, [managed.pop() for _ in range(course.days(_A_MONTH)) if managed])


def _months(since: date, until: date) -> list[date]:
    """The same day of each month after `since` and before `until`."""
    days = (months_later(since, number) for number in range(1, 12 * (until.year - since.year + 1)))
    return [day for day in days if day < until]


async def _settled(ctx: Context) -> list[tuple[UUID, UUID | None]]:
    """Customers about whom no list left a question open, and their managers."""
    query = select(col(Customer.party_id), col(Customer.manager_id)).join(
        Party, col(Party.id) == col(Customer.party_id)
    )
    rows = (await ctx.session.execute(query.where(running()).order_by(col(Customer.party_id)).limit(_KNOWN))).all()
    standing = await alerts.standing(ctx, [row.party_id for row in rows])
    return [(row.party_id, row.manager_id) for row in rows if not standing[row.party_id].open]


@dataclass(frozen=True, slots=True)
class _Course:
    story: Story
    system: Actor
    chance: random.Random
    now: datetime

    @property
    def logins(self) -> dict[UUID | None, str]:
        return {user.id: login for login, user in self.story.staff.items()}

    def on(self, day: date, hour: int = 9) -> Story:
        clock = FixedClock(datetime.combine(day, time(hour, 10), UTC))
        return replace(self.story, platform=replace(self.story.platform, clock=clock))

    def days(self, of: tuple[int, int]) -> int:
        return self.chance.randint(*of)

    async def month(self, day: date, wanted: Sequence[tuple[UUID, UUID | None]]) -> None:
        """What the calendar calls and what colleagues ask for on a day, each to its end."""
        then = self.on(day)
        await open_all_due(then.platform, self.system, lambda *_: None)
        for party_id, manager in wanted:
            ask = partial(service.open_review, kind=TriggerKind.REQUEST, words=self.chance.choice(_WORDS))
            await then.act(self.logins[manager], partial(ask, party_id=party_id))
        for row in await then.platform.run(self.system, lambda ctx: reviews.reviews(ctx, _OPEN, limit=_PAGE)):
            if row.opened_at.date() == day:
                await self._ended(row, day)

    async def _ended(self, row: Review, day: date) -> None:
        """Whatever would end after today is still open."""
        login, other = self.chance.sample(_REVIEWERS, 2)
        begun = day + timedelta(days=self.days(_TAKEN_AFTER))
        late = self.chance.random() < _LATE_SHARE
        away = self.days(_LATE) if late else -self.days(_EARLY)
        done = max(row.due_at.date() + timedelta(days=away), begun)
        verdict = self.chance.choice(_KEPT)
        if done + timedelta(days=1) >= self.now.date():
            return
        await self.on(begun).act(login, partial(service.take, review_id=row.id))
        then = self.on(done, 11)
        await then.act(login, partial(_answered, review_id=row.id))
        ended = await then.decide(login, partial(service.propose, review_id=row.id, verdict=verdict))
        if ended.state == ReviewState.PENDING_APPROVAL:
            await self.on(done, 14).decide(other, partial(service.sign, review_id=row.id))


async def _answered(ctx: Context, review_id: UUID) -> None:
    row = await reviews.review(ctx, review_id)
    kind = await reviews.party_kind(ctx, row.party_id)
    for question in service.in_force(ctx).rules.asked(Depth(row.depth), kind):
        await service.answer(ctx, review_id, question, Answer.SATISFIED)

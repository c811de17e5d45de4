"""Complaints of the demonstration bank over two years, made from a seed: taken in, answered, made good, some open.

Each step happens on its own day: the story acts through a platform whose clock stands there.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, TypeVar
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.complaints import service, stages
from backend.complaints.calendars import WorkCalendar
from backend.complaints.models import Channel, Complaint, LetterKind, Outcome
from backend.complaints.ruleset import complaint_clocks
from backend.core.actor import Actor
from backend.core.money import Money
from backend.core.periods import months_later
from backend.customers.models import Customer, Stage
from backend.demo.cases import Story
from backend.jobs import complaints as jobs

T = TypeVar("T")
_SEED: Final = 20
_MONTHS: Final = 24
_A_MONTH: Final = 2
_RISE: Final = 6
_WHERE: Final = "CZ"
_HANDLERS: Final = ("lucie", "martin", "david")
_SECOND: Final = "helena"
_ANSWERED_AFTER: Final = (4, 22)
_LATE_AFTER: Final = 34
_STEP: Final = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class _Kind:
    category: str
    product: str | None
    details: str
    finding: str
    cause: str
    outcome: Outcome
    redress: int


_KINDS: Final = (
    _Kind(
        "fees",
        "current_account",
        "I was charged the monthly fee although my balance was above the limit.",
        "The limit was read on the wrong day. The fee is returned.",
        "system",
        Outcome.UPHELD,
        79,
    ),
    _Kind(
        "advice_and_sale",
        "equity_fund",
        "Nobody told me that the fund could lose so much.",
        "The risk was explained and signed for; the document was hard to read.",
        "unclear_information",
        Outcome.PARTLY_UPHELD,
        4000,
    ),
    _Kind(
        "claims",
        "motor",
        "My claim has been lying with you for two months.",
        "The expert's report was not asked for in time. Interest is paid for the delay.",
        "process",
        Outcome.UPHELD,
        1850,
    ),
    _Kind(
        "service",
        None,
        "I waited for an hour and was then sent away.",
        "The branch was open as announced; the queue was long on the last day of the month.",
        "expectation",
        Outcome.NOT_UPHELD,
        0,
    ),
    _Kind(
        "delays",
        "balanced_fund",
        "My order was carried out three days late, at a worse price.",
        "The order waited for a second signature that was not asked for. The difference is compensated.",
        "human_error",
        Outcome.UPHELD,
        31500,
    ),
)
_RISEN: Final = _Kind(
    "claims",
    "motor",
    "The hail damage to my car was assessed at half of what the garage asks.",
    "The garage's offer was not taken into account.",
    "process",
    Outcome.UPHELD,
    0,
)


async def tell(story: Story, system: Actor) -> None:
    """Once: the demonstration that is started again finds complaints, and leaves them alone."""
    if await story.platform.run(system, _any):
        return
    chance, today = random.Random(_SEED), story.platform.clock().date()  # noqa: S311 - a story, no secret
    people = await story.act("lucie", _customers)
    for month in range(_MONTHS, 0, -1):
        for _ in range(_A_MONTH):
            day = months_later(today, -month) + timedelta(days=chance.randrange(28))
            await _told(story, chance, chance.choice(_KINDS), chance.choice(people), day)
    for _ in range(_RISE):
        await _told(story, chance, _RISEN, chance.choice(people), today - timedelta(days=chance.randrange(2, 24)))
    await _stranger(story, today)
    for waiting in await story.platform.run(system, _waiting):
        await story.platform.run(system, lambda ctx, found=waiting: jobs.place_work(ctx, found))  # type: ignore[misc]
    await story.platform.run(system, lambda ctx: jobs.watch(ctx, 100))


async def _any(ctx: Context) -> bool:
    return await ctx.session.scalar(select(Complaint.id).limit(1)) is not None


async def _waiting(ctx: Context) -> list[UUID]:
    """Complaints that are owed an answer: work for colleagues."""
    return list(await ctx.session.scalars(select(Complaint.id).where(col(Complaint.state).in_(stages.RUNNING))))


async def _customers(ctx: Context) -> list[UUID]:
    query = select(Customer.party_id).where(Customer.stage == Stage.ACTIVE).order_by(col(Customer.number)).limit(200)
    return list(await ctx.session.scalars(query))


@dataclass(slots=True)
class _Course:
    """Acts on one complaint, on one day after the other, and never beyond today."""

    story: Story
    calendar: WorkCalendar
    today: date
    day: date
    last: datetime | None = None

    async def act(self, login: str, use_case: Callable[[Context], Awaitable[T]], *, after: int = 0) -> T | None:
        day = self.calendar.rolled(self.day + timedelta(days=after))
        if day > self.today:
            return None
        self.day = day
        morning = datetime.combine(day, time(8 + after % 6, 15), UTC)
        at = morning if self.last is None else max(morning, self.last + _STEP)
        at = self.last = min(at, self.story.platform.clock())
        platform = replace(self.story.platform, clock=lambda: at)
        return await platform.run(self.story.actor(login), use_case, serializable=True)


async def _told(story: Story, chance: random.Random, kind: _Kind, party_id: UUID, day: date) -> None:
    """As far as the days have gone; one in twelve is answered late, one in eight goes to the arbitrator."""
    now = story.platform.clock()
    calendar = complaint_clocks(story.platform.policies, _WHERE, day).rules.calendar
    course, handler = _Course(story, calendar, now.date(), calendar.rolled(day)), chance.choice(_HANDLERS)
    channel, vulnerable = chance.choice(list(Channel)[:5]), chance.random() < 0.1  # noqa: PLR2004 - a tenth
    given = service.ComplaintInput(
        channel=channel,
        category=kind.category,
        details=kind.details,
        party_id=party_id,
        product_code=kind.product,
        vulnerable=vulnerable,
        received_on=course.day,
    )
    late, arbitrated = chance.randrange(12) == 0, chance.randrange(8) == 0
    days = _LATE_AFTER if late else chance.randrange(*_ANSWERED_AFTER)
    row = await course.act(handler, lambda ctx: service.receive(ctx, given))
    if row is None or await _letter(course, handler, row.id, LetterKind.ACKNOWLEDGEMENT, 1) is None:
        return
    if await course.act(handler, lambda ctx: service.investigate(ctx, row.id), after=1) is None:
        return
    found = (kind.outcome, kind.cause, kind.finding)
    if await course.act(handler, lambda ctx: service.decide(ctx, row.id, *found), after=days) is None:
        return
    await _answer(course, handler, row.id, kind, arbitrated=arbitrated)


async def _answer(course: _Course, handler: str, complaint_id: UUID, kind: _Kind, *, arbitrated: bool) -> None:
    if not await _redressed(course, handler, complaint_id, kind.redress):
        return
    if await _letter(course, handler, complaint_id, LetterKind.FINAL_RESPONSE, 1) is None:
        return
    if arbitrated:
        await course.act(handler, lambda ctx: service.refer(ctx, complaint_id, "FA/2026"), after=20)
    await course.act(handler, lambda ctx: service.close(ctx, complaint_id), after=90 if arbitrated else 14)


async def _redressed(course: _Course, handler: str, complaint_id: UUID, crowns: int) -> bool:
    """Signed by the second person where the handler's authority ends; False while it waits."""
    if not crowns:
        return True
    money = Money(Decimal(crowns), "CZK")
    given = await course.act(handler, lambda ctx: service.propose(ctx, complaint_id, "compensation", money))
    if given is None:
        return False
    if given.needs_signature and await course.act(_SECOND, lambda ctx: service.sign(ctx, given.id), after=1) is None:
        return False
    return await course.act(handler, lambda ctx: service.pay(ctx, given.id), after=1) is not None


async def _letter(course: _Course, handler: str, complaint_id: UUID, kind: LetterKind, after: int) -> object:
    letter = await course.act(handler, lambda ctx: service.draft(ctx, complaint_id, kind), after=after)
    if letter is None:
        return None
    if (
        letter.needs_approval
        and await course.act(_SECOND, lambda ctx: service.approve(ctx, letter.id), after=1) is None
    ):
        return None
    return await course.act(handler, lambda ctx: service.send(ctx, letter.id, Channel.MAIL))


async def _stranger(story: Story, today: date) -> None:
    """Somebody who is no customer complains of a colleague, in Chinese."""
    given = service.ComplaintInput(
        channel=Channel.TELEPHONE,
        category="service",
        details="客户经理对我的询问置之不理。",
        complainant="王芳",
        contact="+420 777 000 111",
        staff=[story.staff["wang"].id],
        received_on=today,
        locale="zh_CN",
    )
    await story.act("david", lambda ctx: service.receive(ctx, given))

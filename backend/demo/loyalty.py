"""The loyalty programme of the demonstration bank over two years, made from a seed.

Customers join, pay by card month after month, spend, leave; contracts, years and answers earn by themselves; points
expire, tiers rise and fall, care is given. Each step happens on its own day: the story acts through a platform whose
clock stands there.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.core.actor import Actor
from backend.core.money import Money
from backend.core.periods import months_later
from backend.customers.models import Customer, Stage
from backend.customers.queries.sight import facts
from backend.demo.cases import Story
from backend.edge.platform import Platform
from backend.jobs import loyalty as jobs
from backend.loyalty import service
from backend.loyalty.consents import Agreement
from backend.loyalty.models import LoyaltyCareStep, LoyaltyMember, PostingKind
from backend.loyalty.queries import care, ledger, members

T = TypeVar("T")
_SEED: Final = 24
_MONTHS: Final = 26
_MEMBERS: Final = 9
_AGREED: Final = Agreement(1, "en", "in_person")
_DESK: Final = "david"
_MONTHLY: Final = (4_000, 9_000, 18_000, 30_000, 62_000)
"""What a member spends by card in a month, in crowns: most little, some much."""
_CAME: Final = (0, 0, 0, 0, 3, 6, 9, 12, 15, 18)
"""In which month of the story a member joins."""


async def tell(story: Story, system: Actor) -> None:
    """Once: the demonstration that is started again finds members, and leaves them alone."""
    if await story.platform.run(system, _any):
        return
    chance, now = random.Random(_SEED), story.platform.clock()  # noqa: S311 - a story, no secret
    people = await story.platform.run(system, _customers)
    enrolled = {party: (chance.choice(_CAME), chance.choice(_MONTHLY)) for party in people}
    first = months_later(now.date().replace(day=1), -_MONTHS)
    for month in range(_MONTHS + 1):
        day = months_later(first, month)
        await _month(_Desk(story, day, now), chance, enrolled, month)
        await _night(story, system, day, now)
    await _undo(story, people[0])
    await story.platform.run(system, lambda ctx: jobs.place_due(ctx, 100))


async def earn(story: Story, system: Actor) -> None:
    """What the stories told since earns by itself: surveys, contracts, years, friends who became customers."""
    await jobs.earn_all(story.platform, system, lambda *_: None)


async def _any(ctx: Context) -> bool:
    return await ctx.session.scalar(select(LoyaltyMember.id).limit(1)) is not None


async def _customers(ctx: Context) -> list[UUID]:
    query = select(Customer.party_id).where(Customer.stage == Stage.ACTIVE).order_by(col(Customer.number))
    return list(await ctx.session.scalars(query.limit(_MEMBERS)))


def _at(platform: Platform, moment: datetime) -> Platform:
    return replace(platform, clock=lambda: moment)


class _Desk:
    """The service desk in one month of the story; what lies after today does not happen."""

    def __init__(self, story: Story, month: date, now: datetime) -> None:
        self.story, self.month, self.now = story, month, now

    async def act(self, day: int, use_case: Callable[[Context], Awaitable[T]]) -> T | None:
        moment = datetime.combine(self.month + timedelta(days=day - 1), time(10, 30), UTC)
        if moment > self.now:
            return None
        return await _at(self.story.platform, moment).run(self.story.actor(_DESK), use_case)


async def _month(desk: _Desk, chance: random.Random, enrolled: dict[UUID, tuple[int, int]], month: int) -> None:
    for place, (party, (came, monthly)) in enumerate(enrolled.items()):
        reference = f"{desk.month:%Y-%m}:{place}"
        if month == came:
            await desk.act(2, partial(service.enrol, party_id=party, agreement=_AGREED))
            await desk.act(2, _earning(party, "welcome", reference, None))
        if month < came or _tired(place, month):
            continue
        crowns = Decimal(monthly * chance.randrange(60, 140) // 100)
        await desk.act(chance.randrange(3, 26), _earning(party, "card_payment", reference, crowns))
        if month > came and chance.randrange(7) == 0:
            await desk.act(27, _spending(party, chance.choice((500, 1000)), reference))


def _tired(place: int, month: int) -> bool:
    """Some stop using the card after a year: their points expire, and their tier falls."""
    tires, after = 5, 11
    return place % tires == tires - 1 and month > after


def _earning(party: UUID, code: str, reference: str, crowns: Decimal | None) -> Callable[[Context], Awaitable[object]]:
    paid = None if crowns is None else Money(crowns, "CZK")
    given = service.EarnInput(party_id=party, code=code, reference=f"{code}:{reference}", amount=paid)
    return lambda ctx: service.earn(ctx, given)


def _spending(party: UUID, points: int, reference: str) -> Callable[[Context], Awaitable[object]]:
    given = service.BurnInput(party_id=party, code="fee_credit", points=points, reference=f"order:{reference}")

    async def spent(ctx: Context) -> object:
        """Nothing, where there are not so many points."""
        _, held = (await members.standing(ctx, [party])).get(party, ("", 0))
        return await service.burn(ctx, given) if held >= points else None

    return spent


async def _night(story: Story, system: Actor, day: date, now: datetime) -> None:
    """Expiry and tiers, as by night; and the colleagues do what care was due."""
    moment = min(datetime.combine(day + timedelta(days=27), time(23, 50), UTC), now)
    platform = _at(story.platform, moment)
    await jobs.earn_all(platform, system, lambda *_: None)
    await jobs.expire_all(platform, system, lambda *_: None)
    await jobs.review_all_tiers(platform, system, lambda *_: None)
    due = await platform.run(system, lambda ctx: care.steps_due(ctx, moment.date(), 100))
    for step in due if moment < now else ():
        await _cared(story, platform, system, step)


async def _cared(story: Story, platform: Platform, system: Actor, step: LoyaltyCareStep) -> None:
    """By whoever manages the customer."""
    standing = await platform.run(system, lambda ctx: facts(ctx, step.party_id))
    login = next((name for name, user in story.staff.items() if user.id == standing.manager_id), None)
    if login is not None:
        words = "Spoke with the customer: content, and wants to hear about saving for the children."
        await platform.run(story.actor(login), lambda ctx: service.complete_step(ctx, step.id, words))


async def _undo(story: Story, party: UUID) -> None:
    """The newest reward was not delivered, and its points are given back."""

    async def undone(ctx: Context) -> None:
        member = await members.member_of(ctx, party)
        rows = [] if member is None else await ledger.statement(ctx, member.id)
        spent = next((row for row in rows if row.kind == PostingKind.BURN), None)
        if spent is not None:
            await service.reverse(ctx, spent.id, "reward_not_delivered", "back:1")

    await story.act(_DESK, undone)

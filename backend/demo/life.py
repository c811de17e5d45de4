"""The life of the demonstration bank's customers over two years, made from a seed: prospects that come and are followed
up, stages and warnings computed twice a year from the ledger as it stood, and what relationship managers did.

Each step happens on its own day: the story acts through a platform whose clock stands there.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.consent.rulesets import purposes_on
from backend.core.actor import Actor
from backend.core.periods import months_later
from backend.core.rulesets import NoRuleSetEffective
from backend.customers.inputs import ContactInput, NameInput, PartyInput
from backend.customers.models import ContactKind, Customer, PartyKind, Stage
from backend.customers.service.relations import assign_customer, customer_of
from backend.demo.cases import Story
from backend.edge.platform import Platform
from backend.engagement import portfolio
from backend.engagement.facts import as_of_day
from backend.engagement.prospects import service as prospects
from backend.engagement.prospects.models import Prospect, Source
from backend.engagement.prospects.queries import unknown_products
from backend.engagement.prospects.service import ConsentGiven, ProspectInput
from backend.engagement.stages import service as stages
from backend.engagement.stages.models import RunState
from backend.engagement.watch import queries as watch_list
from backend.engagement.watch import service as watch

T = TypeVar("T")
_SEED: Final = 21
_MONTHS: Final = 24
_A_MONTH: Final = 2
_EVERY: Final = 6
_PEOPLE: Final = ("jana", "tomas", "eva", "wang")
_WHERE: Final = "CZ"
_HANDLED: Final = 30
_GIVEN: Final = ("Petra", "Marek", "Lenka", "Josef", "Hana", "Pavel", "Ivana", "Radek", "Monika", "Libor")
_FAMILY: Final = ("Šimek", "Hrubý", "Vlk", "Blažek", "Kříž", "Sedlák", "Tichý", "Janda", "Bureš", "Kopecký", "Zeman")
_SOURCES: Final = (Source.CAMPAIGN, Source.REFERRAL, Source.PARTNER, Source.BRANCH, Source.WEB, Source.WEB)
_INTEREST: Final = ("current_account", "savings", "equity_fund", "balanced_fund", "motor", "consumer_loan")
_CAMPAIGN: Final = "welcome_bonus"
_GIVEN_UP: Final = 40
"""Days after which nobody tries to reach a prospect any more."""
_LOST: Final = ("not_interested", "went_elsewhere", "price", "not_reached")
_SAID: Final = ("Wants to compare three offers first.", "Will bring the papers next week.", "Asked about the fees.")
_DONE: Final = (
    ("called", "Sold a house; the money will come back."),
    ("offered", "A better rate on savings."),
    ("met", ""),
)


async def tell(story: Story, system: Actor) -> None:
    """Once: the demonstration that is started again finds prospects, and leaves them alone."""
    if await story.platform.run(system, _any):
        return
    chance, now = random.Random(_SEED), story.platform.clock()  # noqa: S311 - a story, no secret
    ledger_ends = await story.platform.run(system, as_of_day)
    interest = await story.platform.run(system, _sold)
    for month in range(_MONTHS, 0, -1):
        day = months_later(now.date(), -month)
        if month % _EVERY == 0:
            await _computed(story, system, chance, day, months_later(ledger_ends, -month))
        for _ in range(_A_MONTH):
            await _Course(story, now, day + timedelta(days=chance.randrange(28))).told(chance, system, interest)
    await _computed(story, system, chance, now.date(), ledger_ends)
    await _corrected(story)


async def _any(ctx: Context) -> bool:
    return await ctx.session.scalar(select(Prospect.id).limit(1)) is not None


async def _sold(ctx: Context) -> list[str]:
    unknown = await unknown_products(ctx, _INTEREST)
    return [code for code in _INTEREST if code not in unknown]


def _on(platform: Platform, day: date, hour: int) -> Platform:
    at = min(datetime.combine(day, time(hour, 20), UTC), platform.clock())
    return replace(platform, clock=lambda: at)


async def _computed(story: Story, system: Actor, chance: random.Random, day: date, as_of: date) -> None:
    """Every customer on that day, by what the ledger said then; managers look at the first warnings of their books."""
    platform = _on(story.platform, day, 4)
    run = await platform.run(system, lambda ctx: portfolio.start(ctx, as_of))
    while run.state == RunState.RUNNING:
        further = await platform.run(system, portfolio.advance)
        if further is None:
            break
        run = further
    later = _on(story.platform, day + timedelta(days=2), 10)
    for login in _PEOPLE:
        await later.run(story.actor(login), partial(_answered, chance=chance))


async def _answered(ctx: Context, chance: random.Random) -> None:
    mine = watch_list.Filters(waiting=True, manager_id=ctx.actor.id)
    rows, _ = await watch_list.watch_list(ctx, mine, None, _HANDLED)
    for row in rows:
        fate = chance.randrange(4)
        if fate == 0:
            await watch.acknowledge(ctx, row.id)
        elif fate == 1:
            await watch.act(ctx, row.id, *chance.choice(_DONE))
        elif fate == 2:  # noqa: PLR2004 - the third of four fates
            await watch.snooze(ctx, row.id, ctx.now.date() + timedelta(days=30), "Away until then")


async def _corrected(story: Story) -> None:
    """Somebody knows better than the ledger."""

    async def keep(ctx: Context) -> None:
        at_risk = select(Customer.id).where(Customer.stage == Stage.AT_RISK, Customer.manager_id == ctx.actor.id)
        found = await ctx.session.scalar(at_risk.order_by(col(Customer.number)).limit(1))
        if found is not None:
            await stages.correct(ctx, found, Stage.ACTIVE, "normal_activity", note="Paid for a flat; the salary comes.")

    for login in _PEOPLE[:2]:
        await story.act(login, keep)


@dataclass(slots=True)
class _Course:
    """One prospect from the first word to the end, never beyond today."""

    story: Story
    now: datetime
    day: date

    async def told(self, chance: random.Random, system: Actor, interest: list[str]) -> None:
        source, login = chance.choice(_SOURCES), chance.choice(_PEOPLE)
        name = f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}"
        wanted = [chance.choice(interest)] if interest else []
        fate, said = chance.randrange(10), chance.choice(_SAID)
        row = await self._recorded(login, system, name, source, wanted)
        if fate < 2:  # noqa: PLR2004 - one in five is not reached; of the last weeks they still wait for the first word
            await self._act(login, lambda ctx: prospects.lose(ctx, row.id, "not_reached"), _GIVEN_UP)
            return
        await self._act(login, lambda ctx: prospects.follow_up(ctx, row.id, "call", note=said), 3)
        if fate < 4:  # noqa: PLR2004 - one in five is still spoken with
            return
        if fate < 7:  # noqa: PLR2004 - three in ten are lost
            await self._act(login, lambda ctx: prospects.lose(ctx, row.id, chance.choice(_LOST)), 12)
            return
        try:
            await self._act(login, lambda ctx: prospects.convert(ctx, row.id, purpose="new", jurisdiction=_WHERE), 9)
        except NoRuleSetEffective:  # before the first rule-set of onboarding nobody could apply
            await self._act(login, lambda ctx: prospects.lose(ctx, row.id, "not_eligible"), 10)

    async def _recorded(self, login: str, system: Actor, name: str, source: Source, interest: list[str]) -> Prospect:
        """A partner's prospect is nobody's until it is given to somebody."""
        actor = self.story.partner if source is Source.PARTNER else self.story.actor(login)
        platform = _on(self.story.platform, self.day, 9)
        row = await platform.run(actor, lambda ctx: _record(ctx, name, source, interest))
        if source is Source.PARTNER:
            manager = self.story.staff[login]

            async def give(ctx: Context) -> None:
                customer = await customer_of(ctx, row.party_id)
                if customer is not None:
                    await assign_customer(ctx, customer.id, manager.id, manager.team_id)

            await platform.run(system, give)
        return row

    async def _act(self, login: str, use_case: Callable[[Context], Awaitable[T]], after: int) -> T | None:
        day = self.day + timedelta(days=after)
        if day > self.now.date():
            return None
        return await _on(self.story.platform, day, 11).run(self.story.actor(login), use_case)


async def _record(ctx: Context, name: str, source: Source, interest: list[str]) -> Prospect:
    given = ProspectInput(
        source=source,
        interest=interest,
        campaign=_CAMPAIGN if source is Source.CAMPAIGN else None,
        referred_by_id=await _referrer(ctx) if source is Source.REFERRAL else None,
    )
    if given.source is Source.REFERRAL and given.referred_by_id is None:
        given = replace(given, source=Source.BRANCH)
    mail = f"{name.split(maxsplit=1)[0].lower()}.{ctx.now:%y%m%d}@example.com"
    party = PartyInput(
        kind=PartyKind.PERSON,
        names=(NameInput(full_name=name),),
        source=source.value,
        country=_WHERE,
        contacts=(ContactInput(kind=ContactKind.EMAIL, value=mail),),
    )
    return await prospects.record(ctx, party, replace(given, consent=_consent(ctx)))


def _consent(ctx: Context) -> ConsentGiven | None:
    """None before the first text that anybody could agree to."""
    try:
        purposes_on(ctx.policies, ctx.now.date())
    except NoRuleSetEffective:
        return None
    return ConsentGiven(text_version=1)


async def _referrer(ctx: Context) -> UUID | None:
    mine = select(Customer.party_id).where(Customer.manager_id == ctx.actor.id, Customer.stage == Stage.ACTIVE)
    return await ctx.session.scalar(mine.order_by(col(Customer.number)).limit(1))

"""Models of the demonstration: trained from its ledger by the analyst, validated by the head of compliance, in use.

What the ledger is too short for stays a draft that says so: a demonstration shows that too.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from sqlmodel import col, func, select

from backend.access.context import Context
from backend.core.actor import Actor
from backend.core.periods import months_later
from backend.demo.cases import Story
from backend.edge.platform import Platform
from backend.engagement.facts import as_of_day
from backend.engagement.models import queries, service
from backend.engagement.models.models import ModelVersion, ScoringModel, Severity, VersionState
from backend.holdings.models import Holding, HoldingStatus, Movement
from backend.jobs import scoring
from backend.products.models import Product, ProductVersion

_ANALYST: Final = "petr"
_HEAD: Final = "helena"
_CODES: Final = ("value", "activity", "rfm", "churn")
_BEGUN_DAYS_AGO: Final = 100
_LONG, _SHORT = 6, 2
_YEAR: Final = 365
_PRODUCTS: Final = 2
_FINDING: Final = "The margin on turnover is one figure for all products; say where it must not be used."
_ANSWER: Final = "It orders customers by value and is quoted to nobody; the limits of use say so."
_LIMITS: Final = "For ordering customers of current accounts; not for pricing, and not within two months of opening."
T = TypeVar("T")


@dataclass(slots=True)
class _Course:
    """Steps on one day after the other, up to today."""

    story: Story
    at: datetime

    @property
    def platform(self) -> Platform:
        at = self.at
        return replace(self.story.platform, clock=lambda: at)

    async def act(self, login: str, use_case: Callable[[Context], Awaitable[T]], *, after: int = 0) -> T:
        self.at = min(self.at + timedelta(days=after, minutes=7), self.story.platform.clock())
        return await self.platform.run(self.story.actor(login), use_case, serializable=True)


async def tell(story: Story, system: Actor) -> None:
    """A demonstration that is started again finds models, and leaves them alone."""
    if await story.platform.run(system, _any):
        return
    until, long = await story.platform.run(system, _ledger)
    course = _Course(story, story.platform.clock() - timedelta(days=_BEGUN_DAYS_AGO))
    codes = [*_CODES, *await story.platform.run(system, _propensities)]
    trained = [await _trained(course, system, code, _LONG if long else _SHORT) for code in codes]
    for place, version in enumerate(trained):
        if version.state == VersionState.TRAINED:
            await _put_to_use(course, version.id, doubted=place == 0)
    await _challenged(course, system, _LONG if long else _SHORT)
    for months in (2, 1, 0):
        course.at = story.platform.clock() - timedelta(days=30 * months)
        await scoring.score_portfolio(course.platform, system, lambda *_: None, months_later(until, -months))
    for version_id in await story.platform.run(system, _in_hand):
        await story.platform.run(system, lambda ctx, of=version_id: scoring.place_work(ctx, of))  # type: ignore[misc]


async def _any(ctx: Context) -> bool:
    return await ctx.session.scalar(select(ScoringModel.id).limit(1)) is not None


async def _ledger(ctx: Context) -> tuple[date, bool]:
    """Its last day, and whether it is long enough for the horizon of the rule-set."""
    until = await as_of_day(ctx)
    first = await ctx.session.scalar(select(func.min(col(Movement.booked_on))))
    return until, first is not None and (until - first).days > _YEAR


async def _propensities(ctx: Context) -> list[str]:
    """For the products that most customers took, besides the first contract that everybody has."""
    query = (
        select(Product.code)
        .join(ProductVersion, col(ProductVersion.product_id) == col(Product.id))
        .join(Holding, col(Holding.product_version_id) == col(ProductVersion.id))
        .where(col(Holding.status) == HoldingStatus.OPEN, col(Holding.kind).in_(("card", "loan")))
    )
    most = Counter(await ctx.session.scalars(query)).most_common(_PRODUCTS)
    return [f"propensity:{code}" for code, _ in most]


async def _trained(course: _Course, system: Actor, code: str, horizon: int) -> ModelVersion:
    draft = await course.act(_ANALYST, lambda ctx: service.request(ctx, code, horizon_months=horizon))
    return await scoring.train_one(course.platform, system, draft.id, lambda *_: None)


async def _put_to_use(course: _Course, version_id: UUID, *, doubted: bool) -> None:
    await _validated(course, version_id, doubted=doubted)
    await course.act(_ANALYST, lambda ctx: service.promote(ctx, version_id), after=1)
    await course.act(_HEAD, lambda ctx: service.confirm(ctx, version_id), after=1)


async def _validated(course: _Course, version_id: UUID, *, doubted: bool = False) -> None:
    await course.act(_ANALYST, lambda ctx: service.submit(ctx, version_id))
    if doubted:
        found = await course.act(_HEAD, lambda ctx: service.find(ctx, version_id, Severity.HIGH, _FINDING), after=2)
        await course.act(_ANALYST, lambda ctx: service.answer(ctx, found.id, _ANSWER), after=1)
    await course.act(_HEAD, lambda ctx: service.validate(ctx, version_id, _LIMITS), after=1)


async def _challenged(course: _Course, system: Actor, horizon: int) -> None:
    """A second version of one model beside its champion, and a third that waits for validation."""
    second = await _trained(course, system, "activity", horizon)
    if second.state == VersionState.TRAINED:
        await _validated(course, second.id)
        await course.act(_ANALYST, lambda ctx: service.challenge(ctx, second.id))
    third = await _trained(course, system, "rfm", horizon)
    if third.state == VersionState.TRAINED:
        await course.act(_ANALYST, lambda ctx: service.submit(ctx, third.id))


async def _in_hand(ctx: Context) -> list[UUID]:
    """Versions about which somebody may have work."""
    found = await queries.versions_of(ctx, [each.id for each in await queries.models(ctx)])
    states = {VersionState.IN_VALIDATION.value, VersionState.CHAMPION.value}
    return [each.id for versions in found.values() for each in versions if each.state in states]

"""Reviews of the demonstration bank's products, each at another point, over what its customers really hold and paid.

The current account's months end with the ledger; motor insurance, of which the real bank knows nothing, has policies
made from a seed (backend.demo.policies), whose losses rise in the last summer.
"""

from datetime import date, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import col

from backend.access.context import Context
from backend.core.actor import Actor
from backend.demo import policies
from backend.demo.cases import Story
from backend.holdings.models import Movement
from backend.jobs import product_reviews as jobs
from backend.product_reviews import service
from backend.product_reviews.models import ProductDecision, ProductReview, ProductTrigger, Severity
from backend.product_reviews.queries import reviews
from backend.product_reviews.rules import Verdict
from backend.products import queries as products

_MAKER: Final = "alena"
_SECOND: Final = "helena"


async def tell(story: Story, system: Actor) -> None:
    """Once: the demonstration that is started again finds its reviews and leaves them alone."""
    platform = story.platform
    if await platform.run(system, lambda ctx: reviews.count(ctx, reviews.ProductReviewFilter())):
        return
    await policies.record(platform, system)
    until = await platform.run(system, _ledger_end)
    await _account(story, system, until)
    await _loan(story, system, until)
    await _motor(story, system)
    await _open(story, "classic", "Cards have not been looked at since they were taken over", until)


async def _ledger_end(ctx: Context) -> date:
    """The first day after the months that the ledger knows."""
    newest = await ctx.session.scalar(sql_select(func.max(col(Movement.booked_on)))) or ctx.now.date()
    return (newest.replace(day=1) + timedelta(days=32)).replace(day=1)


async def _open(story: Story, code: str, why: str, until: date | None = None) -> ProductReview:
    product = await story.act(_MAKER, partial(products.by_code, code=code))
    asked = ProductTrigger.REQUEST
    return await story.act(_MAKER, lambda ctx: service.open_review(ctx, product.id, asked, why, until=until))


async def _packed(story: Story, system: Actor, row: ProductReview) -> None:
    await story.act(_MAKER, lambda ctx: service.take(ctx, row.id))
    pack = await story.act(_MAKER, lambda ctx: service.request(ctx, row.id))
    await jobs.compute_one(story.platform, system, pack.id, lambda *_: None)


async def _account(story: Story, system: Actor, until: date) -> None:
    """In review: a pack, two findings, an action that runs."""
    row = await _open(story, "current_account", "Yearly look at what customers pay and get", until)
    await _packed(story, system, row)
    await _found(story, row.id, "value", Severity.MEDIUM, "Statement fees of weekly statements outweigh the interest")
    high = await _found(story, row.id, "fairness", Severity.HIGH, "Two age groups pay more a day than the others")
    await _set(story, row.id, high, "Show what would change if weekly statements cost what monthly ones do", "petr", 45)


async def _loan(story: Story, system: Actor, until: date) -> None:
    """Decided by two people."""
    row = await _open(story, "consumer_loan", "Scheduled with the takeover", until)
    await _packed(story, system, row)
    kept = Verdict(decision=ProductDecision.CONTINUE, reason="as_expected", note="No finding; next look by schedule")
    await story.decide(_MAKER, lambda ctx: service.propose(ctx, row.id, kept))
    await story.decide(_SECOND, lambda ctx: service.sign(ctx, row.id))


async def _motor(story: Story, system: Actor) -> None:
    """Opened by its figures (by hand where they stay within their limits), and waiting for the second signature."""
    product = await story.act(_MAKER, partial(products.by_code, code="motor"))
    pack = await story.platform.run(system, lambda ctx: service.request_for(ctx, product.id, None))
    await jobs.compute_one(story.platform, system, pack.id, lambda *_: None)
    opened = await story.platform.run(system, lambda ctx: reviews.active_of(ctx, product.id))
    row = opened or await _open(story, "motor", "Hail claims of the summer")
    await _packed(story, system, row)
    found = await _found(story, row.id, "claims", Severity.HIGH, "The loss ratio has left its target since the summer")
    await _set(story, row.id, found, "Price the hail cover anew and bring it to the committee", _MAKER, 60)
    wanted = Verdict(decision=ProductDecision.CHANGE, reason="poor_value", note="New price for hail before the season")
    await story.decide(_MAKER, lambda ctx: service.propose(ctx, row.id, wanted))


async def _found(story: Story, review_id: UUID, section: str, severity: Severity, words: str) -> UUID:
    return (await story.act(_MAKER, lambda ctx: service.find(ctx, review_id, section, severity, words))).id


async def _set(story: Story, review_id: UUID, finding_id: UUID, words: str, owner: str, days: int) -> None:
    owner_id, due = story.staff[owner].id, story.platform.clock().date() + timedelta(days=days)
    await story.act(_MAKER, lambda ctx: service.set_action(ctx, review_id, finding_id, words, owner_id, due))

"""Reviews of the demonstration bank's customers: opened by what their real movements show, each at another point.

Whom a review is about is not invented: the movements of the bank's files are looked at by the institution's own rules,
and the first customers who stand out are worked on by the colleagues, through the services that people use.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.core.actor import Actor
from backend.customers import service as customers
from backend.customers.models import Stage
from backend.customers.service.relations import customer_of
from backend.demo.cases import Story
from backend.jobs.rating import rate_changed
from backend.jobs.reviewing import look
from backend.reviews import service
from backend.reviews.models import Answer, Depth, Outcome, Review, ReviewState, TriggerKind
from backend.reviews.queries import reviews
from backend.reviews.service import Verdict
from backend.risk import service as risk
from backend.risk.models import Standing

Tale = Callable[[Story, Review], Awaitable[object]]
_KNOWN: Final = timedelta(days=30)
_TOLD: Final = frozenset(ReviewState) - {ReviewState.OPEN}
_STOOD_OUT: Final = frozenset({TriggerKind.BEHAVIOUR.value})


async def tell(story: Story, system: Actor) -> None:
    """Once: the demonstration that is started again finds reviews that people have begun, and leaves them alone."""
    platform = story.platform
    if await platform.run(
        system, lambda ctx: reviews.reviews_count(ctx, reviews.ReviewFilter(states=_TOLD, triggers=_STOOD_OUT))
    ):
        return
    for party_id in await platform.run(system, _flagged):
        await platform.run(system, partial(rate_changed, party_id=party_id))
        await platform.run(system, partial(look, party_id=party_id))
    wanted = reviews.ReviewFilter(states=frozenset({ReviewState.OPEN}), triggers=_STOOD_OUT)
    waiting = await platform.run(system, lambda ctx: reviews.reviews(ctx, wanted, limit=len(_TALES)))
    for tale, review in zip(_TALES, waiting, strict=False):
        await tale(story, review)
    for review in waiting[len(_TALES) - 1 :]:
        await platform.run(system, partial(look, party_id=review.party_id))


async def _flagged(ctx: Context) -> list[UUID]:
    return sorted({party_id for party_id, _, _ in await reviews.flagged_since(ctx, None, ctx.now - _KNOWN)})


async def _begun(story: Story, review: Review) -> None:
    """Taken, and two questions answered, one with a concern."""
    await story.act("lucie", lambda ctx: service.take(ctx, review.id))
    first, second, *_ = await _asked(story, review)
    await story.act("lucie", lambda ctx: service.answer(ctx, review.id, first, Answer.SATISFIED))
    note = "Cash comes in every few days and never in a sum that would be reported; nothing on file explains it."
    await story.act("lucie", lambda ctx: service.answer(ctx, review.id, second, Answer.CONCERN, note))


async def _waiting(story: Story, review: Review) -> None:
    """The customer is asked where the money comes from."""
    await story.act("martin", lambda ctx: service.take(ctx, review.id))
    words = "Please ask for the contract of sale, or whatever else shows where the deposits come from."
    items = ["income", "source_of_funds"]
    await story.act("martin", lambda ctx: service.ask(ctx, review.id, items, words))


async def _proposed(story: Story, review: Review) -> None:
    """Explained, and waiting for a second signature."""
    note = "The deposits are the takings of a market stall; the licence and the books were seen."
    await _answered(story, "lucie", review)
    await _end(story, "lucie", review, Verdict(outcome=Outcome.KEEP, reason="explained", words=note))


async def _restricted(story: Story, review: Review) -> None:
    """Nobody could explain it: nothing new is sold."""
    note = "Asked twice, no answer; the account passes money on within days."
    await _answered(story, "martin", review, Answer.CONCERN)
    await _end(story, "martin", review, Verdict(outcome=Outcome.RESTRICT, reason="unexplained", words=note))
    await story.decide("li", lambda ctx: service.sign(ctx, review.id))


async def _kept(story: Story, review: Review) -> None:
    """Explained and signed: the relationship goes on, and the pattern no longer counts against the customer."""
    note = "A flat was sold; the contract is on file."
    await _answered(story, "li", review)
    await _end(story, "li", review, Verdict(outcome=Outcome.KEEP, reason="explained", words=note))
    await story.decide("martin", lambda ctx: service.sign(ctx, review.id))


async def _leaving(story: Story, review: Review) -> None:
    """The end of the relationship is proposed."""
    note = "The stated purpose does not fit what the account is used for, and the customer will not say more."
    await _answered(story, "helena", review, Answer.CONCERN)
    await _end(story, "helena", review, Verdict(outcome=Outcome.EXIT, reason="beyond_appetite", words=note))


async def _reported(story: Story, review: Review) -> None:
    """A newspaper wrote about the customer: recorded, rated, and noted on the review."""
    report = risk.Report(
        standing=Standing.UNCONFIRMED,
        publisher="Demonstration Courier",
        summary="Named among the partners of a company whose books are being looked at. The name is a common one.",
        published_on=review.opened_at.date() - timedelta(days=9),
    )
    await story.act("lucie", lambda ctx: risk.record_finding(ctx, review.party_id, report))


async def _searched(story: Story, review: Review) -> None:
    """Somebody searched public sources, found nothing, and gave the review back to the queue."""
    report = risk.Report(
        standing=Standing.NONE, publisher="Newspaper archive, commercial register, insolvency register"
    )
    await story.act("martin", lambda ctx: service.take(ctx, review.id))
    await story.act("martin", lambda ctx: risk.record_finding(ctx, review.party_id, report))
    await story.act("martin", lambda ctx: service.release(ctx, review.id))


async def _gone(story: Story, review: Review) -> None:
    """The customer went elsewhere before anybody looked: there is nothing to review any more."""

    row = await story.act("lucie", lambda ctx: customer_of(ctx, review.party_id))
    manager = next((login for login, user in story.staff.items() if row and user.id == row.manager_id), None)
    if row is not None and manager is not None:
        await story.act(manager, lambda ctx: customers.change_stage(ctx, row.id, Stage.CHURNED, "moved_to_competitor"))


_TALES: Final[Sequence[Tale]] = (
    _begun, _waiting, _proposed, _restricted, _kept, _leaving, _searched, _reported, _gone,
)  # fmt: skip
"""The last two are looked at again afterwards, as the platform does when it hears of what happened."""


async def _asked(story: Story, review: Review) -> tuple[str, ...]:
    async def found(ctx: Context) -> tuple[str, ...]:
        row = await reviews.review(ctx, review.id)
        kind = await reviews.party_kind(ctx, row.party_id)
        return service.in_force(ctx).rules.asked(Depth(row.depth), kind)

    return await story.act("lucie", found)


async def _answered(story: Story, login: str, review: Review, last: Answer = Answer.SATISFIED) -> None:
    """Every question, the last one as given."""
    await story.act(login, lambda ctx: service.take(ctx, review.id))
    *rest, final = await _asked(story, review)
    for question in rest:
        await story.act(login, partial(service.answer, review_id=review.id, question=question, given=Answer.SATISFIED))
    words = "Not explained." if last is Answer.CONCERN else None
    await story.act(login, lambda ctx: service.answer(ctx, review.id, final, last, words))


async def _end(story: Story, login: str, review: Review, verdict: Verdict) -> None:
    await story.decide(login, lambda ctx: service.propose(ctx, review.id, verdict))

"""What people do with a review before it ends: open it, take it, answer, ask the customer, give it back."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.casework import service as casework
from backend.casework.rules import add_office_time
from backend.core.ids import new_id
from backend.customers.queries import facts
from backend.reviews import rules
from backend.reviews.changes import Signal
from backend.reviews.errors import ItemUnknown, NothingAsked, NotReviewed, QuestionUnknown, TriggerNotByHand
from backend.reviews.models import Answer, Depth, Review, ReviewAnswer, TriggerKind
from backend.reviews.queries import reviews
from backend.reviews.service.loading import checked, review_for, sealed
from backend.reviews.service.noting import in_force, note, tell
from backend.reviews.service.work import apply, calendar, place_work, position, subject

BY_HAND: Final = frozenset({TriggerKind.REQUEST, TriggerKind.ADVERSE_INFORMATION})


async def open_review(ctx: Context, party_id: UUID, kind: TriggerKind, words: str) -> Review:
    """By a person, who says why; noted on the open review where there is one.

    Raises NotAllowed, TriggerNotByHand, NoteEmpty, NotReviewed.
    """
    ctx.require("open", reviews.OBJECT, await facts(ctx, party_id))
    if kind not in BY_HAND:
        raise TriggerNotByHand(kind=kind.value, field="kind")
    text, source = checked(ctx, words, needed=True), str(new_id())
    signal = Signal(party_id, kind, source, ctx.now.date())
    gained = await note(ctx, [signal], {source: text or ""})
    if not gained:
        raise NotReviewed()
    return gained[0]


async def take(ctx: Context, review_id: UUID) -> Review:
    row = await review_for(ctx, review_id, "work")
    at = rules.take(position(row), ctx.actor.id)
    async with ctx.audit("review.take", subject(row)):
        apply(row, at)
        row.started_at = row.started_at or ctx.now
    await place_work(ctx, row, in_force(ctx).rules)
    return row


async def release(ctx: Context, review_id: UUID) -> Review:
    row = await review_for(ctx, review_id, "work")
    at = rules.release(position(row), ctx.actor.id)
    async with ctx.audit("review.release", subject(row)):
        apply(row, at)
    await _requeue(ctx, row)
    return row


async def _requeue(ctx: Context, row: Review) -> None:
    """Out of one's hands and into the queue, with the clock as it was."""
    await casework.move(ctx, subject(row), None)
    await place_work(ctx, row, in_force(ctx).rules)


async def answer(ctx: Context, review_id: UUID, question: str, given: Answer, words: str | None = None) -> Review:
    """Raises QuestionUnknown, and NoteEmpty for a concern without a word on it."""
    row = await review_for(ctx, review_id, "work")
    at = rules.answer(position(row), ctx.actor.id)
    asked = in_force(ctx).rules.asked(Depth(row.depth), await reviews.party_kind(ctx, row.party_id))
    if question not in asked:
        raise QuestionUnknown(question=question, field="question")
    text = checked(ctx, words, needed=given is Answer.CONCERN)
    former = {each.question: each for each in (await reviews.answers_of(ctx, [row.id])).get(row.id, [])}.get(question)
    said = former or ReviewAnswer(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        review_id=row.id,
        party_id=row.party_id,
        question=question,
        answer=given,
        answered_by=ctx.actor.id,
        answered_at=ctx.now,
    )
    kept = await sealed(ctx, ("review_answer", "note"), said.id, row.party_id, text)
    async with ctx.audit("review.answer", subject(row), reason=question):
        apply(row, at)
        said.answer, said.note, said.answered_by, said.answered_at = given, kept, ctx.actor.id, ctx.now
        ctx.session.add(said)
    return row


async def ask(ctx: Context, review_id: UUID, items: Sequence[str], words: str | None = None) -> Review:
    """The customer is asked, through whoever looks after the customer. Raises NothingAsked, ItemUnknown."""
    row = await review_for(ctx, review_id, "work")
    at, rules_ = rules.ask(position(row), ctx.actor.id), in_force(ctx).rules
    wanted = list(dict.fromkeys(items))
    if not wanted:
        raise NothingAsked(field="items")
    if unknown := [item for item in wanted if item not in rules_.information.items]:
        raise ItemUnknown(item=unknown[0], field="items")
    text = checked(ctx, words)
    kept = await sealed(ctx, ("review", "information_note"), row.id, row.party_id, text)
    async with ctx.audit("review.ask", subject(row)):
        apply(row, at)
        row.started_at = row.started_at or ctx.now
        row.information, row.information_note, row.reminders = wanted, kept, 0
        row.information_asked_at = ctx.now
        row.information_due_at = add_office_time(ctx.now, rules_.information.due, calendar(ctx))
    await place_work(ctx, row, rules_)
    await tell(ctx, row, "information_requested")
    return row


async def receive(ctx: Context, review_id: UUID) -> Review:
    """What was asked for is there, or will not come: back to who asked."""
    row = await review_for(ctx, review_id, "receive_information")
    at = rules.receive(position(row))
    async with ctx.audit("review.receive", subject(row)):
        apply(row, at)
        row.information_due_at = None
    await place_work(ctx, row, in_force(ctx).rules)
    await tell(ctx, row, "information_received")
    return row

"""Articles whose day to be looked at again has come: somebody's work, and after a time not quoted any more."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.access.models import StaffUser
from backend.casework import queries as work
from backend.casework.models import WorkItem
from backend.core.clock import FixedClock
from backend.servicing.assistant import service
from backend.servicing.assistant.models import Audience, Outcome
from backend.servicing.assistant.ruleset import Overdue
from tests.factories import knowledge as made
from tests.factories import onboarding as make

LOST = "I lost my card, how do I block it?"
QUEUE = "knowledge.review"


async def article(bank: make.Bank) -> UUID:
    """Written by one officer and approved by the other; its id."""
    head = service.ArticleInput(code="block-card", audience=Audience.CUSTOMER, topic="cards", review_on=made.REVIEW_ON)
    draft = await bank.run("officer", service.create, head, made.CARD)
    await bank.run("officer", service.propose, draft.id)
    await bank.run("officer2", service.approve, draft.id)
    found: UUID = draft.article_id
    return found


async def placed(bank: make.Bank, article_id: UUID) -> WorkItem | None:
    item: WorkItem | None = await bank.run("system", work.open_of, article_id)
    return item


async def answered(bank: make.Bank) -> bool:
    given = service.Asking(question=LOST, audience=Audience.CUSTOMER)
    outcome: str = (await bank.run("system", service.ask, given)).turn.outcome
    return outcome == Outcome.ANSWERED


def until(clock: FixedClock, days: int = 0) -> timedelta:
    """So many days after the day on which the article is looked at again."""
    return timedelta(days=(made.REVIEW_ON - clock().date()).days + days)


async def test_an_article_whose_day_has_come_is_work_of_its_owner_once(bank: make.Bank, clock: FixedClock) -> None:
    article_id = await article(bank)
    clock.advance(until(clock, -1))
    assert await bank.run("system", service.place_overdue) == 0
    clock.advance(timedelta(days=1))
    assert await bank.run("system", service.place_overdue) == 1
    assert await bank.run("system", service.place_overdue) == 0
    item = await placed(bank, article_id)
    assert item is not None
    assert (item.queue, item.owner_id) == (QUEUE, bank["officer"].id)


async def test_the_work_of_an_owner_who_left_is_anybodys_who_writes_articles(
    bank: make.Bank, clock: FixedClock
) -> None:
    article_id = await article(bank)

    async def leave(ctx: Any) -> None:
        person = await ctx.session.get_one(StaffUser, bank["officer"].id)
        async with ctx.audit("staff.edit", ("staff_user", person.id)):
            person.active = False

    await bank.run("system", leave)
    clock.advance(until(clock))
    await bank.run("system", service.place_overdue)
    item = await placed(bank, article_id)
    assert item is not None
    assert (item.owner_id, item.state) == (None, "open")


@pytest.mark.parametrize("how", ["reviewed", "retired"])
async def test_looking_at_it_again_or_taking_it_out_of_use_ends_the_work(
    bank: make.Bank, clock: FixedClock, how: str
) -> None:
    article_id = await article(bank)
    clock.advance(until(clock))
    await bank.run("system", service.place_overdue)
    if how == "reviewed":
        await bank.run("officer", service.reviewed, article_id, clock().date() + timedelta(days=300))
    else:
        await bank.run("officer", service.retire, article_id)
    assert await placed(bank, article_id) is None
    assert await bank.run("system", service.place_overdue) == 0


async def test_an_article_is_quoted_until_the_rule_sets_days_are_over_and_again_when_it_was_looked_at(
    bank: make.Bank, clock: FixedClock
) -> None:
    article_id = await article(bank)
    clock.advance(until(clock, 30))
    assert await answered(bank)
    clock.advance(timedelta(days=1))
    assert not await answered(bank)
    await bank.run("officer", service.reviewed, article_id, clock().date() + timedelta(days=300))
    assert await answered(bank)


def test_a_rule_set_may_leave_articles_quoted_for_ever() -> None:
    rules = made.rules()
    assert rules.looked_at_since(made.REVIEW_ON) == made.REVIEW_ON - timedelta(days=30)
    assert rules.model_copy(update={"overdue": Overdue(queue=QUEUE)}).looked_at_since(made.REVIEW_ON) is None
    assert rules.model_copy(update={"overdue": None}).looked_at_since(made.REVIEW_ON) is None

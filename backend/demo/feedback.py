"""Two years of feedback of the demonstration bank, made from a seed: asked, answered, followed up, some of it open.

What a month sends and receives is written on two days of it, through a platform whose clock stands there.
"""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, TypeVar
from uuid import UUID, uuid5

from sqlmodel import col, select

from backend.access.context import Context
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.core.periods import months_later
from backend.customers.models import Customer, Stage
from backend.demo.cases import Story
from backend.demo.contact import ways
from backend.edge.survey_links import survey_links
from backend.jobs import contact as jobs
from backend.servicing.feedback import queries, service
from backend.servicing.feedback.models import Contentment, FollowUpState, Survey
from backend.servicing.feedback.ruleset import survey_rules
from backend.servicing.feedback.service import Given, Occasion
from backend.servicing.feedback.service.opening import opened
from backend.servicing.interactions import service as contact
from backend.servicing.interactions.errors import TemplateNotFound
from backend.servicing.interactions.queries import templates

T = TypeVar("T")
_SEED: Final = 21
_MONTHS: Final = 24
_A_MONTH: Final = 18
_BY_MESSAGE: Final = 4
_REPLY: Final = 0.55
_WORDY: Final = 0.6
_CHINESE: Final = 0.25
_FOLLOWED: Final = 0.85
_RECENT: Final = timedelta(days=10)
_FORGOTTEN: Final = timedelta(days=120)
_OCCASIONS: Final = (
    ("relationship", "yearly", (None,)),
    ("relationship", "yearly", (None,)),
    ("relationship", "yearly", (None,)),
    ("sale", "sale.confirmed", ("current_account", "equity_fund", "balanced_fund", "motor")),
    ("complaint", "complaint.closed", ("current_account", "motor", "equity_fund")),
    ("claim", "claim.paid", ("motor",)),
    ("onboarding", "onboarding.approved", ("current_account",)),
)
_CHANNELS: Final = ("branch", "telephone", "app", "email")
_PRAISE: Final = (
    ("My advisor was friendly and explained everything.", "客户经理很热情，解释得很清楚。"),
    ("The app works well, I could do it all online.", "手机银行很好用，网上就能办完。"),
    ("Fast and polite.", "办理很快，态度很好。"),
)
_BLAME: Final = (
    ("I waited two hours in the queue.", "排队等待太久。"),
    ("The fees are too high and nobody explained them.", "手续费太贵，也没有说明。"),
    ("The app crashed when I signed the contract.", "应用闪退，合同没法签字。"),
    ("Too many forms and copies of documents.", "材料和表格太多。"),
    ("My claim took weeks, and the assessor was rude.", "理赔拖延了很久，定损员态度不好。"),
)
_DONE: Final = (
    ("Called and apologised; the fee was returned.", Contentment.CONTENT),
    ("Explained how the claim was assessed and sent the report.", Contentment.CONTENT),
    ("Called twice and left a message.", Contentment.NOT_REACHED),
    ("Explained the price; the customer still finds it too high.", Contentment.NOT_CONTENT),
)


_PEOPLE: Final = 1_500
_TODAY: Final = 3
_TEMPLATE: Final = contact.TemplateInput(
    code="survey_invitation",
    purpose="survey",
    channels=["email", "sms"],
    subject_en="How satisfied are you with us?",
    subject_zh="您对我们满意吗？",
    body_en="{institution} asks how satisfied you are. One question, one minute, until {valid_until}: {link}",
    body_zh="{institution}想了解您的满意度。只有一个问题，一分钟即可，{valid_until}前有效：{link}",
)


@dataclass(slots=True)
class _Course:
    story: Story
    system: Actor
    chance: random.Random

    async def on(self, at: datetime, actor: Actor, use_case: Callable[[Context], Awaitable[T]]) -> T:
        moment = min(at, self.story.platform.clock())
        return await replace(self.story.platform, clock=lambda: moment).run(actor, use_case)


async def tell(story: Story, system: Actor) -> None:
    """Once: the demonstration that is started again finds surveys, and leaves them alone."""
    if await story.platform.run(system, _any):
        return
    course = _Course(story, system, random.Random(_SEED))  # noqa: S311 - a story, no secret
    people, today = await story.platform.run(system, _customers), story.platform.clock().date()
    course.chance.shuffle(people)
    await _word(replace(course, story=_then(story, _at(months_later(today, -_MONTHS - 1), 9))))
    for month in range(_MONTHS, 0, -1):
        asked_on = months_later(today, -month) + timedelta(days=course.chance.randrange(20))
        picked = [people[(month * _A_MONTH + place) % len(people)] for place in range(_A_MONTH)]
        sent = await course.on(_at(asked_on, 9), system, lambda ctx, of=picked: _ask(ctx, course, of))  # type: ignore[misc]
        platform = _then(story, _at(asked_on, 9)).platform
        await jobs.send_due(platform, system, lambda *_: None, ways())
        await _answer(course, sent, _at(asked_on + timedelta(days=course.chance.randrange(1, 7)), 18))
    await _follow(course, story.platform.clock() - _RECENT)
    await story.platform.run(system, service.close_expired)
    await _invite(course, people)


def _then(story: Story, at: datetime) -> Story:
    return replace(story, platform=replace(story.platform, clock=lambda: at))


async def _word(course: _Course) -> None:
    """The words of an invitation, on which two people agreed."""
    story = course.story
    if not await story.platform.run(course.system, _worded):
        draft = await story.decide("alena", lambda ctx: contact.draft_template(ctx, _TEMPLATE))
        await story.decide("helena", lambda ctx: contact.approve_template(ctx, draft.id))


async def _invite(course: _Course, people: Sequence[UUID]) -> None:
    """Some surveys of today, by a message with its link."""
    story, links = course.story, survey_links(course.story.platform)
    for party_id in people[-_TODAY:]:
        occasion = Occasion(event="claim.paid", party_id=party_id, about_id=new_id(), product_code="motor")
        await story.platform.run(course.system, lambda ctx, of=occasion: service.invite(ctx, links, of))  # type: ignore[misc]


async def _worded(ctx: Context) -> bool:
    try:
        await templates.in_force(ctx, _TEMPLATE.code)
    except TemplateNotFound:
        return False
    return True


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 20), UTC)


async def _any(ctx: Context) -> bool:
    return await ctx.session.scalar(select(Survey.id).limit(1)) is not None


async def _customers(ctx: Context) -> list[UUID]:
    query = (
        select(Customer.party_id).where(Customer.stage == Stage.ACTIVE).order_by(col(Customer.number)).limit(_PEOPLE)
    )
    return list(await ctx.session.scalars(query))


async def _ask(ctx: Context, course: _Course, people: Sequence[UUID]) -> list[Survey]:
    """The first by a message with the link, if they can be reached; the others at the counter."""
    known, links = survey_rules(ctx.policies, ctx.now.date()).rules, survey_links(course.story.platform)
    sent = []
    for place, party_id in enumerate(people):
        code, event, products = course.chance.choice(_OCCASIONS)
        about = uuid5(party_id, f"{code} {ctx.now:%Y-%m}")
        occasion = Occasion(
            event=event,
            party_id=party_id,
            about_id=about,
            product_code=course.chance.choice(products),
            channel=course.chance.choice(_CHANNELS),
        )
        invited = await service.invite(ctx, links, occasion) if place < _BY_MESSAGE else None
        sent.append(invited or await opened(ctx, known.named(code), occasion))
    return sent


async def _answer(course: _Course, sent: Sequence[Survey], at: datetime) -> None:
    """Better from year to year; the motor insurance is not liked."""
    replying = [row for row in sent if course.chance.random() < _REPLY]

    async def write(ctx: Context) -> None:
        for row in replying:
            await service.answer(ctx, row.id, _given(ctx, course.chance, row))

    await course.on(at, course.system, write)


def _given(ctx: Context, chance: random.Random, row: Survey) -> Given:
    scale = survey_rules(ctx.policies, ctx.now.date()).rules.named(row.code).scale
    mood = chance.betavariate(4, 1.3) - (0.25 if row.product_code == "motor" else 0.0)
    score = scale[max(0, min(len(scale) - 1, round(mood * (len(scale) - 1))))]
    if chance.random() > _WORDY:
        return Given(score)
    said = chance.choice(_PRAISE if score >= scale[len(scale) * 2 // 3] else _BLAME)
    return Given(score, said[chance.random() < _CHINESE])


async def _follow(course: _Course, until: datetime) -> None:
    """What is older than some days was mostly followed up; the rest is late."""

    async def waiting(ctx: Context) -> list[tuple[UUID, datetime]]:
        rows = await queries.follow_ups(ctx, FollowUpState.OPEN, limit=500)
        return [(row.id, row.due_at) for row in rows if row.opened_at < until]

    actor = course.story.actor("david")
    for follow_up_id, due_at in await course.story.platform.run(course.system, waiting):
        if due_at < until - _FORGOTTEN or course.chance.random() < _FOLLOWED:
            words, contentment = course.chance.choice(_DONE)

            async def close(
                ctx: Context, on: UUID = follow_up_id, done: str = words, end: Contentment = contentment
            ) -> object:
                return await service.close_follow_up(ctx, on, done, end)

            await course.on(due_at - timedelta(hours=4), actor, close)

"""Two years of playbooks at the demonstration bank, made from a seed: customers fall silent, are won back or are lost.

The lot leaves one in five alone. Whoever is written to and called comes back more often than they do, so the pages show
an effect that was measured and not written down. Each turn acts through a platform whose clock stands there.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select as sql
from sqlmodel import col, select

from backend.access.context import Context
from backend.core.actor import Actor
from backend.customers.models import Customer, Stage
from backend.customers.service.relations import set_stage
from backend.demo.cases import Story
from backend.edge.platform import Platform
from backend.engagement.playbooks import service
from backend.engagement.playbooks.models import Arm, Outcome, PlaybookEnrolment, PlaybookStep, Status
from backend.engagement.playbooks.ruleset import Errand, by_hash
from backend.jobs import contact
from backend.jobs import playbooks as jobs
from backend.servicing.interactions import service as messages
from backend.servicing.interactions.errors import TemplateNotFound
from backend.servicing.interactions.queries import templates
from backend.servicing.interactions.service import TemplateInput

_SEED: Final = 31
_TURNS: Final = 35
_STEP: Final = timedelta(days=21)
_SOON: Final = timedelta(days=4)
"""After which the desk looks again, at what came of its calls."""
_LATELY: Final = timedelta(days=8)
"""Whoever fell silent then is called today."""
_CUSTOMERS: Final = 260
_COMES_BACK: Final = {Arm.TREATED: 0.1, Arm.CONTROL: 0.02}
"""The chance of three weeks that a silent customer becomes active again."""
_LEAVES: Final = 0.4
"""The share of those who did not come back in their time who leave."""
_ANSWERED: Final = 0.85
"""The share of calls and tasks that are answered at once; the others run out."""
_DESK: Final = "david"
_AUTHOR: Final = "karel"
_SECOND: Final = "lucie"
_CODE: Final = "win_back"
_TEXTS: Final = (
    TemplateInput(
        code="win_back",
        purpose="win_back",
        channels=["email", "mail"],
        subject_en="What can we do better?",
        subject_zh="我们还能做些什么？",
        body_en="Dear {name}, we see you less often, and would like to know why. Your advisor will call you next week.",
        body_zh="尊敬的{name}：近来您使用我们服务的次数减少，我们很想了解原因。您的客户经理将于下周与您联系。",
    ),
    TemplateInput(
        code="welcome",
        purpose="care",
        channels=["email", "mail"],
        subject_en="Welcome",
        subject_zh="欢迎",
        body_en="Dear {name}, your account is open. If anything does not work, your advisor is there for you.",
        body_zh="尊敬的{name}：您的账户已开立。如有任何问题，您的客户经理随时为您服务。",
    ),
    TemplateInput(
        code="anniversary",
        purpose="care",
        channels=["email", "mail"],
        subject_en="Thank you for another year",
        subject_zh="感谢您又一年的信任",
        body_en="Dear {name}, thank you for another year with us. Tell us whenever your plans change.",
        body_zh="尊敬的{name}：感谢您又一年的信任。如您的计划有变，请随时告知我们。",
    ),
)


async def tell(story: Story, system: Actor) -> None:
    """Once: the demonstration that is started again finds courses, and leaves them alone."""
    if await story.platform.run(system, _any):
        return
    people = await story.platform.run(system, _customers)
    tale = _Tale(story, system, random.Random(_SEED), people)  # noqa: S311 - a story, no secret
    now = story.platform.clock()
    first = _morning(now - _STEP * _TURNS)
    await _write_texts(story, first)
    days = [*(first + _STEP * number for number in range(_TURNS)), _morning(now - _LATELY), now]
    for number, at in enumerate(days):
        await tale.turn(at, left=len(days) - 1 - number)


def _morning(day: datetime) -> datetime:
    """Nine o'clock in UTC: letters leave at an hour at which nobody sleeps in Praha nor in Shanghai."""
    return datetime.combine(day.date(), time(9), UTC)


async def _any(ctx: Context) -> bool:
    return await ctx.session.scalar(select(PlaybookEnrolment.id).limit(1)) is not None


async def _customers(ctx: Context) -> list[UUID]:
    """From the end of the book: the other stories take theirs from its beginning."""
    query = select(Customer.party_id).where(Customer.stage == Stage.ACTIVE).order_by(col(Customer.number).desc())
    found = list(await ctx.session.scalars(query.limit(2 * _CUSTOMERS)))
    return found[: len(found) // 2]


async def _write_texts(story: Story, at: datetime) -> None:
    """Drafted by one, approved by another; a text that is in force already stays."""
    platform = replace(story.platform, clock=lambda: at)
    for text in _TEXTS:
        await _write(platform, story.actor(_AUTHOR), story.actor(_SECOND), text)


async def _write(platform: Platform, author: Actor, second: Actor, text: TemplateInput) -> None:
    async def drafted(ctx: Context) -> UUID | None:
        try:
            await templates.in_force(ctx, text.code)
        except TemplateNotFound:
            return (await messages.draft_template(ctx, text)).id
        return None

    draft = await platform.run(author, drafted)
    if draft is not None:
        await platform.run(second, lambda ctx: messages.approve_template(ctx, draft), serializable=True)


@dataclass(slots=True)
class _Tale:
    story: Story
    system: Actor
    chance: random.Random
    active: list[UUID]

    async def turn(self, at: datetime, *, left: int) -> None:
        platform = replace(self.story.platform, clock=lambda: at)
        falling = self._falling(left)
        await platform.run(self.system, lambda ctx: _move(ctx, falling, Stage.AT_RISK, "fewer_transactions"))
        await platform.run(self.system, self._come_back)
        await platform.run(self.system, self._leave)
        await jobs.run_all(platform, self.system, lambda *_: None)
        await contact.send_due(platform, self.system, lambda *_: None)
        for later in (timedelta(), _SOON) if left else ():
            then = replace(platform, clock=lambda of=at + later: of)
            await then.run(self.story.actor(_DESK), self._answer)

    def _falling(self, left: int) -> Sequence[UUID]:
        """Everybody falls silent once within the two years, at about the same pace."""
        count = -(-len(self.active) // (left + 1))
        found, self.active = self.active[:count], self.active[count:]
        return found

    async def _come_back(self, ctx: Context) -> None:
        query = select(PlaybookEnrolment).where(
            col(PlaybookEnrolment.playbook) == _CODE,
            col(PlaybookEnrolment.goal_at).is_(None),
            col(PlaybookEnrolment.observe_until) > ctx.now,
        )
        rows = list(await ctx.session.scalars(query.order_by(col(PlaybookEnrolment.id))))
        found = [row.party_id for row in rows if self.chance.random() < _COMES_BACK[Arm(row.arm)]]
        await _move(ctx, found, Stage.ACTIVE, "normal_activity")

    async def _leave(self, ctx: Context) -> None:
        """Once, when their time is over: the others stay silent."""
        over = select(PlaybookEnrolment.party_id).where(
            col(PlaybookEnrolment.playbook) == _CODE,
            col(PlaybookEnrolment.goal_at).is_(None),
            col(PlaybookEnrolment.observe_until) <= ctx.now,
            col(PlaybookEnrolment.observe_until) > ctx.now - _STEP,
        )
        silent = select(Customer.party_id).where(Customer.stage == Stage.AT_RISK, col(Customer.party_id).in_(over))
        people = list(await ctx.session.scalars(silent.order_by(col(Customer.number))))
        found = [party_id for party_id in people if self.chance.random() < _LEAVES]
        await _move(ctx, found, Stage.CHURNED, "moved_to_competitor")

    async def _answer(self, ctx: Context) -> None:
        query = (
            sql(PlaybookStep, col(PlaybookEnrolment.ruleset))
            .join(PlaybookEnrolment, col(PlaybookEnrolment.id) == col(PlaybookStep.enrolment_id))
            .where(col(PlaybookStep.outcome) == Outcome.OPEN, col(PlaybookEnrolment.status) == Status.RUNNING)
            .order_by(col(PlaybookStep.id))
        )
        for step, sha256 in list(await ctx.session.execute(query)):
            asked = by_hash(ctx.policies, sha256).rules.steps[step.step]
            if isinstance(asked, Errand) and self.chance.random() < _ANSWERED:
                await service.answer(ctx, step.enrolment_id, step.step, self.chance.choice(list(asked.answers)))


async def _move(ctx: Context, party_ids: Sequence[UUID], stage: Stage, reason: str) -> None:
    rows = await ctx.session.scalars(select(Customer).where(col(Customer.party_id).in_(party_ids)))
    for row in sorted(rows, key=lambda each: each.number):
        if row.stage != stage:
            await set_stage(ctx, row, stage, reason)

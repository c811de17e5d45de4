"""Tasks of the demonstration bank over the last months, from a seed: most of them done, some late, some nobody's."""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from sqlmodel import col, select

from backend.access.context import Context
from backend.casework.tasks import queries, service
from backend.casework.tasks.models import Task
from backend.casework.tasks.service import TaskInput
from backend.core.actor import Actor
from backend.customers.models import Customer, Stage
from backend.demo.cases import Story

T = TypeVar("T")
_SEED: Final = 22
_TASKS: Final = 40
_SPAN_DAYS: Final = 300
_STEP: Final = timedelta(hours=5)


@dataclass(frozen=True, slots=True)
class _Kind:
    title: str
    department: str
    by: tuple[str, ...]
    to: tuple[str, ...]
    details: str = ""
    about_customer: bool = False
    template: str | None = None


_KINDS: Final = (
    _Kind("Check the address on the contract", "service", ("lucie", "martin"), ("david",), about_customer=True),
    _Kind("Explain the new terms to the branch", "compliance", ("karel",), ("lucie", "martin"), "@karel asked twice."),
    _Kind("Figures of lapses for the committee", "risk", ("alena",), ("petr",), "By month, for two years."),
    _Kind("Text for the website of the motor insurance", "products", ("david",), ("alena",), "@david has the draft."),
    _Kind("Call back about the mortgage", "service", ("lucie", "helena"), ("david",), about_customer=True),
    _Kind("请核对合同中文版", "compliance", ("wang",), ("li",), "@wang 已上传草稿。"),
    _Kind("Who answers for the old savings accounts?", "products", ("helena",), ("alena",)),
    _Kind("Account for the new colleague", "administration", ("karel",), ("admin",)),
    _Kind("", "products", ("helena",), ("alena",), template="information_letter"),
)


async def tell(story: Story, system: Actor) -> None:
    """Once: the demonstration that is started again finds tasks, and leaves them alone."""
    if await story.platform.run(system, _any):
        return
    chance = random.Random(_SEED)  # noqa: S311 - a story, no secret
    people, now = await story.platform.run(system, _customers), story.platform.clock()
    for place in range(_TASKS):
        at = now - timedelta(days=_SPAN_DAYS * (_TASKS - place) / _TASKS, hours=chance.randrange(9))
        await _told(_Course(story, at), chance, chance.choice(_KINDS), people)
    await story.platform.run(system, service.escalate_due)


async def _any(ctx: Context) -> bool:
    return await ctx.session.scalar(select(Task.id).limit(1)) is not None


async def _customers(ctx: Context) -> list[UUID]:
    query = select(Customer.party_id).where(Customer.stage == Stage.ACTIVE).order_by(col(Customer.number)).limit(50)
    return list(await ctx.session.scalars(query))


@dataclass(slots=True)
class _Course:
    """Acts on one task, each step some hours after the other, and never beyond today."""

    story: Story
    at: datetime

    async def act(self, login: str, use_case: Callable[[Context], Awaitable[T]]) -> T | None:
        if self.at > self.story.platform.clock():
            return None
        moment, self.at = self.at, self.at + _STEP
        platform = replace(self.story.platform, clock=lambda: moment)
        return await platform.run(self.story.actor(login), use_case, serializable=True)


async def _told(course: _Course, chance: random.Random, kind: _Kind, people: Sequence[UUID]) -> None:
    """Four of five are taken up, most of those are done; some wait, some are handed on and declined."""
    given = TaskInput(
        title=kind.title or None,
        details=kind.details or None,
        department=kind.department,
        template=kind.template,
        party_id=chance.choice(people) if kind.about_customer and people else None,
        priority=chance.choice((0, 0, 0, 1, 2)),
    )
    row, worker = (
        await course.act(chance.choice(kind.by), lambda ctx: service.create(ctx, given)),
        chance.choice(kind.to),
    )
    fate = chance.random()
    if row is None or fate > 0.8:  # noqa: PLR2004 - four of five
        return
    await course.act(worker, lambda ctx: service.take(ctx, row.id))
    if fate > 0.7:  # noqa: PLR2004 - a tenth
        await course.act(worker, lambda ctx: service.wait(ctx, row.id, "For the customer's answer."))
        return
    if fate > 0.62:  # noqa: PLR2004 - some
        await _handed(course, worker, row.id)
    await _ticked(course, worker, row.id)
    await course.act(worker, lambda ctx: service.complete(ctx, row.id, "Done as asked."))


async def _handed(course: _Course, worker: str, task_id: UUID) -> None:
    """To the head of compliance, who declines."""
    head = course.story.staff["helena"].id
    await course.act(worker, lambda ctx: service.hand_over(ctx, task_id, "Should this not be decided above?", to=head))
    await course.act("helena", lambda ctx: service.decline(ctx, task_id, "It is yours to decide."))


async def _ticked(course: _Course, worker: str, task_id: UUID) -> None:
    async def tick(ctx: Context) -> None:
        for point in (await queries.points(ctx, [task_id])).get(task_id, []):
            await service.check(ctx, point.id, done=True)

    await course.act(worker, tick)

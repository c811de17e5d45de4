"""What people do: answer a step, take a customer out, pause a playbook and let it go on."""

from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.core.ids import new_id
from backend.customers.queries import facts
from backend.engagement.playbooks import rules
from backend.engagement.playbooks.errors import (
    AlreadyPaused,
    AnswerUnknown,
    EnrolmentOver,
    NotPaused,
    PlaybookUnknown,
    ReasonMissing,
    StepNotOpen,
)
from backend.engagement.playbooks.models import EndReason, OutReason, PlaybookEnrolment, PlaybookPause, Status
from backend.engagement.playbooks.queries import courses
from backend.engagement.playbooks.queries.courses import OBJECT
from backend.engagement.playbooks.rules import Answered, Left
from backend.engagement.playbooks.ruleset import Errand, by_hash, playbooks_on
from backend.engagement.playbooks.service.carrying import carry_out, course_of
from backend.engagement.playbooks.service.observing import stop

MOST_WORDS: Final = 200


async def answer(ctx: Context, enrolment_id: UUID, step: str, said: str) -> PlaybookEnrolment:
    """What came of a call or a task; the course goes on from there. Raises StepNotOpen and AnswerUnknown."""
    row = await courses.enrolment(ctx, enrolment_id, lock=True)
    ctx.require("enrol", OBJECT, await facts(ctx, row.party_id))
    playbook = by_hash(ctx.policies, row.ruleset).rules
    asked = playbook.steps.get(step)
    if row.step != step or row.opened_at is None or not isinstance(asked, Errand):
        raise StepNotOpen()
    if said not in asked.answers:
        raise AnswerUnknown(field="answer", answer=said, known=", ".join(asked.answers))
    steps = (await courses.steps_of(ctx, [row.id]))[row.id]
    moved = rules.advance(playbook, course_of(row, steps), Answered(step, said), ctx.now)
    manager = (await courses.standings(ctx, [row.party_id]))[row.party_id].manager_id
    await carry_out(ctx, row, playbook, steps, moved, action="playbook.answer", manager_id=manager)
    return row


async def take_out(ctx: Context, enrolment_id: UUID, reason: OutReason) -> PlaybookEnrolment:
    """Raises EnrolmentOver."""
    row = await courses.enrolment(ctx, enrolment_id, lock=True)
    ctx.require("enrol", OBJECT, await facts(ctx, row.party_id))
    if row.status != Status.RUNNING:
        raise EnrolmentOver()
    await stop(ctx, row, Left(EndReason.TAKEN_OUT, reason))
    return row


async def pause(ctx: Context, playbook: str, reason: str) -> PlaybookPause:
    """Nobody is taken up and no step is taken until it goes on.

    Raises PlaybookUnknown, AlreadyPaused and ReasonMissing.
    """
    ctx.require("pause", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    loaded, words = playbooks_on(ctx.policies, ctx.now.date()).get(playbook), reason.strip()
    if loaded is None:
        raise PlaybookUnknown(playbook=playbook)
    if not 0 < len(words) <= MOST_WORDS:
        raise ReasonMissing(field="reason", most=MOST_WORDS)
    if playbook in await courses.pauses(ctx):
        raise AlreadyPaused()
    row = PlaybookPause(
        id=new_id(),
        tenant_id=ctx.actor.tenant_id,
        playbook=playbook,
        reason=words,
        since=ctx.now,
        paused_by=ctx.actor.id,
    )
    async with ctx.audit("playbook.pause", (OBJECT, row.id), reason=playbook, ruleset=loaded.sha256):
        ctx.session.add(row)
    return row


async def resume(ctx: Context, playbook: str) -> PlaybookPause:
    """Steps whose time came meanwhile are taken now, one after the other. Raises NotPaused."""
    ctx.require("pause", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    row = (await courses.pauses(ctx)).get(playbook)
    if row is None:
        raise NotPaused()
    async with ctx.audit("playbook.resume", (OBJECT, row.id), reason=playbook):
        row.until, row.resumed_by = ctx.now, ctx.actor.id
    return row

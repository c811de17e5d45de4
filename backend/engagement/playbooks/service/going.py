"""Courses go on: whoever has a reason to leave leaves, then each step whose time has come is taken.

Exits are asked in the transaction that takes the step, so nothing goes out to somebody who has just left.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.complaints.models import Complaint
from backend.engagement import contact
from backend.engagement.playbooks import rules
from backend.engagement.playbooks.models import PlaybookEnrolment, PlaybookStep
from backend.engagement.playbooks.queries import courses
from backend.engagement.playbooks.queries.courses import OBJECT
from backend.engagement.playbooks.rules import Advance, Event, Left, Permission, Tick
from backend.engagement.playbooks.ruleset import Message, Playbook, by_hash
from backend.engagement.playbooks.service.carrying import carry_out, course_of
from backend.engagement.playbooks.service.entering import take_up
from backend.engagement.playbooks.service.situation import situations

_ASK_AGAIN: Final = timedelta(hours=6)
Key = tuple[UUID, str]


async def go_on(ctx: Context, limit: int = 100) -> int:
    """For the schedule: how many courses moved; call again while it answers more than 0."""
    ctx.require("run", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    rows = await courses.due(ctx, list(await courses.pauses(ctx)), limit)
    await _move(ctx, rows, tick=True)
    return len(rows)


async def look(ctx: Context, party_id: UUID) -> int:
    """Something happened to the customer: courses that end with it end, and playbooks that wait for it begin."""
    ctx.require("run", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    rows = await courses.running_of(ctx, party_id)
    await _move(ctx, rows, tick=False)
    return len(rows) + await take_up(ctx, party_ids=[party_id])


async def complained(ctx: Context, complaint_id: UUID) -> int:
    row = await ctx.session.get(Complaint, complaint_id)
    return 0 if row is None or row.party_id is None else await look(ctx, row.party_id)


async def _move(ctx: Context, rows: Sequence[PlaybookEnrolment], *, tick: bool) -> None:
    playbooks = {row.ruleset: by_hash(ctx.policies, row.ruleset).rules for row in rows}
    steps = await courses.steps_of(ctx, [row.id for row in rows])
    held = await situations(ctx, [(row.party_id, playbooks[row.ruleset]) for row in rows])
    managers = await courses.standings(ctx, [row.party_id for row in rows])
    staying: list[PlaybookEnrolment] = []
    for row in rows:
        reason = rules.leaves(playbooks[row.ruleset], held[row.party_id, row.playbook])
        if reason is None:
            staying.append(row)
        else:
            await _take(ctx, row, playbooks[row.ruleset], steps[row.id], Left(reason), None)
    if not tick:
        return
    allowed = await _permissions(ctx, staying, playbooks, steps)
    for row in staying:
        at = managers.get(row.party_id)
        event = Tick(allowed.get((row.party_id, row.playbook)))
        await _take(ctx, row, playbooks[row.ruleset], steps[row.id], event, None if at is None else at.manager_id)


async def _take(
    ctx: Context,
    row: PlaybookEnrolment,
    playbook: Playbook,
    steps: Sequence[PlaybookStep],
    event: Event,
    manager_id: UUID | None,
) -> None:
    course = course_of(row, steps)
    moved = rules.advance(playbook, course, event, ctx.now)
    if moved != Advance(course):
        await carry_out(ctx, row, playbook, steps, moved, manager_id=manager_id)


async def _permissions(
    ctx: Context,
    rows: Sequence[PlaybookEnrolment],
    playbooks: Mapping[str, Playbook],
    steps: Mapping[UUID, Sequence[PlaybookStep]],
) -> dict[Key, Permission]:
    """Asked of contact for many at once, by purpose and channel, only for messages that are to go out now."""
    asked: dict[tuple[str, str | None], list[Key]] = defaultdict(list)
    for row in rows:
        playbook = playbooks[row.ruleset]
        name = rules.upcoming_message(playbook, course_of(row, steps[row.id]), ctx.now)
        if name is not None:
            step = playbook.steps[name]
            channel = step.channel if isinstance(step, Message) else None
            asked[playbook.purpose, channel].append((row.party_id, row.playbook))
    found: dict[Key, Permission] = {}
    for (purpose, channel), keys in asked.items():
        answers = await contact.may_contact(ctx, [party_id for party_id, _ in keys], purpose, channel)
        found |= {key: _permission(ctx, answers[key[0]]) for key in keys}
    return found


def _permission(ctx: Context, answer: contact.ContactAnswer) -> Permission:
    """What is held up for a time that nobody knows is asked again; a refusal for good is left out."""
    if answer.allowed or answer.not_before is not None or not contact.HELD.issuperset(answer.reasons):
        return Permission(answer.allowed, answer.reasons, answer.not_before)
    return Permission(False, answer.reasons, ctx.now + _ASK_AGAIN)

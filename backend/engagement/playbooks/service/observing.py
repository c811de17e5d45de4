"""The goal is looked for, alike in both arms, whatever became of the steps; reached, it ends the course."""

from datetime import UTC

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.engagement.playbooks import rules
from backend.engagement.playbooks.models import EndReason, PlaybookEnrolment, Status
from backend.engagement.playbooks.queries import courses, goals
from backend.engagement.playbooks.queries.courses import OBJECT
from backend.engagement.playbooks.queries.goals import Reached
from backend.engagement.playbooks.rules import Left
from backend.engagement.playbooks.ruleset import by_hash
from backend.engagement.playbooks.service.carrying import carry_out, course_of


async def observe(ctx: Context, limit: int = 100) -> int:
    """For the schedule: how many reached their goal; call again while it answers more than 0."""
    ctx.require("run", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    found: list[Reached] = []
    for _, sha256 in await goals.versions(ctx):
        if len(found) < limit:
            goal = by_hash(ctx.policies, sha256).rules.goal
            found += await goals.reached(ctx, goal, sha256, limit - len(found))
    for each in found:
        await _reached(ctx, each)
    return len(found)


async def _reached(ctx: Context, found: Reached) -> None:
    row = await ctx.session.get_one(PlaybookEnrolment, found.enrolment_id, with_for_update=True)
    async with ctx.audit("playbook.goal", ("party", row.party_id), reason=row.playbook, ruleset=row.ruleset):
        row.goal_at = found.at.astimezone(UTC)
    if row.status == Status.RUNNING:
        await stop(ctx, row, Left(EndReason.GOAL))


async def stop(ctx: Context, row: PlaybookEnrolment, left: Left) -> None:
    playbook, steps = by_hash(ctx.policies, row.ruleset).rules, await courses.steps_of(ctx, [row.id])
    moved = rules.advance(playbook, course_of(row, steps[row.id]), left, ctx.now)
    await carry_out(ctx, row, playbook, steps[row.id], moved)


async def finish_control(ctx: Context, limit: int = 100) -> int:
    """Those who were left alone, when their time to reach the goal is over."""
    ctx.require("run", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))
    rows = await courses.over(ctx, limit)
    for row in rows:
        async with ctx.audit("playbook.end", ("party", row.party_id), reason=row.playbook, ruleset=row.ruleset):
            row.status, row.ended_at = Status.FINISHED, ctx.now
    return len(rows)

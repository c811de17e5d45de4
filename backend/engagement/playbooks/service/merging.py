"""Courses of a record that is merged into another: the survivor's own goes on where both are in one playbook."""

from uuid import UUID

from backend.access.context import Context
from backend.customers.following import move, records_of
from backend.engagement.playbooks.models import EndReason, PlaybookEnrolment, PlaybookStep, Status
from backend.engagement.playbooks.rules import Left
from backend.engagement.playbooks.service.observing import stop


async def follow(ctx: Context, loser_id: UUID, survivor_id: UUID) -> None:
    """What took up both of them took up the customer twice: the loser's course is ended and stays where it was, for
    the effect is measured over those who were drawn."""
    mine, theirs = [await records_of(ctx, PlaybookEnrolment, each) for each in (survivor_id, loser_id)]
    running = {row.playbook for row in mine if row.status == Status.RUNNING}
    for row in theirs:
        if row.status == Status.RUNNING and row.playbook in running:
            await stop(ctx, row, Left(EndReason.MERGED))
    taken = {(row.playbook, row.source) for row in mine}
    going = [row for row in theirs if (row.playbook, row.source) not in taken]
    ids = {row.id for row in going}
    await move(ctx, going, loser_id, survivor_id)
    steps = [row for row in await records_of(ctx, PlaybookStep, loser_id) if row.enrolment_id in ids]
    await move(ctx, steps, loser_id, survivor_id)

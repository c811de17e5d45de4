"""The playbooks that a customer is in, in the portrait: each with the step that comes next."""

from collections.abc import Sequence
from uuid import UUID

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.engagement.playbooks.models import Status
from backend.engagement.playbooks.queries import courses
from backend.engagement.playbooks.queries.courses import OBJECT
from backend.engagement.playbooks.ruleset import by_hash
from backend.engagement.portrait.sources import Fact


async def playbooks(ctx: Context, party_id: UUID) -> Sequence[Fact]:
    """Only those that do something: who is left alone has no next step."""
    if not ctx.may("view", OBJECT, Facts(tenant_id=ctx.actor.tenant_id)):
        return ()
    found = []
    for row in await courses.of_party(ctx, party_id):
        if row.status == Status.RUNNING and row.step is not None:
            playbook = by_hash(ctx.policies, row.ruleset).rules
            step, record = playbook.steps[row.step].wording, ("playbook_enrolment", row.id)
            on = row.entered_at.date()
            found.append(Fact("next", "playbook", step, "playbooks", on, words=playbook.wording, record=record))
    return found

"""Playbooks as a governed kind: simulated over today's portfolio, how many would enter and what they would be sent."""

from uuid import UUID

from backend.access.context import Context
from backend.casework.errors import UnknownQueue
from backend.casework.queues import queues_on
from backend.core.rulesets import Loaded
from backend.engagement import contact
from backend.engagement.playbooks.models import Arm
from backend.engagement.playbooks.queries.entering import standing_today
from backend.engagement.playbooks.rules import arm
from backend.engagement.playbooks.ruleset import DIRECTORY, Errand, Message, Playbook
from backend.governance.documents import Document, Figure, Row, Statement, Table, words
from backend.governance.kinds import Progress
from backend.governance.yaml_kind import YamlKind


class PlaybookKind(YamlKind[Playbook]):
    def __init__(self) -> None:
        super().__init__("playbooks", "Playbooks: whom they take up, their steps and hold-out", DIRECTORY, Playbook)

    async def simulate(
        self, ctx: Context, base: Loaded[Playbook] | None, proposed: Loaded[Playbook], progress: Progress
    ) -> Document:
        """As if nobody had been enrolled yet. Lots are drawn as they would be, so both arms are exact."""
        before = set() if base is None else await standing_today(ctx, base.rules)
        await progress(1, 2)
        after = await standing_today(ctx, proposed.rules)
        await progress(2, 2)
        return _told(before, after, base, proposed)

    async def check(self, ctx: Context, base: Loaded[Playbook] | None, proposed: Loaded[Playbook]) -> None:
        """Its queues and its purpose exist, so that no step fails when its time has come. Raises UnknownQueue."""
        known = queues_on(ctx.policies, ctx.now.date()).queues
        for step in proposed.rules.steps.values():
            if isinstance(step, Errand) and step.queue not in known:
                raise UnknownQueue(field="content", queue=step.queue)
        await contact.may_contact(ctx, [], proposed.rules.purpose)

    async def stamp(self, ctx: Context) -> str:
        """Whom it takes up moves with the day."""
        return ctx.now.date().isoformat()


def _told(before: set[UUID], after: set[UUID], base: Loaded[Playbook] | None, proposed: Loaded[Playbook]) -> Document:
    entering = Statement(
        words("{after} customers would enter today, {before} did.", after=len(after), before=len(before))
    )
    moved = Statement(
        words("{came} come in, {gone} stay out.", came=len(after - before), gone=len(before - after)),
        "warn" if before - after else "info",
    )
    rows: list[Row] = [
        (words("Customers who enter"), Figure(_count(before)), Figure(_count(after))),
        (words("Left alone by lot"), Figure(_alone(before, base)), Figure(_alone(after, proposed))),
        (words("Messages at most"), Figure(_most(before, base, Message)), Figure(_most(after, proposed, Message))),
        (words("Calls and tasks at most"), Figure(_most(before, base, Errand)), Figure(_most(after, proposed, Errand))),
    ]
    columns = [words("What"), words("In force"), words("Proposed")]
    return Document(statements=(entering, moved), tables=(Table(words("What it would do today"), columns, rows),))


def _count(parties: set[UUID]) -> str:
    return str(len(parties))


def _alone(parties: set[UUID], under: Loaded[Playbook] | None) -> str:
    return "0" if under is None else str(len(parties) - _treated(parties, under))


def _treated(parties: set[UUID], under: Loaded[Playbook]) -> int:
    return sum(arm(under.sha256, each, under.rules.holdout_bp) is Arm.TREATED for each in parties)


def _most(parties: set[UUID], under: Loaded[Playbook] | None, kind: type[Message | Errand]) -> str:
    """As if everybody went through every step of the kind; a branch leads past some of them."""
    if under is None:
        return "0"
    steps = sum(isinstance(step, kind) for step in under.rules.steps.values())
    return str(_treated(parties, under) * steps)

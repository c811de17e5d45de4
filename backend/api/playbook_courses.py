"""The courses of customers through playbooks: where each is, what was done, what is asked now."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.inputs import Id
from backend.api.pages import After, Connection, First, instant_place, page_size, place, read_instant_place
from backend.api.playbook_codes import PlaybookArm, PlaybookOutReason, PlaybookStatus
from backend.api.playbook_types import PlaybookAnswer
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.customers.queries import facts
from backend.engagement.playbooks import models
from backend.engagement.playbooks.errors import EnrolmentNotFound
from backend.engagement.playbooks.happenings import event_of
from backend.engagement.playbooks.queries import courses
from backend.engagement.playbooks.queries.courses import OBJECT
from backend.engagement.playbooks.ruleset import Errand, by_hash

_LISTED: Final = "playbookEnrolments"


@strawberry.type(description="A step that was taken; null `outcomeWords` where its code says all.")
class PlaybookCourseStep:
    step: str
    words: str
    kind: str
    outcome: str
    outcome_words: str | None
    reasons: list[str] = strawberry.field(directives=[Cost(weight=0, size=3)])
    begun_at: datetime
    ended_at: datetime | None
    row: strawberry.Private[models.PlaybookStep]

    @strawberry.field
    def answered_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.answered_by)


@strawberry.type(description="One customer's course; the control arm has one without steps.")
class PlaybookEnrolment:
    id: UUID
    playbook: str
    playbook_words: str
    arm: PlaybookArm
    by_hand: bool
    trigger: str
    event: str | None = strawberry.field(description="What happened, where an event took the customer up.")
    status: PlaybookStatus
    step: str | None
    step_words: str | None
    wake_at: datetime | None
    entered_at: datetime
    observe_until: datetime
    goal_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    out_reason: PlaybookOutReason | None
    row: strawberry.Private[models.PlaybookEnrolment]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.row.party_id)

    @resolved("What was done, the oldest first.", weight=2, size=6)
    async def course(self, info: Info) -> list[PlaybookCourseStep]:
        return await info.context.read(lambda ctx: _course(ctx, self.row))

    @resolved("The answers that the step under way takes; empty where none is asked for, or not of the viewer.", size=4)
    async def answers(self, info: Info) -> list[PlaybookAnswer]:
        return await info.context.read(lambda ctx: _answers(ctx, self.row))

    @resolved("May the viewer answer its steps and take the customer out?")
    async def may_act(self, info: Info) -> bool:
        return await info.context.read(lambda ctx: _may_act(ctx, self.row))


def enrolment_shown(ctx: Context, row: models.PlaybookEnrolment) -> PlaybookEnrolment:
    playbook, locale = by_hash(ctx.policies, row.ruleset).rules, ctx.actor.locale
    step = None if row.step is None else playbook.steps[row.step]
    return PlaybookEnrolment(
        id=row.id,
        playbook=row.playbook,
        playbook_words=playbook.wording.text(locale),
        arm=PlaybookArm(row.arm),
        by_hand=row.by_hand,
        trigger=row.trigger,
        event=event_of(row.trigger, row.source),
        status=PlaybookStatus(row.status),
        step=row.step,
        step_words=None if step is None else step.wording.text(locale),
        wake_at=row.wake_at,
        entered_at=row.entered_at,
        observe_until=row.observe_until,
        goal_at=row.goal_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
        out_reason=None if row.out_reason is None else PlaybookOutReason(row.out_reason),
        row=row,
    )


async def fetch_enrolments(ctx: Context, ids: Collection[UUID]) -> dict[UUID, PlaybookEnrolment | None]:
    return {found: enrolment_shown(ctx, row) for found, row in (await courses.by_ids(ctx, ids)).items()}


async def _may_act(ctx: Context, row: models.PlaybookEnrolment) -> bool:
    running = row.status == models.Status.RUNNING
    return running and ctx.may("enrol", OBJECT, await facts(ctx, row.party_id))


async def _course(ctx: Context, row: models.PlaybookEnrolment) -> list[PlaybookCourseStep]:
    steps, locale = by_hash(ctx.policies, row.ruleset).rules.steps, ctx.actor.locale
    found = []
    for each in (await courses.steps_of(ctx, [row.id])).get(row.id, []):
        rule = steps[each.step]
        answers = rule.answers if isinstance(rule, Errand) else {}
        named = answers[each.outcome].text(locale) if each.outcome in answers else None
        found.append(
            PlaybookCourseStep(
                step=each.step,
                words=rule.wording.text(locale),
                kind=each.kind,
                outcome=each.outcome,
                outcome_words=named,
                reasons=(each.reasons or "").split(),
                begun_at=each.begun_at,
                ended_at=each.ended_at,
                row=each,
            )
        )
    return found


async def _answers(ctx: Context, row: models.PlaybookEnrolment) -> list[PlaybookAnswer]:
    if row.step is None or row.opened_at is None or not await _may_act(ctx, row):
        return []
    step = by_hash(ctx.policies, row.ruleset).rules.steps[row.step]
    said = step.answers if isinstance(step, Errand) else {}
    return [PlaybookAnswer(code=code, words=words.text(ctx.actor.locale)) for code, words in said.items()]


@strawberry.type
class PlaybookCourseQuery:
    @resolved("Courses of customers whom the viewer may see, the newest first.", weight=5, sliced_by="first")
    async def playbook_enrolments(
        self,
        info: Info,
        playbook: str,
        step: str | None = None,
        running: bool | None = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[PlaybookEnrolment]:
        given, limit = place(info, _LISTED, after), page_size(first)
        start = None if given is None else courses.After(*read_instant_place(given))

        async def found(ctx: Context) -> list[PlaybookEnrolment]:
            rows = await courses.of_playbook(ctx, playbook, limit=limit + 1, after=start, step=step, running=running)
            return [enrolment_shown(ctx, row) for row in rows]

        rows = await info.context.read(found)
        shown = rows[:limit]
        following = instant_place(shown[-1].entered_at, shown[-1].id) if len(rows) > limit else None
        return Connection.of(info, _LISTED, shown, following)

    @resolved("Courses of a customer through playbooks, the newest first.", weight=3, size=5)
    async def playbook_enrolments_of(self, info: Info, party_id: UUID) -> list[PlaybookEnrolment]:
        async def found(ctx: Context) -> list[PlaybookEnrolment]:
            return [enrolment_shown(ctx, row) for row in await courses.of_party(ctx, party_id)]

        return await info.context.read(found)

    @resolved("One course.", weight=2)
    async def playbook_enrolment(self, info: Info, id_: Id) -> PlaybookEnrolment:
        async def found(ctx: Context) -> PlaybookEnrolment:
            return enrolment_shown(ctx, await courses.enrolment(ctx, id_))

        return await info.context.read(found)

    @resolved("The course to which a step belongs, by the step's own id: what a piece of work is about.", weight=2)
    async def playbook_step_enrolment(self, info: Info, id_: Id) -> PlaybookEnrolment:
        async def found(ctx: Context) -> PlaybookEnrolment:
            step = await courses.step(ctx, id_)
            if step is None:
                raise EnrolmentNotFound()
            return enrolment_shown(ctx, await courses.enrolment(ctx, step.enrolment_id))

        return await info.context.read(found)

"""Stages of customers: where they stand, how they came there, and the runs that compute them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any, Final, Protocol
from uuid import UUID

import strawberry

from backend.access.context import Context
from backend.api import graph
from backend.api.costs import Cost, resolved
from backend.api.graph import LazyParty
from backend.api.pages import After, Connection, First, instant_place, page_size, place, read_instant_place
from backend.api.party_enums import Stage
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.customers import rulesets
from backend.customers.queries.sight import sights
from backend.engagement.stages import models, queries
from backend.engagement.stages.ruleset import stage_policy

_LISTED: Final = "stageTransitions"


@strawberry.enum
class StageCause(Enum):
    COMPUTED = "computed"
    PERSON = "person"


@strawberry.type(description="A word of a rule-set in the reader's language.")
class LifeWord:
    code: str
    words: str


class _Worded(Protocol):
    @property
    def code(self) -> str: ...
    def text(self, locale: str) -> str: ...


def life_words(words: Iterable[_Worded], locale: str) -> list[LifeWord]:
    return [LifeWord(code=word.code, words=word.text(locale)) for word in words]


@strawberry.type(description="What a reason looked at; amounts are in minor units (the fact ends in _minor).")
class LifeFigure:
    fact: str
    value: float


@strawberry.type(description="A step between stages. A person's holds until `until`, or until it was ended.")
class StageTransition:
    id: UUID
    from_stage: Stage
    to_stage: Stage
    cause: StageCause
    reasons: list[LifeWord] = strawberry.field(directives=[Cost(weight=0, size=3)])
    figures: list[LifeFigure] = strawberry.field(directives=[Cost(weight=0, size=4)])
    at: datetime
    as_of: date | None = strawberry.field(description="The day of the facts that moved the customer.")
    until: date | None
    ended_at: datetime | None
    ruleset: str
    facts: str | None = strawberry.field(description="The digest of everything that was known.")
    note: str | None
    party_id: UUID
    by_id: strawberry.Private[UUID]

    @resolved(weight=2)
    def party(self, info: Info) -> LazyParty | None:
        return graph.party(info, self.party_id)

    @strawberry.field
    def by(self, info: Info) -> Agent | None:
        return agent(info, self.by_id)


@strawberry.type(description="How many customers stand in a stage.")
class StageCount:
    stage: Stage
    customers: int


@strawberry.type(description="How many customers went from one stage to another.")
class StageMove:
    from_stage: Stage
    to_stage: Stage
    customers: int


@strawberry.type(description="A computation of stages and warnings over the portfolio, as of a day.")
class StageRun:
    id: UUID
    running: bool
    as_of: date
    started_at: datetime
    finished_at: datetime | None
    total: int
    done: int
    moved: int
    held: int = strawberry.field(description="Customers whom a person's correction kept where they are.")
    barred: int = strawberry.field(description="Customers whose step the stages' rule-set does not know.")
    warned: int
    started_by_id: strawberry.Private[UUID]

    @strawberry.field
    def started_by(self, info: Info) -> Agent | None:
        return agent(info, self.started_by_id)

    @classmethod
    def of(cls, row: models.StageRun) -> "StageRun":
        return cls(
            id=row.id,
            running=row.state == models.RunState.RUNNING,
            as_of=row.as_of,
            started_at=row.started_at,
            finished_at=row.finished_at,
            total=row.total,
            done=row.done,
            started_by_id=row.started_by,
            **{name: row.counts[name] for name in ("moved", "held", "barred", "warned")},
        )


@strawberry.type(description="What a person may say when correcting a stage.")
class StageChoices:
    reasons: list[LifeWord] = strawberry.field(directives=[Cost(weight=0, size=12)])
    correction_days: int
    longest_correction_days: int


async def transitions_shown(ctx: Context, rows: Iterable[models.StageTransition]) -> list[StageTransition]:
    """Words come from the rule-set that decided, and a note is shown to whom the field's right shows it."""
    found = list(rows)
    noted = {row.party_id for row in found if row.note is not None}
    seen = await sights(ctx, noted) if noted else {}
    shown = []
    for row in found:
        sight = None if row.note is None else seen.get(row.party_id)
        note = None if sight is None else sight.open("note", ("stage_transition", "note"), row.id, row.note)
        shown.append(_shown(ctx, row, note))
    return shown


def _shown(ctx: Context, row: models.StageTransition, note: str | None) -> StageTransition:
    return StageTransition(
        id=row.id,
        from_stage=Stage(row.from_stage),
        to_stage=Stage(row.to_stage),
        cause=StageCause(row.cause),
        reasons=[LifeWord(code=code, words=_words(ctx, row, code)) for code in row.reasons],
        figures=[LifeFigure(fact=fact, value=float(value)) for fact, value in (row.figures or {}).items()],
        at=row.at,
        as_of=row.as_of,
        until=row.until,
        ended_at=row.ended_at,
        ruleset=row.ruleset,
        facts=row.facts,
        note=note,
        party_id=row.party_id,
        by_id=row.by,
    )


def _words(ctx: Context, row: models.StageTransition, code: str) -> str:
    """The code where nobody wrote words for it."""
    locale, day = ctx.actor.locale, row.at.date()
    if row.cause == models.Cause.PERSON:
        known = {term.code: term for term in rulesets.stages(ctx).rules.reasons}
        return known[code].text(locale) if code in known else code
    return stage_policy(ctx.policies, day).rules.words(code, locale) or code


@strawberry.type
class StageQuery:
    @resolved("How many customers of the viewer's scope stand in each stage.", weight=5, size=10)
    async def stage_counts(self, info: Info) -> list[StageCount]:
        found = await info.context.read(queries.counts)
        return [StageCount(stage=stage, customers=found[stage.value]) for stage in Stage if stage.value in found]

    @resolved("How many customers moved between stages since a day.", weight=10, size=30)
    async def stage_moves(self, info: Info, since: date) -> list[StageMove]:
        found = await info.context.read(lambda ctx: queries.moves(ctx, since))
        return [
            StageMove(from_stage=Stage(start), to_stage=Stage(end), customers=number)
            for (start, end), number in sorted(found.items(), key=lambda item: -item[1])
        ]

    @resolved("Steps between stages, the newest first.", weight=5, sliced_by="first")
    async def stage_transitions(
        self,
        info: Info,
        from_stage: Stage | None = None,
        to_stage: Stage | None = None,
        since: date | None = None,
        cause: StageCause | None = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[StageTransition]:
        filters = queries.Filters(
            from_stage=None if from_stage is None else from_stage.value,
            to_stage=None if to_stage is None else to_stage.value,
            since=None if since is None else datetime.combine(since, time(), UTC),
            cause=None if cause is None else cause.value,
        )
        listed, limit = f"{_LISTED} {filters}", page_size(first)
        start = place(info, listed, after)
        from_ = None if start is None else queries.After(*read_instant_place(start))

        async def page(ctx: Context) -> tuple[list[StageTransition], queries.After | None]:
            rows, end = await queries.transitions(ctx, filters, from_, limit)
            return await transitions_shown(ctx, rows), end

        nodes, end = await info.context.read(page)
        return Connection.of(info, listed, nodes, None if end is None else instant_place(end.at, end.id))

    @resolved("How a customer came into the present stage, the newest step first.", weight=5, size=10)
    async def stage_history(self, info: Info, party_id: UUID) -> list[StageTransition]:
        async def found(ctx: Context) -> list[StageTransition]:
            return await transitions_shown(ctx, await queries.history(ctx, party_id))

        return await info.context.read(found)

    @resolved("The computation of stages that is under way, or the last one.", weight=3)
    async def stage_run(self, info: Info) -> StageRun | None:
        row = await info.context.read(queries.latest_run)
        return None if row is None else StageRun.of(row)

    @resolved("What a person may say when correcting a stage.", weight=2)
    async def stage_choices(self, info: Info) -> StageChoices:
        async def found(ctx: Context) -> Any:
            return rulesets.stages(ctx).rules, stage_policy(ctx.policies, ctx.now.date()).rules

        words, policy = await info.context.read(found)
        return StageChoices(
            reasons=life_words(words.reasons, info.context.actor.locale),
            correction_days=policy.correction_days,
            longest_correction_days=policy.longest_correction_days,
        )

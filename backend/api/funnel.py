"""The funnel: how many customers go from stage to stage, and how long it takes."""

from enum import Enum

import strawberry

from backend.access.context import Context
from backend.api.costs import resolved
from backend.api.party_enums import Stage
from backend.api.request import Info
from backend.engagement.funnel import service
from backend.engagement.funnel.rules import Step
from backend.engagement.segments.ruleset import segment_rules


@strawberry.enum(description="What the funnel is split by; the cohort is the quarter in which somebody came.")
class FunnelDimension(Enum):
    CHANNEL = "channel"
    PRODUCT = "product"
    SEGMENT = "segment"
    COHORT = "cohort"


@strawberry.type(
    description=(
        "Of those who `entered` a stage, how many `advanced` and `left`; the share with its 95 % interval. The median"
        " of days counts those who are still there for as long as they were seen; empty while less than half moved on."
    )
)
class FunnelStep:
    group: str
    group_words: str | None
    from_stage: Stage
    to_stage: Stage
    entered: int
    advanced: int
    left: int
    waiting: int
    conversion: float | None
    low: float | None
    high: float | None
    median_days: float | None

    @classmethod
    def of(cls, step: Step, words: str | None = None) -> "FunnelStep":
        return cls(
            group=step.group,
            group_words=words,
            from_stage=Stage(step.start.value),
            to_stage=Stage(step.end.value),
            entered=step.entered,
            advanced=step.advanced,
            left=step.left,
            waiting=step.waiting,
            conversion=step.conversion,
            low=step.low,
            high=step.high,
            median_days=step.median_days,
        )


@strawberry.type
class FunnelQuery:
    @resolved("How many go from stage to stage and how long it takes.", weight=60, size=48)
    async def stage_funnel(self, info: Info, by: FunnelDimension | None = None) -> list[FunnelStep]:
        async def found(ctx: Context) -> list[FunnelStep]:
            steps = await service.steps(ctx, None if by is None else by.value)
            if by is not FunnelDimension.SEGMENT:
                return [FunnelStep.of(step) for step in steps]
            rules = segment_rules(ctx.policies, ctx.now.date()).rules
            return [FunnelStep.of(step, rules.words(step.group, ctx.actor.locale)) for step in steps]

        return await info.context.read(found)

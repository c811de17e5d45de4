"""Playbooks: what is in force and what it does, and the courses of customers through them."""

from decimal import Decimal
from functools import partial
from typing import Final

import strawberry

from backend.access.context import Context
from backend.access.scopes import Facts
from backend.api.costs import Cost, resolved
from backend.api.histories import HistoryKind, Recorded
from backend.api.playbook_types import (
    PlaybookEffect,
    PlaybookPause,
    PlaybookStep,
    PlaybookTrigger,
    Standing,
    effect_shown,
    steps_shown,
    trigger_shown,
)
from backend.api.request import Info
from backend.core.rulesets import Loaded
from backend.engagement.playbooks.effect import measured
from backend.engagement.playbooks.errors import PlaybookUnknown
from backend.engagement.playbooks.queries import courses, goals
from backend.engagement.playbooks.queries.courses import OBJECT
from backend.engagement.playbooks.ruleset import Playbook as PlaybookRules
from backend.engagement.playbooks.ruleset import playbooks_on
from backend.engagement.segments.ruleset import segment_rules
from backend.engagement.watch.ruleset import watch_policy

_LISTED: Final = "playbookEnrolments"


@strawberry.type(description="How many courses ended so.")
class PlaybookEnding:
    reason: str
    count: int


@strawberry.type
class Playbook(Recorded):
    code: str
    words: str
    why: str
    ruleset: str
    purpose: str
    owner: str
    manual: bool
    start: str
    goal_words: str
    goal_days: int
    holdout_share: Decimal
    cap_messages: int
    cap_days: int
    again_after_days: int
    stages: list[str] = strawberry.field(directives=[Cost(weight=0, size=5)])
    segments: list[str] = strawberry.field(directives=[Cost(weight=0, size=5)])
    segment_words: list[str] = strawberry.field(directives=[Cost(weight=0, size=5)])
    exits: list[str] = strawberry.field(directives=[Cost(weight=0, size=4)])
    triggers: list[PlaybookTrigger] = strawberry.field(directives=[Cost(weight=0, size=4)])
    may_pause: bool
    loaded: strawberry.Private[Loaded[PlaybookRules]]

    def place(self) -> tuple[HistoryKind, str]:
        return HistoryKind.PLAYBOOK, self.code

    @resolved("Every step with what became of it, in the order of the rule-set.", weight=3, size=12)
    async def steps(self, info: Info) -> list[PlaybookStep]:
        async def found(ctx: Context) -> list[PlaybookStep]:
            standing = Standing(await courses.whereabouts(ctx, self.code), await courses.outcomes(ctx, self.code))
            return steps_shown(self.loaded, standing, ctx.actor.locale)

        return await info.context.read(found)

    @resolved("The goal with it and without it, by those whom the lot chose.", weight=3)
    async def effect(self, info: Info) -> PlaybookEffect:
        async def found(ctx: Context) -> PlaybookEffect:
            parts = await goals.strata(ctx, self.code)
            return effect_shown(measured(goals.together(parts), self.loaded.rules.holdout_bp, parts))

        return await info.context.read(found)

    @resolved("How courses ended.", weight=2, size=6)
    async def endings(self, info: Info) -> list[PlaybookEnding]:
        found = await info.context.read(lambda ctx: goals.endings(ctx, self.code))
        return [PlaybookEnding(reason=reason, count=count) for reason, count in found.items()]

    @resolved("Pauses, the newest first; the first is open where the playbook is paused.", weight=2, size=5)
    async def pauses(self, info: Info) -> list[PlaybookPause]:
        rows = await info.context.read(lambda ctx: courses.pauses_of(ctx, self.code))
        return [PlaybookPause.of(row) for row in rows]


def _require(ctx: Context) -> None:
    ctx.require("view", OBJECT, Facts(tenant_id=ctx.actor.tenant_id))


def playbook_shown(ctx: Context, loaded: Loaded[PlaybookRules]) -> Playbook:
    rules, locale = loaded.rules, ctx.actor.locale
    known = segment_rules(ctx.policies, ctx.now.date()).rules
    named = partial(known.words, locale=locale)
    signals = watch_policy(ctx.policies, ctx.now.date()).rules
    segments = sorted(rules.entry.segments)
    return Playbook(
        code=rules.id,
        words=rules.wording.text(locale),
        why=rules.why.text(locale),
        ruleset=loaded.sha256,
        purpose=rules.purpose,
        owner=rules.owner,
        manual=rules.manual,
        start=rules.start,
        goal_words=rules.goal.wording.text(locale),
        goal_days=rules.goal.within_days,
        holdout_share=Decimal(rules.holdout_bp) / 10_000,
        cap_messages=rules.caps.messages,
        cap_days=rules.caps.days,
        again_after_days=rules.entry.again_after_days,
        stages=sorted(stage.value for stage in rules.entry.stages),
        segments=segments,
        segment_words=[named(code) for code in segments],
        exits=sorted(reason.value for reason in rules.exits),
        triggers=[trigger_shown(each, named, partial(signals.words, locale=locale)) for each in rules.entry.triggers],
        may_pause=ctx.may("pause", OBJECT, Facts(tenant_id=ctx.actor.tenant_id)),
        loaded=loaded,
    )


async def playbook_in_force(ctx: Context, code: str) -> Playbook:
    """Raises NotAllowed and PlaybookUnknown."""
    _require(ctx)
    loaded = playbooks_on(ctx.policies, ctx.now.date()).get(code)
    if loaded is None:
        raise PlaybookUnknown(playbook=code)
    return playbook_shown(ctx, loaded)


@strawberry.type
class PlaybookQuery:
    @resolved("Playbooks in force.", weight=3, size=6)
    async def playbooks(self, info: Info) -> list[Playbook]:
        async def found(ctx: Context) -> list[Playbook]:
            _require(ctx)
            return [playbook_shown(ctx, each) for each in playbooks_on(ctx.policies, ctx.now.date()).values()]

        return await info.context.read(found)

    @resolved("One playbook by its code.", weight=2)
    async def playbook(self, info: Info, code: str) -> Playbook:
        return await info.context.read(lambda ctx: playbook_in_force(ctx, code))

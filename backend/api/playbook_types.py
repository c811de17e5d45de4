"""A playbook as the contract shows it: its steps as a graph, the figures of its arms, its effect."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

import strawberry

from backend.api.costs import Cost
from backend.api.playbook_codes import PlaybookArm, PlaybookStepKind, PlaybookVerdict
from backend.api.request import Info
from backend.api.staff import Agent, agent
from backend.core.rulesets import Loaded
from backend.engagement.playbooks import models
from backend.engagement.playbooks.effect import Effect
from backend.engagement.playbooks.models import Arm
from backend.engagement.playbooks.ruleset import (
    Branch,
    Errand,
    Message,
    Playbook,
    Step,
    Wait,
)
from backend.engagement.playbooks.triggers import (
    Anniversary,
    Happened,
    SegmentEntered,
    StageReached,
    Trigger,
    Warned,
)
from risk_models.estimate import Estimate

_PLACES: Final = Decimal("0.0001")


@strawberry.type(description="What an answer is called in the reader's language.")
class PlaybookAnswer:
    code: str
    words: str


@strawberry.type(
    description="Where a branch leads: `outcome` of the step that it asks for, `words` where the playbook names it,"
    " and the step that follows."
)
class PlaybookCase:
    outcome: str
    words: str | None
    step: str


@strawberry.type(description="How often a step came to this; `words` where the playbook names it.")
class PlaybookOutcome:
    outcome: str
    words: str | None
    count: int


@strawberry.type(description="One step; `standing` customers are at it now.")
class PlaybookStep:
    id: str
    kind: PlaybookStepKind
    words: str
    next: str | None
    template: str | None
    channel: str | None
    days: int | None
    asks: str | None
    standing: int
    answers: list[PlaybookAnswer] = strawberry.field(directives=[Cost(weight=0, size=5)])
    cases: list[PlaybookCase] = strawberry.field(directives=[Cost(weight=0, size=5)])
    outcomes: list[PlaybookOutcome] = strawberry.field(directives=[Cost(weight=0, size=5)])


@strawberry.type(
    description="What takes customers up: `values` are stages, segments, signals or events, `words` names of segments"
    " and signals."
)
class PlaybookTrigger:
    when: str
    values: list[str] = strawberry.field(directives=[Cost(weight=0, size=5)])
    words: list[str] = strawberry.field(directives=[Cost(weight=0, size=5)])
    within_days: int
    every_months: int | None


@strawberry.type(description="A share or a difference of shares, with its 95 % interval.")
class PlaybookShare:
    value: Decimal
    low: Decimal
    high: Decimal


@strawberry.type(description="`observed`: chosen by lot, their time to reach the goal is over; `reached` of them.")
class PlaybookArmFigure:
    arm: PlaybookArm
    entered: int
    running: int
    observed: int
    reached: int
    share: PlaybookShare | None


@strawberry.type(
    description="`smallest` is the difference that customers of this number would show four times in five."
)
class PlaybookEffect:
    verdict: PlaybookVerdict
    difference: PlaybookShare | None
    smallest: Decimal | None
    versions: int = strawberry.field(description="Of the playbook, within which customers are compared.")
    arms: list[PlaybookArmFigure] = strawberry.field(directives=[Cost(weight=0, size=2)])


@strawberry.type(description="While `until` is null, the playbook takes nobody up and no step.")
class PlaybookPause:
    reason: str
    since: datetime
    until: datetime | None
    row: strawberry.Private[models.PlaybookPause]

    @strawberry.field
    def paused_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.paused_by)

    @strawberry.field
    def resumed_by(self, info: Info) -> Agent | None:
        return agent(info, self.row.resumed_by)

    @classmethod
    def of(cls, row: models.PlaybookPause) -> "PlaybookPause":
        return cls(reason=row.reason, since=row.since, until=row.until, row=row)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is counted of one playbook."""

    whereabouts: Mapping[str, int]
    outcomes: Mapping[str, Mapping[str, int]]


def steps_shown(loaded: Loaded[Playbook], standing: Standing, locale: str) -> list[PlaybookStep]:
    playbook = loaded.rules
    return [_step(playbook, name, step, standing, locale) for name, step in playbook.steps.items()]


def _step(playbook: Playbook, name: str, step: Step, standing: Standing, locale: str) -> PlaybookStep:
    answers = step.answers if isinstance(step, Errand) else {}
    counted = standing.outcomes.get(name, {})
    return PlaybookStep(
        id=name,
        kind=PlaybookStepKind(step.kind),
        words=step.wording.text(locale),
        next=step.next,
        template=step.template if isinstance(step, Message) else None,
        channel=step.channel if isinstance(step, Message) else None,
        days=step.days if isinstance(step, Wait) else step.patience_days if isinstance(step, Errand) else None,
        asks=step.of if isinstance(step, Branch) else None,
        standing=standing.whereabouts.get(name, 0),
        answers=[PlaybookAnswer(code=code, words=said.text(locale)) for code, said in answers.items()],
        cases=_cases(playbook, step, locale) if isinstance(step, Branch) else [],
        outcomes=[
            PlaybookOutcome(outcome=code, words=answers[code].text(locale) if code in answers else None, count=count)
            for code, count in sorted(counted.items(), key=lambda item: -item[1])
        ],
    )


def _cases(playbook: Playbook, step: Branch, locale: str) -> list[PlaybookCase]:
    asked = playbook.steps[step.of]
    answers = asked.answers if isinstance(asked, Errand) else {}
    return [
        PlaybookCase(outcome=code, words=answers[code].text(locale) if code in answers else None, step=target)
        for code, target in step.cases.items()
    ]


Named = Callable[[str], str]


def trigger_shown(trigger: Trigger, segment_words: Named, signal_words: Named) -> PlaybookTrigger:
    values: frozenset[str] = frozenset()
    words: list[str] = []
    if isinstance(trigger, StageReached):
        values = frozenset(stage.value for stage in trigger.stages)
    elif isinstance(trigger, SegmentEntered):
        values = trigger.segments
        words = [segment_words(code) for code in sorted(values)]
    elif isinstance(trigger, Warned):
        values = trigger.signals
        words = [signal_words(code) for code in sorted(values)]
    elif isinstance(trigger, Happened):
        values = trigger.events
    every = trigger.every_months if isinstance(trigger, Anniversary) else None
    return PlaybookTrigger(
        when=trigger.when, values=sorted(values), words=words, within_days=trigger.within_days, every_months=every
    )


def effect_shown(found: Effect) -> PlaybookEffect:
    shares = {Arm.TREATED: found.treated, Arm.CONTROL: found.control}
    return PlaybookEffect(
        verdict=PlaybookVerdict(found.verdict.value),
        difference=_share(found.difference),
        smallest=None if found.smallest is None else _exact(found.smallest),
        versions=found.versions,
        arms=[
            PlaybookArmFigure(
                arm=PlaybookArm(arm.value),
                entered=figure.entered,
                running=figure.running,
                observed=figure.observed,
                reached=figure.reached,
                share=_share(shares[arm]),
            )
            for arm, figure in found.figures.items()
        ],
    )


def _share(found: Estimate | None) -> PlaybookShare | None:
    if found is None or found.low is None or found.high is None:
        return None
    return PlaybookShare(value=_exact(found.value), low=_exact(found.low), high=_exact(found.high))


def _exact(number: float) -> Decimal:
    return Decimal(repr(number)).quantize(_PLACES)

"""A playbook (`policies/engagement/playbooks`): whom a strategy takes up and when, its steps, and what ends it.

Steps are a graph without a way back, so no step can be taken twice. `holdout_bp` of those who enter are left alone,
by lot, so that the effect is measured against them.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording
from backend.customers.models import Stage
from backend.engagement.playbooks.models import EndReason, GoalKind, Outcome
from backend.engagement.playbooks.triggers import Days, StageReached, Trigger

DIRECTORY: Final = "engagement/playbooks"
_STEP: Final = r"^[a-z][a-z0-9_]{0,39}$"
BasisPoints = Annotated[int, Field(ge=0, le=5_000)]
StepId = Annotated[str, Field(pattern=_STEP)]


class Entry(Part):
    """`triggers`: any of them; `stages` and `segments`: where the customer must stand besides, empty is anywhere.

    `uplift_at_least`: whom the playbook changes by so much at least, as its model of uplift in use tells; it asks
    nothing while no such model is in use, so that there is a trial to learn from.
    """

    triggers: tuple[Trigger, ...] = Field(min_length=1)
    stages: frozenset[Stage] = frozenset()
    segments: frozenset[str] = frozenset()
    again_after_days: Days
    uplift_at_least: Annotated[Decimal, Field(gt=-1, lt=1)] | None = None


class _Step(Part):
    wording: Wording
    next: StepId | None = None

    @property
    def followers(self) -> tuple[str, ...]:
        return () if self.next is None else (self.next,)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What a later branch can tell apart."""
        return ()


class Message(_Step):
    """`template` is one of those that contact approved; without `channel` the customer's preference counts."""

    kind: Literal["message"]
    template: str
    channel: str | None = None

    @property
    def outcomes(self) -> tuple[str, ...]:
        return (Outcome.SENT.value, Outcome.REFUSED.value)


class Errand(_Step):
    """Something that a person does and answers for; unanswered after `patience_days` it goes on without."""

    kind: Literal["task", "call"]
    queue: str
    patience_days: Days
    answers: Mapping[StepId, Wording] = Field(min_length=1)

    @property
    def outcomes(self) -> tuple[str, ...]:
        return (*self.answers, Outcome.UNANSWERED.value)


class Wait(_Step):
    kind: Literal["wait"]
    days: Days


class Branch(_Step):
    """By what became of an earlier step; `next` is where everybody else goes."""

    kind: Literal["branch"]
    of: StepId
    cases: Mapping[str, StepId] = Field(min_length=1)

    @property
    def followers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.cases.values(), *super().followers)))


Step = Annotated[Message | Errand | Wait | Branch, Field(discriminator="kind")]


class Goal(Part):
    """What it is for, looked at equally for those who were left alone, until `within_days` after the entry."""

    wording: Wording
    kind: GoalKind
    within_days: Days
    stages: frozenset[Stage] = frozenset()

    @model_validator(mode="after")
    def _stages_named(self) -> Self:
        if (self.kind is GoalKind.STAGE) != bool(self.stages):
            raise ValueError("stages are named for the goal “stage”, and for no other")
        return self


class Caps(Part):
    """At most so many messages of this playbook to one customer within so many days."""

    messages: Annotated[int, Field(ge=1, le=50)]
    days: Days


class Playbook(RuleSet):
    """`purpose` is that of its messages, for consent and contact rules; `manual` lets people enrol customers.

    `owner`: calls and tasks go to the customer's manager, where there is one, or to whoever serves the queue.
    """

    wording: Wording
    why: Wording
    purpose: str
    owner: Literal["manager", "queue"]
    manual: bool = False
    entry: Entry
    goal: Goal
    exits: frozenset[EndReason] = frozenset()
    holdout_bp: BasisPoints
    caps: Caps
    start: StepId
    steps: Mapping[StepId, Step] = Field(min_length=1, max_length=60)

    @field_validator("exits")
    @classmethod
    def _choosable(cls, exits: frozenset[EndReason]) -> frozenset[EndReason]:
        known = {EndReason.COMPLAINT, EndReason.OPT_OUT, EndReason.STAGE_LEFT}
        if unknown := exits - known:
            raise ValueError(f"no exit that can be chosen: {', '.join(sorted(unknown))}")
        return exits

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Every step is reached, none twice; a branch asks for what has an outcome on every way that leads to it."""
        leading = self._leading()
        try:
            order = tuple(TopologicalSorter(leading).static_order())
        except CycleError as error:
            raise ValueError(f"the steps come back to “{error.args[1][0]}”") from error
        certain: dict[str, frozenset[str]] = {}
        for name in order:
            if not leading[name] and name != self.start:
                raise ValueError(f"no way leads to “{name}”")
            ways = [certain[before] | {before} for before in leading[name]]
            certain[name] = frozenset.intersection(*ways) if ways else frozenset()
            self._answerable(name, certain[name])
        return self

    def _leading(self) -> dict[str, set[str]]:
        """The steps that lead to each."""
        named = {self.start, *(after for step in self.steps.values() for after in step.followers)}
        if unknown := named - self.steps.keys():
            raise ValueError(f"no such step: {', '.join(sorted(unknown))}")
        return {name: {other for other, step in self.steps.items() if name in step.followers} for name in self.steps}

    def _answerable(self, name: str, before: frozenset[str]) -> None:
        step = self.steps[name]
        if not isinstance(step, Branch):
            return
        if step.of not in before:
            raise ValueError(f"“{name}” asks for “{step.of}”, which is not before it on every way")
        if unknown := step.cases.keys() - set(self.steps[step.of].outcomes):
            raise ValueError(f"“{name}”: “{step.of}” never comes to {', '.join(sorted(unknown))}")

    @model_validator(mode="after")
    def _goal_elsewhere(self) -> Self:
        if self.goal.stages & self.home:
            raise ValueError("whoever enters stands where the goal is already")
        return self

    @property
    def home(self) -> frozenset[Stage]:
        """Where a customer must stand to be in it; empty is anywhere."""
        if self.entry.stages or not all(isinstance(each, StageReached) for each in self.entry.triggers):
            return self.entry.stages
        return frozenset[Stage]().union(
            *(each.stages for each in self.entry.triggers if isinstance(each, StageReached))
        )

    @property
    def messages(self) -> int:
        return sum(isinstance(step, Message) for step in self.steps.values())


def playbooks_on(policies: Policies, on: date) -> Mapping[str, Loaded[Playbook]]:
    """Those in force on the day, by their id."""
    versions = policies.book(DIRECTORY, Playbook).versions
    return {each.rules.id: each for each in versions if each.rules.covers(on)}


def by_hash(policies: Policies, sha256: str) -> Loaded[Playbook]:
    """The version under which somebody entered, for as long as their course runs."""
    return policies.book(DIRECTORY, Playbook).by_hash(sha256)

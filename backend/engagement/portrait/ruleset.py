"""The words that events in a customer's life are recorded by, and what is told ahead, as data."""

from datetime import date
from typing import Final

from pydantic import Field

from backend.core.rulesets import Loaded, Policies, RuleSet, Wording

LIFE_EVENTS: Final = "engagement/life_events"


class LifeEventKind(Wording):
    code: str


class LifeEventRules(RuleSet):
    kinds: tuple[LifeEventKind, ...] = Field(min_length=1)
    ahead_days: int = Field(ge=0, le=366)
    income_purposes: frozenset[str]
    loans_running: frozenset[str]

    def kind(self, code: str) -> LifeEventKind | None:
        return next((kind for kind in self.kinds if kind.code == code), None)


def life_event_rules(policies: Policies, day: date) -> Loaded[LifeEventRules]:
    return policies.book(LIFE_EVENTS, LifeEventRules).effective(day)

"""What a report is narrowed to: codes, ids and instants, never personal data, so that the log may hold them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from backend.audit.actions import ACTIONS
from backend.core.i18n import translate
from backend.reporting.errors import FilterMalformed, PeriodEmpty

OUTCOMES: Final = ("success", "denied", "failed")
TITLES: Final[Mapping[str, str]] = {
    "subjects": "About",
    "actors": "Who",
    "actions": "Actions",
    "since": "From",
    "until": "Before",
    "outcome": "Outcome",
    "rulesets": "Rule-sets",
}
_SHA256: Final = re.compile(r"\A[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Filters:
    """From `since` on, before `until`. An action is one of the vocabulary, or a group of it: `screening.*`."""

    subjects: tuple[UUID, ...] = ()
    actors: tuple[UUID, ...] = ()
    actions: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    outcome: str | None = None
    rulesets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises FilterMalformed, PeriodEmpty."""
        for action in self.actions:
            if not _matching(action):
                raise FilterMalformed(value=action, filter="actions")
        for ruleset in self.rulesets:
            if not _SHA256.match(ruleset):
                raise FilterMalformed(value=ruleset, filter="rulesets")
        if self.outcome is not None and self.outcome not in OUTCOMES:
            raise FilterMalformed(value=self.outcome, filter="outcome")
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise PeriodEmpty()

    @property
    def used(self) -> frozenset[str]:
        return frozenset(each.name for each in fields(self) if getattr(self, each.name) not in ((), None))

    @property
    def vocabulary(self) -> list[str]:
        """Every action that is meant."""
        return sorted({action for asked in self.actions for action in _matching(asked)})

    def as_value(self) -> dict[str, Any]:
        return {name: _plain(getattr(self, name)) for name in sorted(self.used)}

    @classmethod
    def of_value(cls, value: Mapping[str, Any]) -> Self:
        ids = {name: tuple(UUID(each) for each in value.get(name, ())) for name in ("subjects", "actors")}
        texts = {name: tuple(value.get(name, ())) for name in ("actions", "rulesets")}
        times = {name: datetime.fromisoformat(value[name]) for name in ("since", "until") if name in value}
        return cls(**ids, **texts, **times, outcome=value.get("outcome"))  # type: ignore[arg-type]

    def words(self, locale: str) -> list[tuple[str, str]]:
        """Title and value of each that is used, for the front of a report."""
        return [
            (translate(locale, TITLES[each.name]), _spoken(getattr(self, each.name), locale))
            for each in fields(self)
            if each.name in self.used
        ]

    def code(self) -> str:
        """One line for the reason of a log entry."""
        return "&".join(f"{name}={_spoken(getattr(self, name), None)}" for name in sorted(self.used))


def _matching(asked: str) -> list[str]:
    if asked.endswith(".*"):
        return [action for action in ACTIONS if action.startswith(asked[:-1])]
    return [asked] if asked in ACTIONS else []


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [str(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _spoken(value: Any, locale: str | None) -> str:
    plain = _plain(value)
    if isinstance(plain, list):
        return ", ".join(plain) if locale is not None else ",".join(plain)
    return str(plain)

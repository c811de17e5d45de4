"""What may happen to a version of a model. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from backend.engagement.models.errors import FindingsOpen, VersionForbids, WordsMissing
from backend.engagement.models.models import Severity, VersionState

MOST_WORDS: Final = 4_000


class Verb(StrEnum):
    SUBMIT = "submit"
    FIND = "find"
    ANSWER = "answer"
    VALIDATE = "validate"
    REJECT = "reject"
    CHALLENGE = "challenge"
    PROMOTE = "promote"
    KEEP = "keep"
    CONFIRM = "confirm"
    RETIRE = "retire"


STEPS: Final[Mapping[Verb, frozenset[VersionState]]] = {
    Verb.SUBMIT: frozenset({VersionState.TRAINED}),
    Verb.FIND: frozenset({VersionState.IN_VALIDATION}),
    Verb.ANSWER: frozenset({VersionState.IN_VALIDATION}),
    Verb.VALIDATE: frozenset({VersionState.IN_VALIDATION}),
    Verb.REJECT: frozenset({VersionState.IN_VALIDATION}),
    Verb.CHALLENGE: frozenset({VersionState.VALIDATED}),
    Verb.PROMOTE: frozenset({VersionState.VALIDATED, VersionState.CHALLENGER}),
    Verb.KEEP: frozenset({VersionState.VALIDATED, VersionState.CHALLENGER}),
    Verb.CONFIRM: frozenset({VersionState.VALIDATED, VersionState.CHALLENGER}),
    Verb.RETIRE: frozenset(
        {
            VersionState.DRAFT,
            VersionState.TRAINED,
            VersionState.REJECTED,
            VersionState.VALIDATED,
            VersionState.CHALLENGER,
            VersionState.CHAMPION,
        }
    ),
}
"""In which states a version takes a step; nothing leads out of `retired`."""
RIGHTS: Final[Mapping[Verb, str]] = {
    Verb.SUBMIT: "train",
    Verb.FIND: "validate",
    Verb.ANSWER: "train",
    Verb.VALIDATE: "validate",
    Verb.REJECT: "validate",
    Verb.CHALLENGE: "promote",
    Verb.PROMOTE: "promote",
    Verb.KEEP: "confirm",
    Verb.CONFIRM: "confirm",
    Verb.RETIRE: "promote",
}


def allow(verb: Verb, state: VersionState, *, proposed: bool) -> None:
    """Raises VersionForbids. `proposed`: somebody has proposed the version as champion."""
    if state not in STEPS[verb] or _WHEN_PROPOSED.get(verb, proposed) != proposed:
        raise VersionForbids(state=state.value)


_WHEN_PROPOSED: Final[Mapping[Verb, bool]] = {
    Verb.CHALLENGE: False,
    Verb.PROMOTE: False,
    Verb.KEEP: True,
    Verb.CONFIRM: True,
}
"""Steps that need a proposal of a champion to be there, or not to be."""


def no_finding_open(severities: Iterable[Severity]) -> None:
    """Raises FindingsOpen: what a validator called high is answered first."""
    count = sum(severity is Severity.HIGH for severity in severities)
    if count:
        raise FindingsOpen(count=count)


def written(words: str, field: str) -> str:
    """Raises WordsMissing for nothing and for too much."""
    text = words.strip()
    if not text or len(text) > MOST_WORDS:
        raise WordsMissing(field=field, most=MOST_WORDS)
    return text

"""Why two sides look alike, as a document that is kept: the comparison, and the entry as it was compared.

The entry is kept whole beside the comparison, so that an alert reads years later as it did when it was decided.
"""

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson

from backend.screening.lists.entity import Entity
from backend.screening.matching.compare import Match
from backend.screening.matching.comparisons import Finding as Compared
from backend.screening.matching.comparisons import Outcome
from backend.screening.matching.rules import log_odds

_VERSION: Final = 1
_EXTREME: Final = 1e-12
_SORTED: Final = orjson.OPT_SORT_KEYS


@dataclass(frozen=True, slots=True)
class Weighed:
    """One comparison: `share` is how much was found (0 to 1), `contribution` what it adds in log-odds."""

    comparison: str
    outcome: str
    share: float
    contribution: float
    words: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Contributions add up: base + Σ names gives the name score, + Σ evidence the score (as log-odds)."""

    subject_name: str
    entity_name: str
    name_score: float
    score: float
    base: float
    names: tuple[Weighed, ...]
    evidence: tuple[Weighed, ...]
    entity: dict[str, Any]


def document(match: Match) -> str:
    return orjson.dumps(
        {
            "v": _VERSION,
            "subject_name": match.subject_name,
            "entity_name": match.entity_name,
            "name_score": match.name_score,
            "score": match.score,
            "base": match.base,
            "names": [_weighed(one) for one in match.name_findings],
            "evidence": [_weighed(one) for one in match.evidence],
            "entity": asdict(match.entity),
        },
        option=_SORTED,
    ).decode()


def read(text: str) -> Explanation:
    kept = orjson.loads(text)
    return Explanation(
        subject_name=kept["subject_name"],
        entity_name=kept["entity_name"],
        name_score=kept["name_score"],
        score=kept["score"],
        base=kept["base"],
        names=tuple(Weighed(**one) for one in kept["names"]),
        evidence=tuple(Weighed(**one) for one in kept["evidence"]),
        entity=kept["entity"],
    )


def strength(match: Match) -> int:
    """Hundredths of log-odds: unlike the score it tells alerts apart whose names are equal."""
    return _hundredths(match.score)


def adds_nothing(match: Match, decided: Explanation) -> bool:
    """Nothing speaks more for a match than when it was decided: no likelier, and no evidence that was not there."""
    agreed = {one.comparison for one in match.evidence if one.outcome is Outcome.AGREED}
    known = {one.comparison for one in decided.evidence if one.outcome == Outcome.AGREED.value}
    return agreed <= known and strength(match) <= _hundredths(decided.score)


def material_digest(entity: Entity, fields: Collection[str]) -> str:
    """SHA-256 of these fields, whatever the order of their values. Lists are public, so it needs no key."""
    whole = asdict(entity)
    chosen = {field: _unordered(whole[field]) for field in sorted(fields)}
    return hashlib.sha256(orjson.dumps(chosen, option=_SORTED)).hexdigest()


def _hundredths(score: float) -> int:
    return round(100 * log_odds(min(max(score, _EXTREME), 1 - _EXTREME)))


def _unordered(value: Any) -> Any:
    if not isinstance(value, tuple | list):
        return value
    return sorted(orjson.dumps(one, option=_SORTED).decode() for one in value)


def _weighed(one: Compared) -> dict[str, Any]:
    return {
        "comparison": one.comparison,
        "outcome": one.outcome.value,
        "share": one.value,
        "contribution": one.contribution,
        "words": one.explanation,
    }

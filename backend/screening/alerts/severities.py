"""What other rules of alerts would do to the alerts there are: how severe, for how many people, how long remembered."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from backend.governance.documents import Document, Matrix, Statement, words
from backend.screening.alerts.models import ACTIVE, DECIDED, Outcome, Severity
from backend.screening.alerts.queries import AlertOutline
from backend.screening.alerts.ruleset import AlertRules

_SEVERITIES: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "Critical",
    Severity.HIGH: "High",
    Severity.MEDIUM: "Medium",
    Severity.LOW: "Low",
}


def told(before: AlertRules, after: AlertRules, alerts: Sequence[AlertOutline], today: date) -> Document:
    """Alerts that people have not decided, and decisions that are remembered."""
    waiting = [one for one in alerts if one.state in ACTIVE]
    decided = [one for one in alerts if one.state in DECIDED]
    return Document(
        statements=(*_people(before, after, waiting), *_memory(before, after, decided, today)),
        matrices=(_severities(before, after, waiting),),
    )


def _people(before: AlertRules, after: AlertRules, waiting: Sequence[AlertOutline]) -> Iterable[Statement]:
    was, then = (sum(rules.kinds[one.list_kind].four_eyes(one.score) for one in waiting) for rules in (before, after))
    text = "{count} alerts wait for a decision; two people would decide {then} of them instead of {was}."
    yield Statement(words(text, count=len(waiting), then=then, was=was), "warn" if then < was else "ok")


def _memory(before: AlertRules, after: AlertRules, decided: Sequence[AlertOutline], today: date) -> Iterable[Statement]:
    if before.material != after.material:
        text = "Other fields of an entry count as a change: {count} decided pairs are looked at again when next found."
        yield Statement(words(text, count=len(decided)), "warn")
    over = sum(
        _over(after, one, today) and not _over(before, one, today) for one in decided if one.decided_on is not None
    )
    text = "{count} of {decided} decisions would no longer be remembered today."
    yield Statement(words(text, count=over, decided=len(decided)), "warn" if over else "ok")


def _over(rules: AlertRules, one: AlertOutline, today: date) -> bool:
    until = None if one.decided_on is None else rules.remembered_until(Outcome(one.state.value), one.decided_on)
    return until is not None and until < today


def _severities(before: AlertRules, after: AlertRules, waiting: Sequence[AlertOutline]) -> Matrix:
    pairs = Counter(
        (before.kinds[one.list_kind].severity(one.score), after.kinds[one.list_kind].severity(one.score))
        for one in waiting
    )
    names = [words(text) for text in _SEVERITIES.values()]
    counts = [[pairs[was, then] for then in _SEVERITIES] for was in _SEVERITIES]
    return Matrix(words("Severity of alerts that wait, now (rows) and then (columns)"), names, names, counts)

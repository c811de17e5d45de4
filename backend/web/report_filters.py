"""How a form narrows a report, or a search of the log: what is typed, as the schema takes it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from backend.audit.actions import ACTIONS
from backend.audit.reading import meaning
from backend.core.i18n import translate
from backend.web.log_words import record

FIELDS: Final = ("since", "until", "subject", "actor", "action", "outcome", "ruleset")


def action_choices(locale: str) -> list[tuple[str, str]]:
    """Groups first, for whom the single action is too fine."""
    groups = sorted({code.partition(".")[0] for code in ACTIONS})
    named = ((f"{group}.*", translate(locale, "Everything: {group}", group=record(locale, group))) for group in groups)
    return [*named, *((code, meaning(code, locale)) for code in ACTIONS)]


def filters_of(given: Mapping[str, str]) -> dict[str, Any]:
    """Days of the form are UTC, and the last one counts."""
    lists = {"subjects": "subject", "actors": "actor", "actions": "action", "rulesets": "ruleset"}
    found: dict[str, Any] = {
        name: given[field].replace(",", " ").split() for name, field in lists.items() if given[field]
    }
    if given["outcome"]:
        found["outcome"] = given["outcome"]
    if since := _day(given["since"]):
        found["since"] = _midnight(since)
    if until := _day(given["until"]):
        found["until"] = _midnight(until + timedelta(days=1))
    return found


def _midnight(day: date) -> str:
    return datetime.combine(day, time(), UTC).isoformat()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

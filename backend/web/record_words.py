"""What a history says of a change: the column's name, and the values before and after, as its reader writes them."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

import orjson
from markupsafe import Markup

from backend.core.i18n import translate
from backend.governance import kinds
from backend.rights.words import code, heading
from backend.web import formats, log_words
from backend.web.labels import label, readable

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_LONG: Final = 120
_AROUND: Final = 40
_NAMES: Final = {
    "code": "Short name",
    "ruleset": "Rule-set",
    "sha256": "Digest",
    "new_sha256": "Digest of the new text",
    "base_sha256": "Digest of the text before",
    "target_goal.value": "Figure",
}
"""Of columns whose own name says something else to a reader, of one table or of all."""
_GROUPS: Final[Mapping[tuple[str, str], str]] = {
    ("knowledge_article", "audience"): "audience",
    ("knowledge_version", "state"): "knowledge_state",
    ("message_template", "state"): "template_state",
    ("message_template", "channels"): "contact_channel",
    ("scoring_model_version", "state"): "model_state",
    ("scoring_model_finding", "severity"): "model_severity",
    ("segment_clustering", "state"): "grouping_state",
    ("target_goal", "dimension"): "target_dimension",
    ("party", "correspondence_language"): "language",
    ("product", "kind"): "product_kind",
    ("product", "state"): "product_state",
    ("product", "risk"): "product_risk",
    ("product_version", "stage"): "product_state",
    ("product_move", "origin"): "product_state",
    ("product_move", "target"): "product_state",
    ("product_move", "state"): "step_state",
    ("product_signature", "vote"): "product_vote",
    ("product_signature", "role"): "role",
    ("role_grant", "role"): "role",
    ("role_appointment", "role"): "role",
}
"""Of codes whose words the pages have already."""
_CODES: Final = frozenset({"state", "kind", "purpose", "topic", "measure", "playbook"})
_REASONS: Final = (
    ("role.", "role"),
    ("product.sign", "role"),
    ("product.refuse", "role"),
    ("product.reclassify", "product_risk"),
    ("product.propose", "product_state"),
    ("product.take_back", "product_state"),
    ("product.end_step", "product_state"),
    ("product.move", "product_state"),
    ("model.find", "model_severity"),
    ("model.answer", "model_severity"),
)
"""By the beginning of the action, what kind of code its reason is."""


@dataclass(frozen=True, slots=True)
class Said:
    """One column of a change. `values` is false where only that it changed can be told."""

    name: str
    sealed: bool
    values: bool
    before: Markup | str
    after: Markup | str


def reason(locale: str, action: str, given: str) -> str:
    """Why, or of which: a code of the action, a kind of rule-set, or whatever the log's codes say."""
    group = next((group for beginning, group in _REASONS if action.startswith(beginning)), None)
    if group is not None:
        return label(locale, group, given)
    return _kind(locale, given) if action.startswith("ruleset.") else log_words.reason(locale, given)


def columns(locale: str, change: Mapping[str, Any]) -> list[Said]:
    """Those that say something to a reader: an id of another record does not, but for whom it names."""
    found = (_said(locale, change["table"], each) for each in change["columns"])
    return [each for each in found if each is not None]


def column(locale: str, table: str, name: str) -> str:
    words = _NAMES.get(f"{table}.{name}") or _NAMES.get(name) or heading(name) or readable(name.removesuffix("_id"))
    return translate(locale, words)


def _said(locale: str, table: str, change: Mapping[str, Any]) -> Said | None:
    name, words = change["column"], column(locale, table, change["column"])
    values = [_read(change[side]) for side in ("before", "after")]
    agents = [change["beforeAgent"], change["afterAgent"]]
    if change["sealed"]:
        return Said(words, True, False, "", "")
    strange = not any(agents) and any(isinstance(each, str) and _UUID.fullmatch(each) for each in values)
    if strange or values == [None, None]:
        return None
    if any(_nested(each) for each in values):
        return Said(words, False, False, "", "")
    texts = [
        _who(locale, agent) if agent else _value(locale, table, name, value)
        for agent, value in zip(agents, values, strict=True)
    ]
    before, after = _differing(texts[0], texts[1])
    return Said(words, False, True, before, after)


def _read(given: str | None) -> Any:
    """As it stands in the log: JSON, in which a document or a list is a text again. What is empty says nothing."""
    value = None if given is None else orjson.loads(given)
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        with suppress(orjson.JSONDecodeError):
            value = orjson.loads(value)
    return None if value in ("", "null", [], {}) else value


def _who(locale: str, agent: Mapping[str, Any]) -> str:
    return str(agent["name"] or translate(locale, "A partner"))


def _value(locale: str, table: str, name: str, value: Any) -> Markup | str:
    if isinstance(value, list):
        return ", ".join(str(_value(locale, table, name, each)) for each in value) or formats.ABSENT
    if isinstance(value, bool):
        return translate(locale, "yes" if value else "no")
    if isinstance(value, str):
        return _text(locale, table, name, value)
    return formats.ABSENT if value is None else str(value)


def _text(locale: str, table: str, name: str, value: str) -> Markup | str:
    """A code in words where it is one, a digest by its beginning, a time as it is written here."""
    group = _GROUPS.get((table, name))
    if group is not None:
        return label(locale, group, value)
    if _DIGEST.fullmatch(value):
        return Markup('<span class="code">{}…</span>').format(value[:12])
    if name in _CODES:
        return _kind(locale, value)
    return formats.recorded(locale, orjson.dumps(value).decode())


def _kind(locale: str, given: str) -> str:
    """A kind of rule-set by its title, another code in its words."""
    title = next((kind.title for kind in kinds.known() if kind.name == given), None)
    return code(given, locale) if title is None else translate(locale, title)


def _nested(value: Any) -> bool:
    """A document, which its own page shows better than a line."""
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, list | dict) for each in value))


def _differing(before: Markup | str, after: Markup | str) -> tuple[Markup | str, Markup | str]:
    """Of long texts the part in which they differ, with a little around it."""
    if isinstance(before, Markup) or isinstance(after, Markup) or max(len(before), len(after)) <= _LONG:
        return before, after
    head = max(0, _alike(before, after) - _AROUND)
    rest = (before[head:], after[head:])
    tail = max(0, _alike(rest[0][::-1], rest[1][::-1]) - _AROUND)
    shown = [_clipped(each[: len(each) - tail], head > 0, tail > 0) for each in rest]
    return shown[0], shown[1]


def _alike(one: str, other: str) -> int:
    """How many signs they begin with in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _clipped(text: str, headless: bool, tailless: bool) -> str:
    long = len(text) > 2 * _LONG
    return f"{'…' if headless else ''}{text[: 2 * _LONG]}{'…' if tailless or long else ''}"

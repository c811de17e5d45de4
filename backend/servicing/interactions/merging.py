"""What is merged into templates: a closed list of fields, checked when a text is written and not when it is sent."""

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Final

from backend.servicing.interactions.errors import MergeFieldMissing, MergeFieldUnknown

KNOWN: Final = frozenset({"name", "customer_number", "institution", "manager", "today"})
"""What the record itself fills in."""
GIVEN: Final = frozenset(
    {
        "amount",
        "benefit",
        "due_on",
        "event",
        "link",
        "offer",
        "opt_out",
        "points",
        "product",
        "reason",
        "reference",
        "tier",
        "valid_until",
    }
)
"""What whoever sends fills in."""
MERGED: Final = KNOWN | GIVEN
DAYS: Final = frozenset({"due_on", "valid_until"})
"""Given in ISO 8601, and written as the customer's language writes days."""


def fields_of(texts: Iterable[str]) -> list[str]:
    """The fields that the texts name, sorted. Raises MergeFieldUnknown, also for what is no plain field."""
    named = {_plain(parsed) for text in texts for parsed in _parsed(text)}
    if unknown := named - MERGED:
        raise MergeFieldUnknown(field="body", fields=", ".join(sorted(unknown)), known=", ".join(sorted(MERGED)))
    return sorted(named)


def _parsed(text: str) -> list[tuple[str, str | None, str | None]]:
    try:
        return [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name is not None]
    except ValueError:
        raise MergeFieldUnknown(field="body", fields="{ }", known=", ".join(sorted(MERGED))) from None


def _plain(parsed: tuple[str, str | None, str | None]) -> str:
    """Attributes, indices and formats are no names: they would reach into values."""
    name, spec, conversion = parsed
    return name if not spec and not conversion else f"{name}:{spec or conversion}"


def merged(text: str, fields: Iterable[str], values: Mapping[str, str]) -> str:
    """A paragraph whose fields are all empty is left out. Raises MergeFieldMissing."""
    if missing := {name for name in fields if name not in values}:
        raise MergeFieldMissing(field="merge", fields=", ".join(sorted(missing)))
    paragraphs = text.format_map(values).split("\n\n")
    return "\n\n".join(each.strip() for each in paragraphs if each.strip())

"""Which personal field guards a column, where a record is shown column by column and not by its own type."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from backend.core.tables import metadata
from backend.customers.identifiers import TYPES
from backend.customers.queries.details import identifier_field

GUARDS: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("party", "name"): frozenset({"name"}),
    ("party", "birth_date"): frozenset({"birth_date"}),
    ("party", "occupation"): frozenset({"occupation"}),
    ("party", "region"): frozenset({"city"}),
    ("party", "correspondence_language"): frozenset({"language"}),
    ("party_name", "full_name"): frozenset({"name"}),
    ("party_name", "given_name"): frozenset({"name"}),
    ("party_name", "family_name"): frozenset({"name"}),
    ("party_identifier", "value"): frozenset(type_.field for type_ in TYPES.values()),
    ("party_address", "text"): frozenset({"address"}),
    ("party_address", "region"): frozenset({"city"}),
    ("party_contact", "value"): frozenset({"email", "phone"}),
    ("party_country", "country"): frozenset({"nationality", "birth_place"}),
    ("party_country", "tax_number"): frozenset({"tax_id"}),
    ("ownership_stake", "fraction"): frozenset({"ownership"}),
    ("screening_comment", "text"): frozenset({"compliance_note"}),
    ("screening_comparison", "explanation"): frozenset({"compliance_note"}),
}
"""By table and column, the fields of a customer that may guard it; of several the record's own kind tells which."""

_OWNERS: Final = ("party_id", "owned_id", "from_id")
_CHOICES: Final[Mapping[tuple[str, str], Callable[[Mapping[str, Any]], str]]] = {
    ("party_identifier", "value"): lambda row: identifier_field(row["type"]),
    ("party_contact", "value"): lambda row: str(row["kind"]),
    ("party_country", "country"): lambda row: "birth_place" if row["kind"] == "birth" else "nationality",
}


def guard(table: str, column: str, row: Mapping[str, Any]) -> str | None:
    """The field that guards the column in this record; None for a column that is not personal."""
    choose = _CHOICES.get((table, column))
    if choose is not None:
        return choose(row)
    return next(iter(GUARDS.get((table, column), ())), None)


def guard_of_any(table: str, column: str, row: Mapping[str, Any]) -> str | None:
    """As `guard`; what is personal and has no field of its own is seen with the name."""
    found = guard(table, column, row)
    if found is not None or table not in metadata.tables or column not in metadata.tables[table].c:
        return found
    return "name" if metadata.tables[table].c[column].info.get("personal") else None


def party_of(table: str, record_id: UUID, row: Mapping[str, Any]) -> UUID | None:
    """The party that a version of a record says something about."""
    if table == "party":
        return record_id
    found = next((row[name] for name in _OWNERS if row.get(name) is not None), None)
    return None if found is None else UUID(found)

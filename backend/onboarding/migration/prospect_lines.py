"""Rows of a file of prospects: the columns are documented in docs/prospect-file.md.

What is read here is only what a row can say by itself; `recorders` names who records it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from backend.core.errors import TenureError
from backend.customers import contacts
from backend.customers.countries import is_country
from backend.customers.languages import TAGS
from backend.onboarding.migration.problems import RowProblem
from backend.onboarding.migration.rows import Row

REQUIRED: Final = ("ref", "source", "consent_version", "consent_on", "consent_channel")
_KINDS: Final = {"": "person", "person": "person", "organisation": "organisation"}
_SOURCES: Final = {each: each for each in ("campaign", "referral", "partner", "branch", "web")}
_READ_IN: Final = {"": "en", **TAGS}
_WRITTEN_IN: Final = {"": None, **TAGS}


@dataclass(frozen=True, slots=True)
class ProspectLine:
    """`referred_by` is a customer's number, `manager` a colleague's login; a consent has a text, a day, a channel."""

    line: int
    ref: str
    kind: str
    name: str
    given_name: str | None
    family_name: str | None
    email: str | None
    phone: str | None
    country: str | None
    region: str | None
    language: str | None
    source: str
    campaign: str | None
    referred_by: str | None
    interest: tuple[str, ...]
    next_step_on: date | None
    manager: str | None
    consent_version: int
    consent_language: str
    consent_channel: str
    consent_on: date


def prospect_line(row: Row) -> ProspectLine:
    given, family = row.optional("given_name"), row.optional("family_name")
    name = row.optional("name") or " ".join(part for part in (given, family) if part)
    if not name:
        raise RowProblem("missing", "name")
    email, phone = _email(row), row.optional("phone")
    if email is None and phone is None:
        raise RowProblem("missing", "email")
    source = row.code("source", _SOURCES)
    return ProspectLine(
        line=row.line,
        ref=row.text("ref"),
        kind=_code(row, "kind", _KINDS),
        name=name,
        given_name=given,
        family_name=family,
        email=email,
        phone=phone,
        country=_country(row),
        region=row.optional("region"),
        language=row.code("language", _WRITTEN_IN) if "language" in row.values else None,
        source=source,
        campaign=_with(row, "campaign", source),
        referred_by=_with(row, "referred_by", source),
        interest=row.several("interest"),
        next_step_on=row.iso_date("next_step_on"),
        manager=row.optional("manager"),
        consent_version=row.number("consent_version"),
        consent_language=_code(row, "consent_language", _READ_IN),
        consent_channel=row.text("consent_channel"),
        consent_on=_day(row, "consent_on"),
    )


def _with(row: Row, column: str, source: str) -> str | None:
    """A campaign's prospect names the campaign and one who was told of names the customer; others name neither."""
    belongs = {"campaign": "campaign", "referred_by": "referral"}[column] == source
    if belongs != (row.optional(column) is not None):
        raise RowProblem("missing" if belongs else "not_valid", column)
    return row.optional(column)


def _code(row: Row, column: str, known: dict[str, str]) -> str:
    return row.code(column, known) if column in row.values else known[""]


def _day(row: Row, column: str) -> date:
    row.text(column)
    day = row.iso_date(column)
    if day is None:
        raise RowProblem("missing", column)
    return day


def _country(row: Row) -> str | None:
    code = row.optional("country")
    if code is not None and not is_country(code):
        raise RowProblem("unknown_code", "country")
    return code


def _email(row: Row) -> str | None:
    value = row.optional("email")
    try:
        return None if value is None else contacts.email(value, "email")
    except TenureError:
        raise RowProblem("not_valid", "email") from None

"""Codes of the audit log as its readers' language says them: why something was done, which fields were read."""

from typing import Final

from backend.access.actions import FIELDS
from backend.core.i18n import translate
from backend.rights.words import TITLES, code, heading
from backend.web.history_words import RECORDS
from backend.web.labels import readable

_FIELDS: Final = {name.removeprefix("customer."): field.meaning for name, field in FIELDS.items()}


def reason(locale: str, given: str) -> str:
    """A table of the record, a code that persons are told of, or the code's own words."""
    if given in TITLES:
        return translate(locale, TITLES[given])
    said = code(given, locale) if given.isascii() and given.replace("_", "").isalpha() else readable(given)
    return translate(locale, said)


def record(locale: str, table: str) -> str:
    """A record of the institution; what belongs to a person is called as in `reason`."""
    return translate(locale, RECORDS[table]) if table in RECORDS else reason(locale, table)


def read(locale: str, field: str) -> str:
    """A field of the policy, a whole table, or a column of one (`task_title`)."""
    if field in _FIELDS:
        return translate(locale, _FIELDS[field])
    if field in TITLES:
        return translate(locale, TITLES[field])
    table = max((name for name in TITLES if field.startswith(f"{name}_")), key=len, default=None)
    column = None if table is None else heading(field.removeprefix(f"{table}_"))
    if table is None or column is None:
        return readable(field)
    return f"{translate(locale, TITLES[table])}: {translate(locale, column)}"

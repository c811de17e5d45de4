"""Rows that cannot be taken: named by file, line and column, with the reason and how to mend it."""

from dataclasses import dataclass
from typing import Final

from backend.core.errors import Invalid

REASONS: Final[dict[str, str]] = {
    "missing": "a value is missing; fill it in",
    "not_a_number": "this is not a whole number; write digits only",
    "not_a_date": "this is not a day of the calendar; write year, month and day as YYYY-MM-DD, such as 2026-05-31",
    "not_a_short_date": "this is not a day of the calendar; it has the form YYMMDD, such as 930531",
    "not_an_amount": "this is not an amount; write digits with a decimal point",
    "not_a_birth_number": "this is not a birth number; it has the form YYMMDD, with 50 added to the month for women",
    "unknown_code": "this code is not known; see the documentation of the file for the codes",
    "unknown_reference": "the row refers to a record that is not in the files; add it or correct the reference",
    "repeated": "this key was used on an earlier line; every key may be used once",
    "too_few_columns": "the row has fewer columns than the header; the file may have been cut off",
    "no_owner": "the account has no owner; add the owner's row",
    "out_of_range": "the value is outside what is possible; correct it",
    "not_valid": "the value breaks its own rule (a check digit, a form); correct it",
    "unknown_customer": "no customer has this number; import the customer first or correct the number",
    "unknown_product": "no approved product has this code; add it to the catalogue first or correct the code",
    "unknown_version": "the product has no approved version with this number; correct it or leave the column empty",
    "unknown_holding": "no holding has this reference; import the holding first or correct the reference",
    "no_account": "the holding has no account to book on; give it an account_number, or leave the row out",
    "other_currency": "the currency is not that of the holding; correct it",
    "booked_otherwise": "this reference is booked with another day or amount; give a new reference to a correction",
    "unknown_campaign": "no such campaign ran on the day of the consent; correct the code or the day",
    "unknown_text": "no text of this version was in use on that day in that language; correct it",
    "unknown_colleague": "no colleague has this user name; correct it, or leave the column empty",
    "number_taken": "another customer has this number already; give another one, or leave the column empty",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is a key of REASONS."""

    file: str
    line: int
    code: str
    column: str | None = None

    @property
    def reason(self) -> str:
        return REASONS[self.code]


class RowProblem(Exception):
    def __init__(self, code: str, column: str | None = None) -> None:
        self.code, self.column = code, column
        super().__init__(code)


class FileUnreadable(Invalid):
    code = "import.file_unreadable"
    text = "{file} cannot be read: {problem}"


class ColumnsMissing(Invalid):
    code = "import.columns_missing"
    text = "{file} lacks the column(s) {columns}. The first line must name the columns."

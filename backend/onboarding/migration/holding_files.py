"""Files of holdings, movements, premiums, claims and prospects: the columns are documented in docs/holdings.md and
docs/prospect-file.md.

One row a record, read as a stream: a file of ten million rows takes no more memory than one of ten. What is read here
names customers, products and holdings by their keys; `holding_lines` finds and records them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final

from babel.numbers import list_currencies

from backend.holdings.models import ClaimState, HoldingStatus, PremiumKind
from backend.holdings.rules import REASONS
from backend.onboarding.migration.problems import Problem, RowProblem
from backend.onboarding.migration.prospect_lines import REQUIRED as PROSPECT_COLUMNS
from backend.onboarding.migration.prospect_lines import ProspectLine, prospect_line
from backend.onboarding.migration.rows import Report, Row
from backend.onboarding.migration.sheets import read_sheet

_CURRENCIES: Final = frozenset(list_currencies())
_CHANNELS: Final = frozenset({"branch", "telephone", "web", "app", "partner", "mail"})
_MOST: Final = Decimal(10) ** 16
_DECIMALS: Final = -4


class FileKind(StrEnum):
    HOLDINGS = "holdings"
    MOVEMENTS = "movements"
    PREMIUMS = "premiums"
    CLAIMS = "claims"
    PROSPECTS = "prospects"


@dataclass(frozen=True, slots=True)
class HoldingLine:
    """`customer` is the customer's number; without a `version` the product's version of the opening day is meant."""

    line: int
    ref: str
    customer: str
    product: str
    version: int | None
    currency: str
    opened_on: date
    matures_on: date | None
    closed_on: date | None
    close_reason: str | None
    status: str
    amount: Decimal | None
    balance: Decimal | None
    sum_insured: Decimal | None
    channel: str | None
    number: str | None
    account_number: str | None


@dataclass(frozen=True, slots=True)
class MovementLine:
    line: int
    ref: str
    holding: str
    booked_on: date
    direction: str
    amount: Decimal
    balance: Decimal
    currency: str
    operation: str | None
    purpose: str | None
    counterparty_bank: str | None
    counterparty_account: str | None


@dataclass(frozen=True, slots=True)
class PremiumLine:
    line: int
    ref: str
    holding: str
    booked_on: date
    kind: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class ClaimLine:
    line: int
    ref: str
    holding: str
    incurred_on: date
    reported_on: date
    paid: Decimal
    reserve: Decimal
    currency: str
    state: str
    settled_on: date | None = None


Line = HoldingLine | MovementLine | PremiumLine | ClaimLine | ProspectLine


def read_lines(path: Path, kind: FileKind, *, after: int = 0) -> Iterator[Line | Problem]:
    """Each row after the line `after` as what it says, or as its problem; in the order of the file.

    Raises FileUnreadable or ColumnsMissing for a file that cannot be used at all.
    """
    form, report = _FORMS[kind], Report()
    for number, row in read_sheet(path, form.required, report):
        yield from _told(report, after)
        if number <= after:
            continue
        try:
            yield form.make(row)
        except RowProblem as problem:
            yield Problem(path.name, number, problem.code, problem.column)
    yield from _told(report, after)


def _told(report: Report, after: int) -> Iterator[Problem]:
    """Rows that were too short to be read."""
    problems, report.problems = report.problems, []
    yield from (problem for problem in problems if problem.line > after)


def _holding(row: Row) -> HoldingLine:
    opened, closed = _day(row, "opened_on"), _optional_day(row, "closed_on")
    status = _status(row, closed)
    reason = row.optional("close_reason")
    if (closed is None) != (status is HoldingStatus.OPEN):
        raise RowProblem("missing" if closed is None else "not_valid", "closed_on" if closed is None else "status")
    if status is not HoldingStatus.OPEN and reason not in REASONS[status]:
        raise RowProblem("unknown_code" if reason else "missing", "close_reason")
    if closed is not None and closed < opened:
        raise RowProblem("out_of_range", "closed_on")
    return HoldingLine(
        line=row.line,
        ref=row.text("ref"),
        customer=row.text("customer"),
        product=row.text("product"),
        version=row.number("version") if row.optional("version") else None,
        currency=_currency(row),
        opened_on=opened,
        matures_on=_optional_day(row, "matures_on"),
        closed_on=closed,
        close_reason=None if status is HoldingStatus.OPEN else reason,
        status=status.value,
        amount=_optional_amount(row, "amount", least=Decimal(0)),
        balance=_optional_amount(row, "balance"),
        sum_insured=_optional_amount(row, "sum_insured", least=Decimal(0)),
        channel=_channel(row),
        number=row.optional("number"),
        account_number=row.optional("account_number"),
    )


def _movement(row: Row) -> MovementLine:
    return MovementLine(
        line=row.line,
        ref=row.text("ref"),
        holding=row.text("holding"),
        booked_on=_day(row, "booked_on"),
        direction=row.code("direction", {"credit": "credit", "debit": "debit"}),
        amount=_amount(row, "amount", least=Decimal(0)),
        balance=_amount(row, "balance"),
        currency=_currency(row),
        operation=row.optional("operation"),
        purpose=row.optional("purpose"),
        counterparty_bank=row.optional("counterparty_bank"),
        counterparty_account=row.optional("counterparty_account"),
    )


def _premium(row: Row) -> PremiumLine:
    return PremiumLine(
        line=row.line,
        ref=row.text("ref"),
        holding=row.text("holding"),
        booked_on=_day(row, "booked_on"),
        kind=row.code("kind", {kind.value: kind.value for kind in PremiumKind}),
        amount=_amount(row, "amount", least=Decimal(0)),
        currency=_currency(row),
    )


def _claim(row: Row) -> ClaimLine:
    incurred, reported = _day(row, "incurred_on"), _day(row, "reported_on")
    if reported < incurred:
        raise RowProblem("out_of_range", "reported_on")
    state = ClaimState(row.code("state", {state.value: state.value for state in ClaimState}))
    settled = _optional_day(row, "settled_on")
    if settled is not None and state is ClaimState.OPEN:
        raise RowProblem("not_valid", "settled_on")
    if settled is not None and settled < reported:
        raise RowProblem("out_of_range", "settled_on")
    return ClaimLine(
        line=row.line,
        ref=row.text("ref"),
        holding=row.text("holding"),
        incurred_on=incurred,
        reported_on=reported,
        paid=_amount(row, "paid", least=Decimal(0)),
        reserve=_amount(row, "reserve", least=Decimal(0)),
        currency=_currency(row),
        state=state.value,
        settled_on=settled,
    )


@dataclass(frozen=True, slots=True)
class _Form:
    required: tuple[str, ...]
    make: Callable[[Row], Line]


_FORMS: Final[dict[FileKind, _Form]] = {
    FileKind.HOLDINGS: _Form(("ref", "customer", "product", "opened_on", "currency"), _holding),
    FileKind.MOVEMENTS: _Form(("ref", "holding", "booked_on", "direction", "amount", "balance", "currency"), _movement),
    FileKind.PREMIUMS: _Form(("ref", "holding", "booked_on", "kind", "amount", "currency"), _premium),
    FileKind.CLAIMS: _Form(
        ("ref", "holding", "incurred_on", "reported_on", "paid", "reserve", "currency", "state"), _claim
    ),
    FileKind.PROSPECTS: _Form(PROSPECT_COLUMNS, prospect_line),
}


def _day(row: Row, column: str) -> date:
    row.text(column)
    day = _optional_day(row, column)
    if day is None:
        raise RowProblem("missing", column)
    return day


def _optional_day(row: Row, column: str) -> date | None:
    """Of the centuries that partitions are made for."""
    day = row.iso_date(column)
    if day is not None and not date(1900, 1, 1) <= day < date(2200, 1, 1):
        raise RowProblem("out_of_range", column)
    return day


def _amount(row: Row, column: str, *, least: Decimal | None = None) -> Decimal:
    """Four decimals and sixteen digits before them are kept; what has more is refused and not rounded."""
    amount = row.amount(column)
    exponent = amount.as_tuple().exponent
    fits = abs(amount) < _MOST and isinstance(exponent, int) and exponent >= _DECIMALS
    if not fits or (least is not None and amount < least):
        raise RowProblem("out_of_range", column)
    return amount


def _optional_amount(row: Row, column: str, *, least: Decimal | None = None) -> Decimal | None:
    return None if row.optional(column) is None else _amount(row, column, least=least)


def _currency(row: Row) -> str:
    code = row.text("currency")
    if code not in _CURRENCIES:
        raise RowProblem("unknown_code", "currency")
    return code


def _channel(row: Row) -> str | None:
    channel = row.optional("channel")
    if channel is not None and channel not in _CHANNELS:
        raise RowProblem("unknown_code", "channel")
    return channel


def _status(row: Row, closed: date | None) -> HoldingStatus:
    text = row.optional("status")
    if text is None:
        return HoldingStatus.OPEN if closed is None else HoldingStatus.CLOSED
    try:
        return HoldingStatus(text)
    except ValueError:
        raise RowProblem("unknown_code", "status") from None

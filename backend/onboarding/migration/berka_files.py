"""The files of the PKDD'99 "Financial" bank (P. Berka, M. Sochorova, Discovery Challenge 1999).

`;`-separated with a header, dates YYMMDD, codes in Czech. A birth number is YYMMDD with 50 added to the month for
women (rodné číslo, law 133/2000 Sb. § 13), here without the serial number that would make it an identifier.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from backend.onboarding.migration.problems import FileUnreadable, Problem, RowProblem
from backend.onboarding.migration.rows import Report, Row, read_rows

T = TypeVar("T")
_FEMALE_MONTHS: Final = 50
ROLES: Final = {"OWNER": "owner", "DISPONENT": "disponent"}
STATEMENTS: Final = {
    "POPLATEK MESICNE": "monthly",
    "POPLATEK TYDNE": "weekly",
    "POPLATEK PO OBRATU": "after_transaction",
}
LOAN_STATES: Final = {"A": "finished_paid", "B": "finished_unpaid", "C": "running", "D": "running_in_debt"}
DIRECTIONS: Final = {"PRIJEM": "credit", "VYDAJ": "debit", "VYBER": "debit"}
OPERATIONS: Final = {
    "VYBER KARTOU": "card_withdrawal",
    "VKLAD": "cash_deposit",
    "PREVOD Z UCTU": "transfer_in",
    "VYBER": "cash_withdrawal",
    "PREVOD NA UCET": "transfer_out",
    "": None,
}
PURPOSES: Final = {
    "POJISTNE": "insurance",
    "SLUZBY": "statement_fee",
    "UROK": "interest",
    "SANKC. UROK": "penalty_interest",
    "SIPO": "household",
    "DUCHOD": "pension",
    "UVER": "loan_payment",
    "LEASING": "leasing",
    "": None,
}


@dataclass(frozen=True, slots=True)
class Client:
    id: str
    birth_date: date
    gender: str
    birth_number: str
    district: str


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    district: str
    statement: str
    opened_on: date


@dataclass(frozen=True, slots=True)
class Holder:
    id: str
    client: str
    account: str
    role: str


@dataclass(frozen=True, slots=True)
class Card:
    id: str
    holder: str
    product: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Loan:
    id: str
    account: str
    granted_on: date
    amount: Decimal
    months: int
    payment: Decimal
    status: str


@dataclass(frozen=True, slots=True)
class Order:
    id: str
    account: str
    payee_bank: str
    payee_account: str
    amount: Decimal
    purpose: str | None


@dataclass(frozen=True, slots=True)
class Movement:
    id: str
    account: str
    booked_on: date
    direction: str
    operation: str | None
    amount: Decimal
    balance: Decimal
    purpose: str | None
    bank: str | None
    counterparty: str | None


@dataclass(slots=True)
class Bank:
    """Everything that could be taken; `problems` names what could not."""

    source_hash: str
    districts: dict[str, tuple[str, str]] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    holders: dict[str, Holder] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    loans: dict[str, Loan] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    movements: dict[str, Movement] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def cut_over(self) -> date:
        """The last day the bank's files speak of, which ages are counted on."""
        days = [card.issued_on for card in self.cards.values()] + [loan.granted_on for loan in self.loans.values()]
        days += [account.opened_on for account in self.accounts.values()]
        return max(days, default=date(1998, 12, 31))

    def holders_by_account(self) -> dict[str, list[Holder]]:
        grouped: dict[str, list[Holder]] = defaultdict(list)
        for holder in sorted(self.holders.values(), key=lambda h: (h.role != "owner", int(h.id))):
            grouped[holder.account].append(holder)
        return grouped


def read_bank(directory: Path) -> Bank:
    """Raises FileUnreadable or ColumnsMissing for a file that cannot be used at all."""
    files = sorted(directory.glob("*.asc"))
    if not files:
        raise FileUnreadable(file=str(directory), problem="there are no .asc files in it")
    bank = Bank(hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)).hexdigest())
    read = _Reader(directory, Report(bank.problems))
    bank.districts = read.keyed("district.asc", ("A1", "A2", "A3"), _district)
    bank.clients = read.keyed("client.asc", ("client_id", "birth_number", "district_id"), partial(_client, bank))
    owned = read.owned("disp.asc", bank)
    bank.accounts = read.keyed("account.asc", ("account_id", "frequency", "date"), partial(_account, bank, owned))
    bank.holders = read.keyed("disp.asc", ("disp_id", "client_id", "account_id", "type"), partial(_holder, bank))
    bank.cards = read.keyed("card.asc", ("card_id", "disp_id", "type", "issued"), partial(_card, bank))
    bank.loans = read.keyed("loan.asc", ("loan_id", "account_id", "amount", "status"), partial(_loan, bank))
    bank.orders = read.keyed("order.asc", ("order_id", "account_id", "amount"), partial(_order, bank))
    for path in sorted(directory.glob("trans*.asc")):
        bank.movements |= read.keyed(path.name, ("trans_id", "account_id", "amount"), partial(_movement, bank))
    return bank


class _Reader:
    def __init__(self, directory: Path, report: Report) -> None:
        self._directory, self._report = directory, report

    def keyed(self, name: str, required: tuple[str, ...], make: Callable[[Row], tuple[str, T]]) -> dict[str, T]:
        rows = read_rows(self._directory / name, required, self._report)
        return self._report.keyed(name, rows, make)

    def owned(self, name: str, bank: Bank) -> set[str]:
        """Accounts with an owner among the clients; what is wrong with a row is reported when it is read for good."""
        rows = read_rows(self._directory / name, ("client_id", "account_id", "type"), Report())
        return {r.values["account_id"] for _, r in rows if _is_owner(r) and r.values["client_id"] in bank.clients}


def _is_owner(row: Row) -> bool:
    return row.values["type"] == "OWNER"


def _district(row: Row) -> tuple[str, tuple[str, str]]:
    return row.text("A1"), (row.text("A2"), row.text("A3"))


def _client(bank: Bank, row: Row) -> tuple[str, Client]:
    number = row.text("birth_number")
    born, gender = birth(number)
    district = _known(row, "district_id", bank.districts)
    return row.text("client_id"), Client(row.text("client_id"), born, gender, number, district)


def birth(number: str) -> tuple[date, str]:
    """Date of birth and gender (female or male) of a six-digit birth number."""
    if len(number) != len("YYMMDD") or not number.isdecimal():
        raise RowProblem("not_a_birth_number", "birth_number")
    year, month, day = int(number[:2]), int(number[2:4]), int(number[4:])
    female = month > _FEMALE_MONTHS
    try:
        return date(1900 + year, month - _FEMALE_MONTHS * female, day), "female" if female else "male"
    except ValueError:
        raise RowProblem("not_a_birth_number", "birth_number") from None


def _account(bank: Bank, owned: set[str], row: Row) -> tuple[str, Account]:
    key = row.text("account_id")
    if key not in owned:
        raise RowProblem("no_owner", "account_id")
    district = _known(row, "district_id", bank.districts)
    return key, Account(key, district, row.code("frequency", STATEMENTS), row.short_date("date"))


def _holder(bank: Bank, row: Row) -> tuple[str, Holder]:
    client, account = _known(row, "client_id", bank.clients), _known(row, "account_id", bank.accounts)
    return row.text("disp_id"), Holder(row.text("disp_id"), client, account, row.code("type", ROLES))


def _card(bank: Bank, row: Row) -> tuple[str, Card]:
    holder = _known(row, "disp_id", bank.holders)
    return row.text("card_id"), Card(row.text("card_id"), holder, f"card_{row.text('type')}", row.short_date("issued"))


def _loan(bank: Bank, row: Row) -> tuple[str, Loan]:
    return row.text("loan_id"), Loan(
        id=row.text("loan_id"),
        account=_known(row, "account_id", bank.accounts),
        granted_on=row.short_date("date"),
        amount=row.amount("amount"),
        months=row.number("duration"),
        payment=row.amount("payments"),
        status=row.code("status", LOAN_STATES),
    )


def _order(bank: Bank, row: Row) -> tuple[str, Order]:
    return row.text("order_id"), Order(
        id=row.text("order_id"),
        account=_known(row, "account_id", bank.accounts),
        payee_bank=row.text("bank_to"),
        payee_account=row.text("account_to"),
        amount=row.amount("amount"),
        purpose=row.code("k_symbol", PURPOSES),
    )


def _movement(bank: Bank, row: Row) -> tuple[str, Movement]:
    return row.text("trans_id"), Movement(
        id=row.text("trans_id"),
        account=_known(row, "account_id", bank.accounts),
        booked_on=row.short_date("date"),
        direction=row.code("type", DIRECTIONS),
        operation=row.code("operation", OPERATIONS),
        amount=row.amount("amount"),
        balance=row.amount("balance"),
        purpose=row.code("k_symbol", PURPOSES),
        bank=row.optional("bank"),
        counterparty=row.optional("account"),
    )


def _known(row: Row, column: str, records: Mapping[str, object]) -> str:
    key = row.text(column)
    if key not in records:
        raise RowProblem("unknown_reference", column)
    return key

"""A bank in the form of the Berka files, made from a seed, for machines that do not have the real one.

Sizes, proportions and codes follow the real files: one client in six is a disponent, one account in seven has a loan.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

_DISTRICTS: Final = (
    ("Hl.m. Praha", "Prague"),
    ("Benesov", "central Bohemia"),
    ("Kladno", "central Bohemia"),
    ("Tabor", "south Bohemia"),
    ("Plzen - mesto", "west Bohemia"),
    ("Liberec", "north Bohemia"),
    ("Pardubice", "east Bohemia"),
    ("Brno - mesto", "south Moravia"),
    ("Zlin", "south Moravia"),
    ("Ostrava - mesto", "north Moravia"),
)
_FIRST_DAY: Final = date(1993, 1, 1)
_LEDGER_FROM: Final = date(1998, 6, 15)
_LAST_DAY: Final = date(1998, 12, 31)
_STATEMENTS: Final = ("POPLATEK MESICNE",) * 9 + ("POPLATEK TYDNE",)
_CARDS: Final = ("classic", "classic", "classic", "junior", "gold")
_LOANS: Final = "AAACCCCCCCBD"


@dataclass(slots=True)
class _Writer:
    folder: Path

    def rows(self, name: str, header: str, rows: Iterator[str]) -> None:
        self.folder.joinpath(name).write_text("\r\n".join([header, *rows, ""]), encoding="ascii")


def write_bank(folder: Path, *, accounts: int, seed: int) -> Path:
    """The files of a bank with so many accounts; the same seed gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    choice = random.Random(seed)  # noqa: S311 - invents a bank, guards nothing
    write, clients = _Writer(folder), accounts + accounts // 6
    districts = range(1, len(_DISTRICTS) + 1)
    write.rows(
        "district.asc", "A1;A2;A3", (f'{n};"{a}";"{b}"' for n, (a, b) in zip(districts, _DISTRICTS, strict=True))
    )
    write.rows(
        "client.asc",
        "client_id;birth_number;district_id",
        (f'{n};"{_birth_number(choice)}";{choice.choice(districts)}' for n in range(1, clients + 1)),
    )
    write.rows(
        "account.asc",
        "account_id;district_id;frequency;date",
        (
            f'{n};{choice.choice(districts)};"{choice.choice(_STATEMENTS)}";{_opened(choice):%y%m%d}'
            for n in range(1, accounts + 1)
        ),
    )
    write.rows("disp.asc", "disp_id;client_id;account_id;type", _holders(accounts, clients))
    _holdings(write, choice, accounts)
    write.rows(
        "trans.asc",
        "trans_id;account_id;date;type;operation;amount;balance;k_symbol;bank;account",
        _movements(choice, accounts),
    )
    return folder


def _holders(accounts: int, clients: int) -> Iterator[str]:
    for number in range(1, clients + 1):
        owner = number <= accounts
        yield f'{number};{number};{number if owner else (number - accounts) * 6};"{"OWNER" if owner else "DISPONENT"}"'


def _holdings(write: _Writer, choice: random.Random, accounts: int) -> None:
    write.rows(
        "card.asc",
        "card_id;disp_id;type;issued",
        (
            f'{n};{n};"{choice.choice(_CARDS)}";{_day(choice, _FIRST_DAY):%y%m%d} 00:00:00'
            for n in range(1, accounts + 1, 6)
        ),
    )
    write.rows(
        "loan.asc",
        "loan_id;account_id;date;amount;duration;payments;status",
        (_loan(choice, n) for n in range(3, accounts + 1, 7)),
    )
    write.rows(
        "order.asc",
        "order_id;account_id;bank_to;account_to;amount;k_symbol",
        (
            f'{n};{n};"YZ";"{choice.randrange(10**7, 10**8)}";{choice.randrange(100, 9000)}.00;"SIPO"'
            for n in range(1, accounts + 1)
        ),
    )


def _loan(choice: random.Random, account: int) -> str:
    months = choice.choice((12, 24, 36, 48, 60))
    payment = choice.randrange(500, 9000)
    day, status = _day(choice, _FIRST_DAY), choice.choice(_LOANS)
    return f'{account};{account};{day:%y%m%d};{payment * months};{months};{payment}.00;"{status}"'


def _movements(choice: random.Random, accounts: int) -> Iterator[str]:
    """A salary and two payments a month, over the last half-year; balances follow from them."""
    number = 0
    for account in range(1, accounts + 1):
        balance, day = choice.randrange(500, 5000), _LEDGER_FROM
        for _ in range(6):
            for kind, operation, symbol, amount in (
                ("PRIJEM", "PREVOD Z UCTU", "", choice.randrange(5000, 25000)),
                ("VYDAJ", "PREVOD NA UCET", "SIPO", choice.randrange(1000, 5000)),
                ("VYDAJ", "VYBER", "", choice.randrange(200, 3000)),
            ):
                number += 1
                balance += amount if kind == "PRIJEM" else -amount
                yield f'{number};{account};{day:%y%m%d};"{kind}";"{operation}";{amount}.00;{balance}.00;"{symbol}";;'
                day += timedelta(days=choice.randrange(5, 12))


def _birth_number(choice: random.Random) -> str:
    born = date(1911, 1, 1) + timedelta(days=choice.randrange(28_000))
    return f"{born:%y}{born.month + choice.choice((0, 50)):02d}{born:%d}"


def _day(choice: random.Random, first: date) -> date:
    return first + timedelta(days=choice.randrange((_LAST_DAY - first).days))


def _opened(choice: random.Random) -> date:
    """Before anything is booked."""
    return _FIRST_DAY + timedelta(days=choice.randrange((_LEDGER_FROM - _FIRST_DAY).days))

"""What follows for a customer's life from what is on record: pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from backend.core.periods import months_later
from backend.engagement.portrait.terms import LoanTerm

_YEAR = 12


@dataclass(frozen=True, slots=True)
class Dates:
    """What is known of a customer's days; a birthday only where its reader may see it in clear."""

    birth_date: date | None = None
    customer_since: date | None = None
    first_income_on: date | None = None
    loans: tuple[LoanTerm, ...] = ()
    maturities: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Derived:
    """`years` of a birthday or an anniversary; `source` is where it is known from."""

    kind: str
    on: date
    source: str
    years: int | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """On the last day of a month, or the day that is known last; in minor units of the institution's currency."""

    on: date
    amount: Decimal


def derived(dates: Dates, today: date, ahead_days: int) -> list[Derived]:
    """What lies at most `ahead_days` ahead, and a first income of the last year; the soonest first."""
    until = today + timedelta(days=ahead_days)
    found = [
        *_returning("birthday", dates.birth_date, today, "record"),
        *_returning("anniversary", dates.customer_since, today, "record"),
        *(Derived("loan_ends", loan.ends_on, "holdings") for loan in dates.loans),
        *(Derived("matures", day, "holdings") for day in dates.maturities),
    ]
    ahead = [each for each in found if today <= each.on <= until]
    if dates.first_income_on is not None and months_later(dates.first_income_on, _YEAR) >= today:
        ahead.append(Derived("first_income", dates.first_income_on, "holdings"))
    return sorted(ahead, key=lambda each: (each.on, each.kind))


def month_ends(last: date, months: int) -> list[date]:
    """The ends of the months before `last`'s, the oldest first, and `last` itself."""
    first = last.replace(day=1)
    return [*(months_later(first, -back) - timedelta(days=1) for back in range(months - 2, -1, -1)), last]


def balances(days: Sequence[date], booked: Iterable[tuple[object, date, Decimal]]) -> list[Balance]:
    """Sums over the accounts; `booked` is (account, day, balance after it), the oldest first. A balance stands until
    the next booking; before the first there is none, and nothing is told of days before any."""
    waiting = sorted(booked, key=lambda each: each[1])
    standing: dict[object, Decimal] = {}
    found, place = [], 0
    for day in days:
        while place < len(waiting) and waiting[place][1] <= day:
            account, _, amount = waiting[place]
            standing[account] = amount
            place += 1
        if standing:
            found.append(Balance(day, sum(standing.values(), Decimal(0))))
    return found


def _returning(kind: str, first: date | None, today: date, source: str) -> list[Derived]:
    if first is None or first > today:
        return []
    years = today.year - first.year
    if months_later(first, years * _YEAR) < today:
        years += 1
    return [Derived(kind, months_later(first, years * _YEAR), source, years)] if years else []

"""Exact money: an amount is a Decimal and always travels with its ISO 4217 currency."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Self

from backend.core.errors import Invalid

_CURRENCY = re.compile(r"[A-Z]{3}\Z")


class CurrencyMismatch(Invalid):
    code = "money.currency_mismatch"
    text = "Amounts in {left} and {right} cannot be combined; convert one of them first."


class AmountUnreadable(Invalid):
    code = "money.unreadable"
    text = "“{value}” is not an amount of money; write digits with a decimal point, for example 1250.00."


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not self.amount.is_finite():
            raise AmountUnreadable(value=str(self.amount))
        if not _CURRENCY.match(self.currency):
            raise AmountUnreadable(value=f"{self.amount} {self.currency}")

    @classmethod
    def parse(cls, amount: str, currency: str) -> Self:
        try:
            return cls(Decimal(amount.strip()), currency)
        except InvalidOperation:
            raise AmountUnreadable(value=amount) from None

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount < other.amount

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(left=self.currency, right=other.currency)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

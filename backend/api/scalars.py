"""Scalars of the contract. Going out they stay Python values: the endpoint writes them as JSON, pages format them."""

import datetime as dt
import decimal
import uuid
from collections.abc import Callable
from typing import Any, Final

import strawberry
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.types.scalar import ScalarDefinition

from backend.core import money

_MOST_DIGITS: Final = 40


def _as_it_is(value: Any) -> Any:
    return value


def _text(kind: str, read: Callable[[str], Any]) -> Callable[[Any], Any]:
    def parse(value: Any) -> Any:
        if not isinstance(value, str) or len(value) > _MOST_DIGITS:
            raise StrawberryInputCoercionError(f"A {kind} is written as a string.")
        try:
            return read(value)
        except (ValueError, ArithmeticError):
            raise StrawberryInputCoercionError(f"“{value}” is no {kind}.") from None

    return parse


def _instant(text: str) -> dt.datetime:
    instant = dt.datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("no offset")
    return instant.astimezone(dt.UTC)


def _decimal(text: str) -> decimal.Decimal:
    number = decimal.Decimal(text)
    if not number.is_finite():
        raise ValueError("not finite")
    return number


def _scalar(kind: type, name: str, description: str, read: Callable[[str], Any]) -> ScalarDefinition:
    return ScalarDefinition(
        name=name,
        description=description,
        specified_by_url=None,
        serialize=_as_it_is,
        parse_value=_text(name, read),
        parse_literal=None,
        origin=kind,
    )


SCALARS: Final[dict[object, ScalarDefinition]] = {
    dt.date: _scalar(dt.date, "Date", "A day, as in 2026-11-22.", dt.date.fromisoformat),
    dt.datetime: _scalar(
        dt.datetime, "DateTime", "An instant in UTC, as in 2026-11-22T09:00:00Z; any offset is read.", _instant
    ),
    uuid.UUID: _scalar(uuid.UUID, "UUID", "An identifier of ours.", uuid.UUID),
    decimal.Decimal: _scalar(decimal.Decimal, "Decimal", "An exact number, written as a string.", _decimal),
}


@strawberry.type(description="An exact amount; it always travels with its ISO 4217 currency.")
class Money:
    amount: decimal.Decimal
    currency: str

    @classmethod
    def of(cls, value: money.Money) -> "Money":
        return cls(amount=value.amount, currency=value.currency)

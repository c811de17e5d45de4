"""A figure of the portfolio as its reader's language writes it, by the kind of figure that it is."""

from decimal import Decimal, InvalidOperation
from typing import Final

from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision

_ABSENT: Final = "—"


def amounts(locale: str, kind: str, text: str | None, currency: str) -> str:
    """`kind` money is in minor units, share a share of one; codes and what is no number stay as they are."""
    if text is None:
        return _ABSENT
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text.replace("_", " ")
    if kind == "money":
        return str(format_currency(number.scaleb(-get_currency_precision(currency)), currency, locale=locale))
    if kind == "share":
        return str(format_percent(number, "#,##0.0%", locale=locale))
    return str(format_decimal(number, "#,##0.##", locale=locale))


def figure(locale: str, unit: str, value: Decimal | None, currency: str) -> str:
    """A measure of targets; money is in the currency itself."""
    if value is None:
        return _ABSENT
    if unit == "share":
        return str(format_percent(value, "#,##0.0%", locale=locale))
    if unit == "money":
        return str(format_currency(value, currency, locale=locale))
    return str(format_decimal(value, "#,##0.0", locale=locale))

"""How the pages of stages and warnings write a figure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from babel.numbers import get_currency_precision

from backend.core.i18n import translate
from backend.web import formats, labels

_SHARES: Final = frozenset({"churn", "activity"})
_MONEY: Final = frozenset({"value"})


def fact_text(locale: str, fact: str, value: float, currency: str) -> str:
    """A fact's figure; amounts come in minor units."""
    if fact in _SHARES:
        return formats.share(locale, round(value, 3))
    if fact.endswith("_minor") or fact in _MONEY:
        return money_text(locale, value, currency)
    return formats.number(locale, Decimal(str(value)).normalize())


def unit_text(locale: str, unit: str | None, value: float | None, currency: str) -> str:
    """A signal's figure by its unit; empty where there is none."""
    if value is None or unit is None:
        return ""
    if unit == "MONEY":
        return money_text(locale, value, currency)
    if unit == "SHARE":
        return formats.share(locale, round(value, 3))
    number = formats.number(locale, round(value))
    return translate(locale, "{count} months", count=number) if unit == "MONTHS" else number


def money_text(locale: str, minor: float, currency: str) -> str:
    amount = Decimal(round(minor)).scaleb(-get_currency_precision(currency))
    return formats.money(locale, {"amount": amount, "currency": currency})


def steps_shown(locale: str, steps: Iterable[Mapping[str, Any]], currency: str) -> list[dict[str, Any]]:
    """Steps between stages, with each figure as a name and a text."""
    return [
        {
            **step,
            "figures": [
                (
                    labels.label(locale, "life_fact", each["fact"]),
                    fact_text(locale, each["fact"], each["value"], currency),
                )
                for each in step["figures"]
            ],
        }
        for step in steps
    ]


def warnings_shown(locale: str, warnings: Iterable[Mapping[str, Any]], currency: str) -> list[dict[str, Any]]:
    """Warnings, with each signal's figure as a text."""
    return [
        {
            **each,
            "signals": [
                {**signal, "figure": unit_text(locale, signal["unit"], signal["value"], currency)}
                for signal in each["signals"]
            ],
        }
        for each in warnings
    ]

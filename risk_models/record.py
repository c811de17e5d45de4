"""Frozen models as JSON: `to_dict` and `from_dict` that return exactly the numbers that went in.

Python writes the shortest text that reads back to the same float64, so no digit is lost. Infinities and NaN
have no JSON form and are refused when written; an unknown figure is None.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from types import UnionType
from typing import Any, Self, Union, get_args, get_origin, get_type_hints

from risk_models.errors import MissingValueError, UnknownModelError

Json = bool | int | float | str | None | list["Json"] | dict[str, "Json"]
TAG = "model"


class Record:
    """Base of every frozen dataclass that is kept: parameters, bins, intervals, fitted models."""

    def to_dict(self) -> dict[str, Json]:
        body = {field.name: _plain(getattr(self, field.name), field.name) for field in fields(self)}  # type: ignore[arg-type]
        return {TAG: type(self).__name__, **body}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        if data.get(TAG) != cls.__name__:
            raise UnknownModelError(f"A {cls.__name__} was expected, the record holds {data.get(TAG)!r}")
        hints = get_type_hints(cls)
        names = {field.name for field in fields(cls)}  # type: ignore[arg-type]
        if names != set(data) - {TAG}:
            differing = ", ".join(sorted(names ^ (set(data) - {TAG})))
            raise UnknownModelError(f"The stored {cls.__name__} and the current one differ in {differing}")
        return cls(**{name: _restored(hints[name], data[name]) for name in names})


def _plain(value: Any, name: str) -> Json:
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, tuple):
        return [_plain(item, name) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise MissingValueError(f"{name} is {value}, which has no stored form", remedy="Refit on better data.")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{name} holds a {type(value).__name__}, which is not a plain value")


def _restored(hint: Any, value: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _restored(_member(arguments, value), value)
    if origin is tuple:
        inner = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else list(arguments)
        return tuple(_restored(kind, item) for kind, item in zip(inner, value, strict=True))
    if isinstance(hint, type) and issubclass(hint, Record):
        return hint.from_dict(value)
    return float(value) if hint is float else value


def _member(options: tuple[Any, ...], value: Any) -> Any:
    """The member of a union that this stored value belongs to."""
    if isinstance(value, Mapping):
        return next((option for option in options if getattr(option, "__name__", "") == value.get(TAG)), options[0])
    if value is None:
        return type(None)
    plain = [option for option in options if option is not type(None)]
    return next((option for option in plain if get_origin(option) is None and isinstance(value, option)), plain[0])

"""A row as canonical JSON, rendered here and not in the database.

The triggers render rows with functions that live in the database, where whoever owns it can replace them. Verification
therefore takes what PostgreSQL prints of each column and renders it anew, by the rules that the migrations gave to
`render_column`; `tests/audit/test_rendering.py` holds the two against each other for every table.
"""

import base64
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

COMMITMENT: Final = 32
Text = str | None
Render = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is the type's name as `format_type` prints it; `sealed`: the column holds commitments."""

    name: str
    kind: str
    sealed: bool


class Renderer:
    """Rows of one table; values come as PostgreSQL prints them with DateStyle ISO, UTC and bytea_output hex."""

    def __init__(self, columns: Sequence[Column]) -> None:
        ordered = sorted(columns, key=lambda column: column.name.encode())
        self._columns = ordered
        self.names = [column.name for column in ordered]
        self._parts = [(f'"{column.name}":', _render(column)) for column in ordered]

    def of(self, names: Collection[str]) -> "Renderer":
        """As the table was when it had these columns only."""
        return Renderer([column for column in self._columns if column.name in names])

    def row(self, values: Sequence[Text]) -> bytes:
        """`values` in the order of `names`."""
        members = [
            head + ("null" if value is None else render(value))
            for (head, render), value in zip(self._parts, values, strict=True)
        ]
        return ("{" + ",".join(members) + "}").encode()


def commitment(value: bytes) -> str:
    """As a row holds it, from a sealed value."""
    return base64url(value[-COMMITMENT:])


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _render(column: Column) -> Render:
    """Raises KeyError for a type that has no canonical form; such a table cannot be audited to begin with."""
    return _sealed if column.sealed else _KINDS[column.kind]


def _sealed(text: str) -> str:
    return f'{{"c":"{commitment(_bytes(text))}"}}'


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\x"))


def _quoted(text: str) -> str:
    return f'"{text}"'


def _string(text: str) -> str:
    return orjson.dumps(text).decode()


def _instant(text: str) -> str:
    """`2026-11-22 09:00:00.5+00` → `2026-11-22T09:00:00.500000Z`; infinities and years before Christ as they are."""
    if text.endswith("infinity"):
        return _quoted(text)
    day, _, rest = text.partition(" ")
    clock, _, tail = rest.partition("+")
    whole, _, fraction = clock.partition(".")
    era = " BC" if tail.endswith(" BC") else ""
    return f'"{day}T{whole}.{fraction:0<6}Z{era}"'


_KINDS: Final[Mapping[str, Render]] = {
    "bytea": lambda text: _quoted(base64url(_bytes(text))),
    "smallint": str,
    "integer": str,
    "bigint": str,
    "boolean": lambda text: "true" if text == "t" else "false",
    "uuid": _quoted,
    "numeric": _quoted,
    "date": _quoted,
    "timestamp with time zone": _instant,
    "text": _string,
    "character varying": _string,
    "character": _string,
    "json": _string,
    "jsonb": _string,
}


def printed(value: Any) -> Text:
    """What the driver hands on of a column whose types it was told to leave alone."""
    return None if value is None else str(value)

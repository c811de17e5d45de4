"""Canonical JSON against rfc8785, the reference implementation, and against the vectors of the RFC's author."""

import json
from collections import OrderedDict
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from backend.audit.formats import canonical
from backend.audit.formats.canonical import MAX_INTEGER, NotCanonical

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127))
SCALARS = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=30)


class Colour(StrEnum):
    RED = "red"


class Number(IntEnum):
    ONE = 1


@given(VALUES)
def test_encoding_equals_the_reference_implementation(value: rfc8785._impl._Value) -> None:
    assert canonical.encode(value) == rfc8785.dumps(value)


@given(VALUES)
def test_a_value_reads_back(value: object) -> None:
    assert canonical.decode(canonical.encode(value)) == value


def test_every_character_of_the_basic_plane_is_escaped_as_the_reference_does() -> None:
    for code in [*range(0xD800), *range(0xE000, 0x10000)]:
        text = chr(code)
        assert canonical.encode(text) == rfc8785.dumps(text), hex(code)


def test_every_control_character_in_a_key_is_escaped_and_sorted_as_the_reference_does() -> None:
    value = {chr(code) + suffix: code for code in range(0x80) for suffix in ("", "a", "\x00", "\x7f")}
    assert canonical.encode(value) == rfc8785.dumps(value)


def test_tuples_are_written_as_arrays() -> None:
    assert canonical.encode({"a": (1, (2,))}) == b'{"a":[1,[2]]}'


def integral(text: str) -> int | float:
    """A JSON number as JavaScript knows it: 56.0 is the integer 56."""
    number = float(text)
    return int(number) if number.is_integer() else number


@pytest.mark.parametrize("name", ["arrays", "structures", "unicode"])
def test_the_published_vectors_inside_the_domain_come_out(shared_data: Path, name: str) -> None:
    testdata = shared_data / "vectors/crypto/jcs_rfc8785/testdata"
    value = json.loads((testdata / f"input/{name}.json").read_bytes(), parse_float=integral)
    expected = bytes.fromhex((testdata / f"outhex/{name}.txt").read_text())
    assert canonical.encode(value) == expected == (testdata / f"output/{name}.json").read_bytes()


@pytest.mark.parametrize(
    ("name", "path"), [("french", "$"), ("weird", "$"), ("values", "$.numbers[0]"), ("structures", "$.1.\n")]
)
def test_the_published_vectors_outside_the_domain_are_refused(shared_data: Path, name: str, path: str) -> None:
    value = json.loads((shared_data / f"vectors/crypto/jcs_rfc8785/testdata/input/{name}.json").read_bytes())
    with pytest.raises(NotCanonical) as caught:
        canonical.encode(value)
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (1.0, "$"),
        ({"a": [0, {"b": float("nan")}]}, "$.a[1].b"),
        ([MAX_INTEGER + 1], "$[0]"),
        ([-MAX_INTEGER - 1], "$[0]"),
        ({"x": {"é": 1}}, "$.x"),
        ({"x": {1: 1}}, "$.x"),
        ({"x": {Colour.RED: 1}}, "$.x"),
        ({"x": Colour.RED}, "$.x"),
        ({"x": Number.ONE}, "$.x"),
        ({"x": b"bytes"}, "$.x"),
        ({"x": datetime(2026, 1, 1, tzinfo=UTC)}, "$.x"),
        ({"x": UUID(int=0)}, "$.x"),
        ({"x": {1, 2}}, "$.x"),
        ({"x": OrderedDict()}, "$.x"),
        ({"x": ["fine", "half \ud83d pair"]}, "$.x[1]"),
    ],
)
def test_a_value_outside_the_domain_is_refused_with_its_path(value: object, path: str) -> None:
    with pytest.raises(NotCanonical) as caught:
        canonical.encode(value)
    assert caught.value.path == path


def test_nesting_beyond_the_limit_is_refused() -> None:
    value: object = 1
    for _ in range(canonical.MAX_DEPTH):
        value = [value]
    assert canonical.decode(canonical.encode(value)) == value
    with pytest.raises(NotCanonical, match="deep"):
        canonical.encode([value])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u001F"',
        b'"\\u000a"',
        b"1.0",
        b"1e3",
        b"-0",
        b"9007199254740993",
        b"18446744073709551616",
        b'"\\ud83d"',
    ],
)
def test_bytes_in_another_spelling_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        canonical.decode(data)

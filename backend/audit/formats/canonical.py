"""Canonical JSON (RFC 8785, "JCS") for the values the log is made of.

The domain is narrow on purpose: objects with ASCII keys, arrays, strings of any Unicode, integers within ±(2^53−1),
booleans and null; money, times and ids are strings. Within it orjson with sorted keys writes exactly what RFC 8785
asks (ASCII keys sort alike by byte and by UTF-16 unit; both escape the same characters the same way), which
`tests/audit/formats/test_canonical.py` proves against the reference implementation. Outside it the encoder refuses,
where orjson alone would quietly write a float, a date or an enum.
"""

import orjson

from backend.audit.formats import FormatError

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32


class NotCanonical(FormatError):
    """A value outside the domain, or bytes that are not its one spelling. `path` is like `$.changes[2].ver`."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


def encode(value: object) -> bytes:
    """Canonical bytes of a value. Raises NotCanonical naming the first place outside the domain."""
    _check(value, (), MAX_DEPTH)
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise NotCanonical(_path(_lone_surrogate(value, ()) or ()), str(error)) from error


def read(data: bytes) -> object:
    """The value of JSON bytes in any spelling; for callers that compare the bytes of what they make of it."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise NotCanonical("$", f"not JSON: {error}") from error


def decode(data: bytes) -> object:
    """The value of canonical bytes; any other spelling of it is refused, so bytes and value stand for each other."""
    value = read(data)
    if encode(value) != data:
        raise NotCanonical("$", "not in canonical form: spaces, key order, a repeated key or an escape differ")
    return value


Steps = tuple["Steps", str | int] | tuple[()]
"""The way from the root as nested pairs, so that a path is spelt out only when there is something to say."""


def _path(steps: Steps) -> str:
    if not steps:
        return "$"
    parent, step = steps
    return _path(parent) + (f".{step}" if isinstance(step, str) else f"[{step}]")


def _check(value: object, steps: Steps, depth: int) -> None:
    """Exact types only: orjson would write enums, dates and subclasses in ways RFC 8785 does not know."""
    if value is None or type(value) is str or type(value) is bool:
        return
    if type(value) is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise NotCanonical(_path(steps), f"the integer {value} is beyond ±(2^53−1)")
    elif depth == 0:
        raise NotCanonical(_path(steps), f"nested more than {MAX_DEPTH} deep")
    elif type(value) is dict:
        for key, member in value.items():
            if type(key) is not str or not key.isascii():
                raise NotCanonical(_path(steps), f"the key {key!r} is not an ASCII string")
            _check(member, (steps, key), depth - 1)
    elif type(value) is list or type(value) is tuple:
        for index, member in enumerate(value):
            _check(member, (steps, index), depth - 1)
    else:
        raise NotCanonical(_path(steps), f"a {type(value).__name__} has no canonical form here")


def _lone_surrogate(value: object, steps: Steps) -> Steps | None:
    """Where the half of a surrogate pair is, the one thing in a string that has no UTF-8."""
    if isinstance(value, str):
        return steps if any("\ud800" <= character <= "\udfff" for character in value) else None
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else ()
    places = (_lone_surrogate(member, (steps, step)) for step, member in members)
    return next((place for place in places if place is not None), None)

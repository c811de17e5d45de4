"""From an error, raised here or reported by the schema, to what a page says about it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from backend.access.errors import NotAllowed
from backend.core.errors import Conflict, Invalid, NotFound, Refused, TenureError
from backend.core.i18n import translate
from backend.customers.identifiers import TYPES
from backend.web.errors import ValueUnreadable

_PATH: Final = re.compile(r"[\w.]+[:：]\s*")
_UNREADABLE: Final = "graphql.variables_invalid"
_PLACE: Final = re.compile(r"^Variable '\$(\w+)'(?: has invalid value(?: at \.([\w.\[\]]+))?)?")
_CODE: Final = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b", re.ASCII)
_STATUS: Final[tuple[tuple[type[TenureError], int], ...]] = (
    (Refused, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Invalid, 422),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """`message` is in the reader's language; `field` is the path of the input it is about."""

    code: str
    message: str
    status: int
    field: str | None = None


class PageRefused(Exception):
    """The page cannot be shown at all."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


def of_error(error: TenureError, locale: str) -> Problem:
    """A refusal of the policy says which line decided and which roles could."""
    if isinstance(error, NotAllowed):
        return Problem(error.code, error.explanation.words(locale), 403)
    words = said(translate(locale, error.text, **error.params), error.field, locale)
    return Problem(error.code, words, _status(type(error)), error.field)


def of_entry(entry: Mapping[str, Any], locale: str) -> Problem:
    """One entry of `errors` of a GraphQL answer."""
    extensions = entry.get("extensions", {})
    code, field = str(extensions.get("code", "internal")), extensions.get("field")
    if code == _UNREADABLE:
        place = _PLACE.search(str(entry["message"]))
        return of_error(ValueUnreadable(field=None if place is None else place.group(2) or place.group(1)), locale)
    return Problem(code, said(str(entry["message"]), field, locale), status_of_code(code), field)


def said(message: str, field: str | None, locale: str) -> str:
    """The sentence for people: without the path of the input, and with types of identifiers by their names."""
    path = None if field is None else _PATH.match(message)
    bare = message if path is None else message[path.end() :]
    types = {code: translate(locale, type_.meaning) for code, type_ in TYPES.items()}
    spoken = named(bare, types)
    return spoken[:1].upper() + spoken[1:]


def named(message: str, names: Mapping[str, str]) -> str:
    """Codes of several words by the names that people know them by."""
    return _CODE.sub(lambda code: names.get(code.group(), code.group()), message)


def status_of_code(code: str) -> int:
    return _statuses().get(code, 500)


@cache
def _statuses() -> dict[str, int]:
    return {error.code: _status(error) for error in _descendants(TenureError)}


def _status(error: type[TenureError]) -> int:
    return next((status for family, status in _STATUS if issubclass(error, family)), 500)


def _descendants(error: type[TenureError]) -> Iterator[type[TenureError]]:
    for child in error.__subclasses__():
        yield child
        yield from _descendants(child)

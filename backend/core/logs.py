"""What a log keeps of a fault: its kind and where it happened.

The words of an error that is not ours may be a person's: the value that could not be read, the row that was refused,
the file that was not found. So an error of ours is told by its code, one of the database by its state and constraint
(and in words only while there is no connection), one of the operating system by its reason, any other by its type.
"""

import logging
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Final

from psycopg import Error as DatabaseError
from psycopg import OperationalError
from sqlalchemy.exc import DBAPIError

from backend.core.errors import TenureError

_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"
_FOLLOWED: Final = "\nThe above exception led to this one:\n\n"
_Info = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Tracebacks without words that are not ours; of asyncio's messages the first line, the next prints the error."""

    def __init__(self) -> None:
        super().__init__(_FORMAT)

    def format(self, record: logging.LogRecord) -> str:
        """Of a copy: a text that another formatter made of the fault, and left with the record, is not taken over."""
        mine = logging.makeLogRecord(record.__dict__ | {"exc_text": None})
        if record.name == "asyncio":
            mine.msg, mine.args = record.getMessage().partition("\n")[0], ()
        return super().format(mine)

    def formatException(self, ei: _Info) -> str:  # noqa: N802 - named by the standard library
        return "" if ei[1] is None else _FOLLOWED.join(_told(ei[1]))


def to_standard_error(level: int = logging.WARNING) -> None:
    """For a process that serves: every logger's records, libraries' included, go through one discreet handler."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet())
    logging.basicConfig(level=level, handlers=[handler])


def _told(error: BaseException, seen: frozenset[int] = frozenset()) -> Iterator[str]:
    """The first cause first; an error may be given as its own cause."""
    seen |= {id(error)}
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    inside = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    for each in (before, *inside):
        if each is not None and id(each) not in seen:
            yield from _told(each, seen)
    frames = "".join(traceback.format_tb(error.__traceback__))
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    yield f"Traceback (most recent call last):\n{frames}{': '.join(filter(None, (kind, _words(error))))}"


def _words(error: BaseException) -> str:
    if isinstance(error, TenureError):
        return error.code
    if isinstance(error, DBAPIError) and isinstance(error.orig, DatabaseError):
        return _words(error.orig)
    if isinstance(error, OperationalError) and error.sqlstate is None:
        return str(error).partition("\n")[0]
    if isinstance(error, DatabaseError):
        about = (error.sqlstate, error.diag.table_name, error.diag.constraint_name)
        return " ".join(filter(None, about))
    if isinstance(error, OSError):
        return error.strerror or ""
    return ""

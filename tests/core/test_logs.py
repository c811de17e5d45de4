"""What a log keeps of a fault: its kind and place, and nobody's data."""

import asyncio
import io
import logging
from collections.abc import Iterator

import psycopg
import pytest

from backend.core.database import Database
from backend.core.errors import NotFound
from backend.core.logs import Discreet

SECRET = "Zyxkanarlogqvw"


class Missing(NotFound):
    code = "test.missing"
    text = "There is no {name}."


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a process writes of every logger's records."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(Discreet())
    logging.getLogger().addHandler(handler)
    yield kept
    logging.getLogger().removeHandler(handler)


def _raised(error: BaseException) -> None:
    try:
        raise error
    except BaseException:
        logging.getLogger("door").exception("request 7 failed")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError(f"invalid literal: {SECRET}"), "builtins.ValueError"),
        (KeyError(SECRET), "builtins.KeyError"),
        (Missing(name=SECRET), "test.missing"),
        (FileNotFoundError(2, "No such file or directory", SECRET), "No such file or directory"),
        (ExceptionGroup("several", [ValueError(SECRET), TypeError(SECRET)]), "builtins.TypeError"),
    ],
)
def test_a_fault_is_told_by_its_kind_and_place_without_its_words(
    written: io.StringIO, error: BaseException, said: str
) -> None:
    _raised(error)
    text = written.getvalue()
    assert said in text
    assert "request 7 failed" in text
    assert "in _raised" in text
    assert SECRET not in text


def test_the_cause_of_a_fault_is_told_first_and_as_discreetly(written: io.StringIO) -> None:
    try:
        try:
            int(SECRET)
        except ValueError as error:
            raise RuntimeError(SECRET) from error
    except RuntimeError:
        logging.getLogger("door").exception("request 7 failed")
    text = written.getvalue()
    assert text.index("builtins.ValueError") < text.index("builtins.RuntimeError")
    assert SECRET not in text


def test_an_error_that_is_its_own_cause_is_told_once(written: io.StringIO) -> None:
    error = ValueError(SECRET)
    error.__cause__ = error
    _raised(error)
    assert written.getvalue().count("builtins.ValueError") == 1


def test_a_row_that_the_database_refuses_is_told_by_state_and_constraint(
    written: io.StringIO, database: Database
) -> None:
    with psycopg.connect(database.libpq(database.owner)) as connection:
        connection.execute("CREATE TEMPORARY TABLE person (name text CONSTRAINT short CHECK (length(name) < 3))")
        try:
            connection.execute("INSERT INTO person VALUES (%s)", [SECRET])
        except psycopg.Error:
            logging.getLogger("door").exception("request 7 failed")
    text = written.getvalue()
    assert "23514 person short" in text
    assert SECRET not in text


def test_what_another_formatter_left_with_a_record_is_not_taken_over(written: io.StringIO) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
        record = logging.LogRecord("door", logging.ERROR, __file__, 1, "request %s failed", (7,), info)
    assert SECRET in logging.Formatter().format(record)
    assert SECRET not in Discreet().format(record)


async def test_a_task_that_nobody_waited_for_does_not_print_its_error(written: io.StringIO) -> None:
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": ValueError(SECRET), "future": ValueError(SECRET)}
    )
    assert "Task exception was never retrieved" in written.getvalue()
    assert SECRET not in written.getvalue()

"""The schema goes up, down and up again, and what is missing is named."""

import pytest
from sqlalchemy import create_engine, text

from backend.core.database import Database
from tests.cli.conftest import Tenure
from tests.servers import EMPTY


@pytest.fixture(scope="module")
def template() -> str:
    return EMPTY


def _execute(database: Database, statement: str) -> None:
    engine = create_engine(database.owner)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_the_schema_goes_up_down_and_up_again(tenure: Tenure) -> None:
    said = [
        tenure("db", *words).stdout.strip()
        for words in (("migrate",), ("check",), ("downgrade", "base"), ("migrate",), ("check",))
    ]
    clean = "The database is as the models and the mechanisms want it."
    assert [said[1], said[2], said[4]] == [clean, "The schema is at nothing.", clean]
    assert said[0] == said[3] != said[2]


def test_a_missing_column_is_named(tenure: Tenure, running: Database) -> None:
    tenure("db", "migrate")
    _execute(running, "ALTER TABLE team DROP COLUMN name CASCADE")
    result = tenure("db", "check", code=1)
    assert "add_column" in result.stderr
    assert "team" in result.stderr
    tenure("db", "downgrade", "base")


def test_a_missing_trigger_and_open_rows_are_named(tenure: Tenure, running: Database) -> None:
    tenure("db", "migrate")
    _execute(running, "DROP TRIGGER audit_update ON team; ALTER TABLE team DISABLE ROW LEVEL SECURITY")
    said = tenure("db", "check", code=1).stderr.splitlines()
    assert said == ["team: changes are not versioned", "team: no row-level security"]
    tenure("db", "downgrade", "base")


def test_an_unknown_revision_is_told_in_a_line(tenure: Tenure) -> None:
    result = tenure("db", "migrate", "nonsense", code=1)
    assert "nonsense" in result.stderr
    assert "Traceback" not in result.output


def test_a_database_that_does_not_answer_is_told_in_a_line(tenure: Tenure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    result = tenure("db", "check", code=3)
    assert "Check DATABASE_URL" in result.stderr

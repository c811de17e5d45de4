"""The two things that are killed: the serving process, and PostgreSQL with all of its own processes."""

import asyncio
import contextlib
import os
import signal
import socket
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import psutil

from backend.cli.serve import serve_until_stopped
from backend.core.database import Database, open_embedded
from backend.core.settings import Settings

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Serving:
    """`tenure serve` on a data directory. Each process is forked from one that has imported everything and opened
    nothing, which saves seconds of every start."""

    home: Path
    port: int = field(default_factory=_free_port)
    _process: ForkServerProcess | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.home / "serving.log"

    def start(self) -> None:
        self._process = _FORKS.Process(target=_serve, args=(self.home, self.port, self.log))
        self._process.start()

    def alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, how)
            self._process.join(60)
            self._process = None


def _serve(home: Path, port: int, log: Path) -> None:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(descriptor, stream)
    asyncio.run(serve_until_stopped(Settings(data_dir=home, port=port)))


@dataclass
class Postgres:
    """The embedded server of a data directory; this process holds it, too, and revives it."""

    home: Path
    database: Database = field(init=False)

    def __post_init__(self) -> None:
        self.revive()

    def revive(self) -> None:
        self.database = open_embedded(self.home / "postgres", "tenure")

    def kill(self) -> None:
        """The postmaster first, so that it tells nobody and writes nothing; then whoever it leaves behind."""
        postmaster = psutil.Process(int((self.home / "postgres" / "postmaster.pid").read_text().split()[0]))
        children = postmaster.children(recursive=True)
        for process in (postmaster, *children):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        assert self.database.server is not None
        self.database.server.forget()

    def close(self) -> None:
        self.kill()  # a killed process never lets go of the server, which would wait for it

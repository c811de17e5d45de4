"""Engines and sessions. The application connects under a role that owns no table; the log's writer under another."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from backend.core import embedded
from backend.core.settings import Settings

APP_ROLE = "tenure_app"
LOG_ROLE = "tenure_log"
_DRIVER = "postgresql+psycopg"


@dataclass(slots=True)
class Database:
    """Where the data lives: `owner` migrates, `login` serves, `sequencer` alone may become the log's writer.

    `server` is there when we run PostgreSQL ourselves.
    """

    owner: URL
    login: URL
    sequencer: URL
    server: embedded.EmbeddedServer | None = None

    def engine(self, role: str = APP_ROLE, pool_size: int = 10) -> AsyncEngine:
        """Connections begin in `role`, so that even RESET ROLE stays there. Errors do not repeat what was sent."""
        return create_async_engine(
            self.sequencer if role == LOG_ROLE else self.login,
            connect_args={"options": f"-c role={role} -c timezone=UTC"},
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            hide_parameters=True,
        )

    def libpq(self, url: URL) -> str:
        return url.set(drivername="postgresql").render_as_string(hide_password=False)

    def close(self) -> None:
        if self.server is not None:
            self.server.stop()


def open_database(settings: Settings, name: str = "tenure") -> Database:
    """The external database of DATABASE_URL, or else the embedded one in the data directory.

    In production the owner and the log's writer have logins of their own (DATABASE_OWNER_URL, DATABASE_LOG_URL);
    without them DATABASE_URL stands in.
    """
    if settings.database_url is not None:
        login = _with_driver(settings.database_url.get_secret_value())
        return Database(
            owner=_secret(settings.database_owner_url) or login,
            login=login,
            sequencer=_secret(settings.database_log_url) or login,
        )
    return open_embedded(settings.data_dir / "postgres", name)


def open_embedded(directory: Path, name: str) -> Database:
    server = embedded.start(directory)
    embedded.ensure_database(server.url("postgres", "postgres"), name)
    owner = _with_driver(server.url(name, "postgres"))
    login, sequencer = (_with_driver(server.url(name, user)) for user in (embedded.LOGIN, embedded.SEQUENCER))
    return Database(owner, login, sequencer, server)


def _secret(url: SecretStr | None) -> URL | None:
    return None if url is None else _with_driver(url.get_secret_value())


def _with_driver(url: str) -> URL:
    return make_url(url).set(drivername=_DRIVER)

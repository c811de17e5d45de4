"""PostgreSQL for tests: a server is migrated once, and each further database in it is a copy."""

import asyncio
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from backend import migrate
from backend.core.database import Database, open_embedded

EMPTY = "template1"
MIGRATED = "migrated"
_NOTHING_TO_LOSE = ("fsync", "synchronous_commit", "full_page_writes")


def serve(directory: Path) -> Database:
    """Holds a server with a migrated database to copy from. Its data is gone with the run, so that nothing waits for
    the disk; what is to outlive a crash is tested with servers of its own."""
    opened = open_embedded(directory, MIGRATED)
    with psycopg.connect(opened.libpq(opened.owner), autocommit=True) as connection:
        for setting in _NOTHING_TO_LOSE:
            connection.execute(SQL("ALTER SYSTEM SET {} = off").format(Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
    migrate.upgrade(opened)
    return opened


def renew(server: Database, name: str, template: str = MIGRATED) -> Database:
    """The database of this name, made anew; whoever is connected to the one before is thrown out."""
    with psycopg.connect(server.libpq(server.owner.set(database="postgres")), autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
        connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))
    assert server.server is not None
    return open_embedded(server.server.directory, name)


async def somebody_listens(database: Database) -> None:
    """Until a connection waits for notices: one that was sent before reached nobody."""
    asked = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'"
    async with await psycopg.AsyncConnection.connect(database.libpq(database.owner), autocommit=True) as connection:
        while await (await connection.execute(asked)).fetchone() is None:  # noqa: ASYNC110 - nobody signals it
            await asyncio.sleep(0.01)

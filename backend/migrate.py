"""Migrations, run by `tenure db`: always as the owner of the tables, never as the application."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy import Connection, Table, create_engine, text
from sqlalchemy.pool import NullPool

from backend.access.policy import AccessPolicy
from backend.core.database import APP_ROLE, LOG_ROLE, Database
from backend.core.settings import Settings
from backend.schema import audited_tables, metadata

_SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    with _connection(database) as connection:
        command.upgrade(_config(connection), revision)
        _let_logins_serve(connection, database)
        _keep_roles_apart(connection)


def downgrade(database: Database, revision: str) -> None:
    with _connection(database) as connection:
        command.downgrade(_config(connection), revision)


def revise(database: Database, message: str, revision_id: str) -> None:
    """Write the next migration from the difference between the models and the database (for developers)."""
    with _connection(database) as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision_id)


def current(database: Database) -> str | None:
    with _connection(database) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    return ScriptDirectory(str(_SCRIPTS)).get_current_head()


def differences(database: Database) -> list[str]:
    """What the database lacks or has too much against the models and the mechanisms; empty when all is well."""
    with _connection(database) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = [str(difference) for difference in compare_metadata(context, metadata)]
        return found + _missing_mechanisms(connection)


def _missing_mechanisms(connection: Connection) -> list[str]:
    armed = set(
        connection.scalars(text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit_update'"))
    )
    secured = set(connection.scalars(text("SELECT relname FROM pg_class WHERE relrowsecurity")))
    unarmed = [f"{t.name}: changes are not versioned" for t in audited_tables() if t.name not in armed]
    open_ = [f"{t.name}: no row-level security" for t in _tenanted() if t.name not in secured]
    return unarmed + open_


def _tenanted() -> list[Table]:
    return [table for table in metadata.sorted_tables if "tenant_id" in table.c and table.name != "audit_queue"]


def _let_logins_serve(connection: Connection, database: Database) -> None:
    """Each login may take its role, and inherits nothing from it until it does."""
    for role, url in ((APP_ROLE, database.login), (LOG_ROLE, database.sequencer)):
        if url.username is not None:
            login = connection.dialect.identifier_preparer.quote(url.username)
            connection.execute(text(f"GRANT {role} TO {login} WITH INHERIT FALSE, SET TRUE"))
    connection.execute(text("GRANT SELECT ON alembic_version TO PUBLIC"))
    connection.commit()


def _keep_roles_apart(connection: Connection) -> None:
    """What the files' access policy says of roles, where the triggers on grants read it: the pairs that nobody may
    hold together, and the sensitive ones."""
    roles = AccessPolicy.load(Settings().policies / "access").roles
    cursor = connection.connection.cursor()
    for function, names in (
        ("default_role_separation", roles.separated),
        ("default_sensitive_roles", roles.sensitive),
    ):
        if connection.scalar(text("SELECT to_regprocedure(:name)"), {"name": f"{function}()"}) is None:
            continue
        body = SQL("SELECT {}::jsonb").format(Literal(json.dumps(names)))
        defined = SQL("CREATE OR REPLACE FUNCTION {}() RETURNS jsonb LANGUAGE sql IMMUTABLE AS {}")
        cursor.execute(defined.format(Identifier(function), Literal(body.as_string())).as_string())
    connection.commit()


@contextmanager
def _connection(database: Database) -> Iterator[Connection]:
    engine = create_engine(database.owner, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config

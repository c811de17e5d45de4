"""Steps that migrations share: run a frozen SQL file, arm a table with tenant and audit mechanisms."""

from collections.abc import Iterable
from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy import text

_SQL = Path(__file__).parent / "sql"


def run_sql(name: str) -> None:
    """Past SQLAlchemy, whose driver would take a percent sign in a function's body for a placeholder."""
    cursor = op.get_bind().connection.cursor()
    for statement in (_SQL / name).read_text(encoding="utf-8").split("\n--;\n"):
        cursor.execute(statement)


def install_jobs() -> None:
    """The job queue's own tables and functions, in a schema of their own, as Procrastinate ships them."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute("CREATE SCHEMA jobs")
    cursor.execute("SET LOCAL search_path = jobs")
    cursor.execute(SchemaManager.get_schema())
    cursor.execute("SET LOCAL search_path = public")
    run_sql("0001_jobs_grants.sql")


def arm(tenanted: Iterable[str], audited: Iterable[str]) -> None:
    """Call again for a table whose columns changed: the versioning functions are written from the catalogue."""
    for name in tenanted:
        op.execute(text("SELECT install_tenant(:name ::regclass)").bindparams(name=name))
    for name in audited:
        op.execute(text("SELECT install_audit(:name ::regclass)").bindparams(name=name))


def disarm(audited: Iterable[str]) -> None:
    for name in audited:
        op.execute(f"DROP FUNCTION IF EXISTS render_{name}({name})")
        for verb in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER IF EXISTS audit_{verb} ON {name}")
            op.execute(f"DROP FUNCTION IF EXISTS audit_{verb}_{name}()")

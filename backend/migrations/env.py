"""Alembic runs inside the process that asks for it (`tenure db …`), on the connection it is handed."""

from typing import Any

from alembic import context

from backend.schema import metadata


def _ours(obj: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Procrastinate brings its own tables; they are not ours to compare."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=_ours,
    compare_type=True,
    compare_server_default=False,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()

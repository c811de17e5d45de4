"""Alembic runs inside the process that asks for it (`tenure db …`), on the connection it is handed."""

from alembic import context

from backend.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    compare_server_default=False,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()

"""Alembic runs inside the transaction that store/database.py hands over, on SQLite and PostgreSQL alike."""

from alembic import context

from watcher.store.marks_schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()

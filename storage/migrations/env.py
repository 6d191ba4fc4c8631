"""Alembic's entry: one connection, one transaction, on whatever database we were given."""

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel

from storage import rows  # noqa: F401  (every table must be known)


def named(kind: str, item: Any) -> str | Literal[False]:
    """How the column types of ours are written in a migration."""
    if kind == "type" and type(item).__module__ == "storage.times":
        return "Utc()"
    if kind == "type" and type(item).__module__ == "storage.sealed":
        return "sa.LargeBinary()"
    return False


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_item=lambda kind, item, _: named(kind, item),
        render_as_batch=True,
        compare_type=True,
        # SQLite rolls tables back like rows, once the driver lets SQLAlchemy begin by itself.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()

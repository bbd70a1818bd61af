"""Alembic's way in: migrates on the connection that `models.migrations` hands over."""

from alembic import context
from sqlalchemy import Connection

from models.base import Base

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
context.run_migrations()

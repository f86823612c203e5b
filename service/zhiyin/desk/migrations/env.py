"""Alembic's door: runs the migrations on the connection that the desk opened, inside its transaction."""

from __future__ import annotations

from alembic import context

from zhiyin.desk.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()

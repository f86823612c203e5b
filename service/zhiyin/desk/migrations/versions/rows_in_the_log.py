"""Lines of the log tell by digest which rows their transaction changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the step; the guard of the log stays as it is."""
    op.add_column("journal", sa.Column("rows", sa.Text(), server_default="", nullable=False))

"""The history of the desk's tables, as Alembic runs it from the installed package."""

"""The desk (监管台): submissions, verdicts, rulings and 整改 items kept in a database, for people with rights."""

"""The desk under load and faults: ``python -m tests.desk.soak``, a part a module."""

"""What holds a long answer between the worker that writes and the client that reads: all of it, in order, then the fault."""

from __future__ import annotations

import pytest

from zhiyin.sparql.spool import Spool


def test_all_that_was_written_is_read_in_order() -> None:
    spool = Spool()
    assert all(spool.write(part) for part in (b"one ", b"two ", b"three"))
    spool.finish()
    assert b"".join(spool.chunks()) == b"one two three"


def test_a_reader_that_has_left_is_told_to_the_writer() -> None:
    spool = Spool()
    spool.write(b"one")
    reader = spool.chunks()
    assert next(reader) == b"one"
    reader.close()  # type: ignore[attr-defined]  # a generator, as every caller has it
    assert spool.write(b"two") is False


def test_what_went_wrong_comes_after_the_last_byte() -> None:
    spool = Spool()
    spool.write(b"one")
    spool.fail(ValueError("broken"))
    reader = spool.chunks()
    assert next(reader) == b"one"
    with pytest.raises(ValueError, match="broken"):
        next(reader)

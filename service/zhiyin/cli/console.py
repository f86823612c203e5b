"""What a command prints to: any console takes it, and a reader that has left ends the command without a verdict."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PIPE_CLOSED: Final = 141
"""As shells tell of a program that SIGPIPE ended: neither met nor not met."""


class _Bytes(io.BufferedWriter):
    """What stands beneath a console: a closed pipe ends the process, which click would call exit code 1."""

    def write(self, data: ReadableBuffer, /) -> int:
        """Write ``data``."""
        try:
            return super().write(data)
        except BrokenPipeError:
            _leave()

    def flush(self) -> None:
        """Pass on what is written; also called as the interpreter ends, where an error would change the exit code."""
        try:
            super().flush()
        except BrokenPipeError:
            _leave()
        except ValueError:
            # Closed already: nothing is left to pass on.
            return


def _leave() -> NoReturn:
    # Without the hooks of the interpreter, which would try to flush once more.
    os._exit(PIPE_CLOSED)


def prepare_consoles() -> None:
    """Make standard output and error replace what their encoding lacks, and end the process where nobody reads.

    Where a caller has put others in their place they stay.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if type(stream) is io.TextIOWrapper and stream is getattr(sys, f"__{name}__"):
            encoding, buffering = stream.encoding, stream.line_buffering
            at_once = stream.write_through
            buffer = stream.detach()
            # Without buffering (PYTHONUNBUFFERED) the raw file stands there itself.
            raw = buffer.detach() if isinstance(buffer, io.BufferedWriter) else buffer
            console = io.TextIOWrapper(
                _Bytes(raw), encoding, errors="replace", line_buffering=buffering, write_through=at_once
            )
            setattr(sys, name, console)
            setattr(sys, f"__{name}__", console)

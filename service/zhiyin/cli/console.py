"""What a command prints to: any console takes it, and a reader that has left ends the command without a verdict."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NoReturn

from zhiyin.cli.language import say

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PIPE_CLOSED: Final = 141
"""As shells tell of a program that SIGPIPE ended: neither met nor not met."""
UNWRITABLE: Final = 2
"""The output has no room: told as any other thing that the user can mend."""


class _Bytes(io.BufferedWriter):
    """What stands beneath a console: a closed pipe ends the process, which click would call exit code 1."""

    def write(self, data: ReadableBuffer, /) -> int:
        """Write ``data``."""
        try:
            return super().write(data)
        except BrokenPipeError:
            _leave()
        except OSError as fault:
            _refused(fault)

    def flush(self) -> None:
        """Pass on what is written; also called as the interpreter ends, where an error would change the exit code."""
        try:
            super().flush()
        except BrokenPipeError:
            _leave()
        except OSError as fault:
            _refused(fault)
        except ValueError:
            # Closed already: nothing is left to pass on.
            return


def no_room(fault: OSError) -> str:
    """Return what is said where an output cannot be written: the disk is full, say."""
    return say(f"写不出结果：{fault.strerror}", f"the output cannot be written: {fault.strerror}")


def _refused(fault: OSError) -> NoReturn:
    # By the descriptor: what is buffered here would fail again, and once more as the interpreter ends.
    with suppress(OSError):
        os.write(2, (no_room(fault) + "\n").encode())
    os._exit(UNWRITABLE)


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

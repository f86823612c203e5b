"""Fuzzes for so many seconds: ``python tests/fuzz/run.py SECONDS [TARGET …]``; exits 1 at the first crash or hang.

With atheris (64-bit Intel, Python below 3.14) coverage guides it, elsewhere changes at random do, by a fixed seed.
A crashing input is left in the folder ``fuzz-findings``: once mended it goes into the corpus.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FINDINGS = ROOT / "fuzz-findings"
HANG = 10


def main() -> None:
    """Share the time among the targets."""
    sys.path[:0] = [str(ROOT), str(ROOT / "service")]
    from tests.fuzz.targets import TARGETS

    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    if len(sys.argv) == 4 and sys.argv[2] == "--one":
        one(sys.argv[3], seconds)
        return
    names = sys.argv[2:] or list(TARGETS)
    failed = []
    for name in names:
        sys.stdout.write(f"{name}: {seconds / len(names):.0f} s\n")
        sys.stdout.flush()
        command = [sys.executable, __file__, str(seconds / len(names)), "--one", name]
        done = subprocess.run(command, cwd=ROOT, check=False, timeout=seconds * 3 + 120)
        if done.returncode:
            failed.append(name)
    if failed:
        raise SystemExit(f"found something: {' '.join(failed)}; see {FINDINGS}")


def one(name: str, seconds: float) -> None:
    """Fuzz one target in this process."""
    FINDINGS.mkdir(exist_ok=True)
    try:
        import atheris
    except ImportError:
        at_random(name, seconds)
        return
    from tests.fuzz.targets import CORPUS, TARGETS

    target = TARGETS[name]
    work = FINDINGS / f"corpus-{name}"
    work.mkdir(exist_ok=True)
    options = [
        sys.argv[0],
        f"-max_total_time={max(int(seconds), 1)}",
        f"-timeout={HANG}",
        "-max_len=20000",
        "-rss_limit_mb=1500",
        "-verbosity=0",
        "-print_final_stats=0",
        f"-artifact_prefix={FINDINGS}/{name}-",
        str(work),
        str(CORPUS / name),
    ]
    atheris.Setup(options, atheris.instrument_func(target))
    atheris.Fuzz()


def at_random(name: str, seconds: float) -> None:
    """Change the corpus at random."""
    from tests.fuzz.targets import CORPUS, TARGETS

    source = random.Random(20_260_630)  # noqa: S311 - a fixed seed is what is wanted
    seeds = [file.read_bytes() for file in sorted((CORPUS / name).iterdir())]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = bytearray(source.choice(seeds))
        for _ in range(source.randint(1, 8)):
            place = source.randrange(len(data) + 1)
            kind = source.randrange(4)
            if kind == 0 and data:
                data[place % len(data)] = source.randrange(256)
            elif kind == 1:
                data[place:place] = source.randbytes(source.randint(1, 4))
            elif kind == 2:
                del data[place : place + source.randint(1, 20)]
            else:
                other = source.choice(seeds)
                at = source.randrange(len(other) + 1)
                data[place:place] = other[at : at + source.randint(1, 40)]
        started = time.monotonic()
        try:
            TARGETS[name](bytes(data))
        except Exception:
            (FINDINGS / f"{name}-crash").write_bytes(data)
            raise
        if time.monotonic() - started > HANG:
            (FINDINGS / f"{name}-hang").write_bytes(data)
            raise SystemExit(f"{name} took longer than {HANG} s")


if __name__ == "__main__":
    main()

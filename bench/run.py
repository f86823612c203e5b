"""Runs every benchmark in turn and prints their tables: python bench/run.py [--quick]. The soak has its own word."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
# What to run, and what to add to make it short: a look at whether all still works, not figures to quote.
BENCHES: Final = {
    "search.py": ["--no-growth"],
    "validation.py": ["--rounds", "1", "--companies", "40"],
    "web.py": ["--rounds", "5"],
    "serving.py": ["--seconds", "1", "--only", "definitions,counts_by_tier,one triple"],
    "layers.py": [],
    "beside.py": [],
}


def main() -> None:
    """Run them; the exit code is 1 where one of them failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short runs, to see that all of them work")
    quick = parser.parse_args().quick
    failed = []
    for name, short in BENCHES.items():
        if not (HERE / name).is_file():
            continue
        print(f"\n## {name}\n", flush=True)
        if subprocess.run([sys.executable, str(HERE / name), *(short if quick else ())], check=False).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()

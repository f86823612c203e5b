"""Shapes file as argument, data files on standard input one a line; each report as N-Triples, then "." and microseconds."""

import sys
import time
from pathlib import Path

import pyrudof  # type: ignore[import-not-found]

SH = "http://www.w3.org/ns/shacl#"


def main() -> None:
    """Answer one line after another."""
    shapes = Path(sys.argv[1]).read_text(encoding="utf-8")
    for line in sys.stdin:
        session = pyrudof.Rudof(pyrudof.RudofConfig())
        session.read_data(Path(line.strip()).read_text(encoding="utf-8"), pyrudof.RDFFormat.NTriples)
        session.read_shacl(shapes, pyrudof.ShaclFormat.Turtle)
        start = time.perf_counter()
        found = list(session.validate_shacl())
        spent = time.perf_counter() - start
        for number, result in enumerate(found):
            node = f"_:r{number}"
            sys.stdout.write(f"_:report <{SH}result> {node} .\n")
            sys.stdout.write(f"{node} <{SH}sourceShape> <{result.source_shape}> .\n")
            sys.stdout.write(f"{node} <{SH}focusNode> <{result.focus_node}> .\n")
            sys.stdout.write(f"{node} <{SH}resultSeverity> <{SH}{str(result.severity).rpartition('.')[2]}> .\n")
        sys.stdout.write(f". {int(spent * 1e6)}\n")
        sys.stdout.flush()


main()

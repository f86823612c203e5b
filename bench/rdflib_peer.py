"""rdflib-endpoint over the given files: ``python -m bench.rdflib_peer PORT FILE...``."""

from __future__ import annotations

import sys

import uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint


def main() -> None:
    """Load and serve."""
    graph = Dataset(default_union=True)
    for name in sys.argv[2:]:
        graph.parse(name, format="nquads")
    uvicorn.run(SparqlEndpoint(graph=graph), host="127.0.0.1", port=int(sys.argv[1]), log_level="error")


if __name__ == "__main__":
    main()

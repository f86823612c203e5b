"""The SHACL engines that the exported shapes were tried on, by form; ``make test-engines`` tries them again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from zhiyin.errors import Message


class Form(StrEnum):
    """The two forms of the exported file: with constraint components, or with these written out as sh:sparql."""

    COMPONENTS = "components"
    PORTABLE = "portable"


_NONE = Message("", "")


@dataclass(frozen=True, slots=True)
class Outside:
    """One engine: the release tried, the forms on which it agrees, and why not on the others."""

    key: str
    name: str
    version: str
    equal: frozenset[Form]
    limit: Message = _NONE


_BOTH = frozenset(Form)
_PORTABLE = frozenset({Form.PORTABLE})
_SILENT = Message(
    "不执行 SPARQL 约束组件，也不提示；请用 --portable",
    "passes over SPARQL-based constraint components in silence; use --portable",
)

_CORE_ONLY = Message("只执行 SHACL Core，不执行 sh:sparql", "executes SHACL Core alone, no sh:sparql")

TRIED: tuple[Outside, ...] = (
    Outside("shacl", "shacl", "0.3.4", _BOTH),
    Outside("pyshacl", "pyshacl", "0.40.1", _BOTH),
    Outside("jena", "Apache Jena SHACL", "5.2.0", _BOTH),
    Outside("topbraid", "TopBraid SHACL", "1.4.4", _BOTH),
    Outside("rdf4j", "Eclipse RDF4J SHACL", "5.1.0", _PORTABLE, _SILENT),
    Outside("rudof", "rudof", "0.3.35", _PORTABLE, _SILENT),
    Outside("shacl-engine", "shacl-engine (JavaScript)", "1.1.2", _PORTABLE, _SILENT),
    Outside("rdf-validate-shacl", "rdf-validate-shacl (JavaScript)", "0.6.5", frozenset(), _CORE_ONLY),
)

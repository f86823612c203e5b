"""The guideline's text: bytes in, clauses, families' steps and changes out; nothing of RDF in here."""

from zhiyin.guideline.lineage import lineage
from zhiyin.guideline.parser import parse_guideline
from zhiyin.guideline.source import check_sum, read_text

__all__ = ["check_sum", "lineage", "parse_guideline", "read_text"]

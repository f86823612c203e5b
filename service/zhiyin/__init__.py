"""zhiyin: the guideline on futures companies' IT as a knowledge graph, asked, searched and validated against."""

__version__ = "0.1.0"

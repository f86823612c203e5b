"""The knowledge graph: clauses and hand-written ontology in, asserted and reasoned graph, read model and audit out."""

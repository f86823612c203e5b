"""Company self-descriptions in, a verdict for every clause of a tier out: SHACL reports read by the rules of the law."""

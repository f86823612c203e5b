"""Cite-check: a text in, every statement that it makes about the guideline out, each with its judgement."""

"""Takes a question in Chinese and gives an exact answer with its clauses and its query, or a plain refusal."""

from zhiyin.asking.answer import Answer, Outcome, Shown
from zhiyin.asking.asker import Asker
from zhiyin.asking.reading import Asked, Reading

__all__ = ["Answer", "Asked", "Asker", "Outcome", "Reading", "Shown"]

"""The question library: ``queries/*.rq`` in, questions with their parameters, bound query text and tables out."""

from zhiyin.questions.binding import Choices, bind
from zhiyin.questions.library import read_library
from zhiyin.questions.question import Kind, Parameter, Question

__all__ = ["Choices", "Kind", "Parameter", "Question", "bind", "read_library"]

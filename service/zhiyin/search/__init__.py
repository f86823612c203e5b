"""Search over the requirements that finds what people mean: documents and concepts in, ranked hits with reasons out."""

from zhiyin.search.documents import Label, LabelKind, SearchConcept, SearchDocument
from zhiyin.search.request import SearchRequest
from zhiyin.search.result import FacetValue, Reason, ReasonKind, SearchHit, SearchResult, Suggestion

__all__ = [
    "FacetValue",
    "Label",
    "LabelKind",
    "Reason",
    "ReasonKind",
    "SearchConcept",
    "SearchDocument",
    "SearchHit",
    "SearchRequest",
    "SearchResult",
    "Suggestion",
]

"""Queries to begin with: the first stands in the editor when it opens, the others are a click away."""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.errors import Message

_PREFIXES = "PREFIX zy: <https://w3id.org/zhiyin/ontology#>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n\n"


@dataclass(frozen=True, slots=True)
class SparqlExample:
    """A query with what it asks, in a few words."""

    title: Message
    query: str


def _example(zh: str, en: str, body: str) -> SparqlExample:
    return SparqlExample(Message(zh, en), f"{_PREFIXES}{body}")


EXAMPLES = (
    _example(
        "三类的要求",
        "What tier 3 demands",
        """# 三类的全部要求，按指引的次序；类别和章节也有 zy:tier，所以写明 a zy:Requirement
SELECT ?number ?obligation ?text WHERE {
  ?clause a zy:Requirement ;
    zy:tier/zy:level 3 ;
    zy:number ?number ;
    zy:obligation/rdfs:label ?obligation ;
    zy:text ?text ;
    zy:order ?order .
  FILTER(LANG(?obligation) = "zh")
}
ORDER BY ?order
LIMIT 100""",
    ),
    _example(
        "三类比二类提高了什么",
        "What tier 3 raises over tier 2",
        """SELECT ?number ?before ?text WHERE {
  ?clause a zy:Requirement ;
    zy:tier/zy:level 3 ;
    zy:change zy:Strengthened ;
    zy:number ?number ;
    zy:text ?text ;
    zy:order ?order ;
    zy:derivedFrom/zy:text ?before .
}
ORDER BY ?order""",
    ),
    _example(
        "检索“门禁”",
        "Search for 门禁",
        """SELECT ?number ?score ?text WHERE {
  (?clause ?score) zy:search ("门禁" 20) .
  ?clause zy:number ?number ; zy:text ?text .
}
ORDER BY DESC(?score)""",
    ),
    _example(
        "提到核心系统的条款",
        "Clauses that mention core systems",
        """SELECT ?number ?text WHERE {
  ?clause a zy:Requirement ;
    zy:mentions <https://w3id.org/zhiyin/id/concept/core-system> ;
    zy:number ?number ;
    zy:text ?text ;
    zy:order ?order .
}
ORDER BY ?order""",
    ),
    _example(
        "各类别必须与可选的条数",
        "Mandatory and optional clauses by tier",
        """SELECT ?level ?obligation (COUNT(?clause) AS ?count) WHERE {
  ?clause a zy:Requirement ;
    zy:tier/zy:level ?level ;
    zy:obligation/rdfs:label ?obligation .
  FILTER(LANG(?obligation) = "zh")
}
GROUP BY ?level ?obligation
ORDER BY ?level ?obligation""",
    ),
    _example(
        "4.3.3.1 的前身与后继",
        "The lineage of 4.3.3.1",
        """SELECT ?number ?change ?text WHERE {
  ?clause zy:number "4.3.3.1" ; zy:family ?family .
  ?other zy:family ?family ; zy:number ?number ; zy:text ?text ; zy:order ?order .
  OPTIONAL { ?other zy:change/rdfs:label ?change FILTER(LANG(?change) = "zh") }
}
ORDER BY ?order""",
    ),
)

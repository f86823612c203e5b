"""A judgement in, the plain sh:ValidationReport as N-Triples-ready quads out, in any RDF syntax."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pyoxigraph as ox

from zhiyin.law.outcome import Outcome
from zhiyin.namespaces import BASE, CLAUSE, READING, ZY, names_of
from zhiyin.standards import PROV, SH, TYPE, XSD
from zhiyin.validation.findings import Finding
from zhiyin.validation.judgement import JudgedClause, Judgement, Verdict

_RDF_TYPE = ox.NamedNode(TYPE)
_CLASSES = {
    Outcome.SATISFIED: "Satisfied",
    Outcome.VIOLATED: "Violated",
    Outcome.UNDECLARED: "Undeclared",
    Outcome.NOT_APPLICABLE: "NotApplicable",
    Outcome.MANUAL: "Manual",
}


def report_triples(judgement: Judgement) -> list[ox.Triple]:
    """Return one sh:ValidationReport with a result for every finding; sh:conforms is not the tier status."""
    report = ox.NamedNode(f"urn:sha256:{judgement.sha256}#report")
    results = [
        (verdict, clause, found)
        for verdict in judgement.verdicts
        for clause in verdict.clauses
        for found in clause.findings
    ]
    conforms = not any(clause.severity in ("Violation", "Warning") for v in judgement.verdicts for clause in v.clauses)
    triples = [
        ox.Triple(report, _RDF_TYPE, _sh("ValidationReport")),
        ox.Triple(report, _RDF_TYPE, ox.NamedNode(PROV + "Entity")),
        ox.Triple(report, _sh("conforms"), ox.Literal(conforms)),
        ox.Triple(report, ox.NamedNode(PROV + "wasDerivedFrom"), ox.NamedNode(f"urn:sha256:{judgement.sha256}")),
        *(ox.Triple(report, _zy("checkDate"), _date(day)) for day in judgement.check_dates),
    ]
    if judgement.determinations_sha256 is not None:
        triples.append(
            ox.Triple(
                report,
                ox.NamedNode(PROV + "wasDerivedFrom"),
                ox.NamedNode(f"urn:sha256:{judgement.determinations_sha256}"),
            )
        )
    for digest in sorted(judgement.rules.hashes.values()):
        triples.append(ox.Triple(report, ox.NamedNode(PROV + "wasDerivedFrom"), ox.NamedNode(f"urn:sha256:{digest}")))
    for verdict in judgement.verdicts:
        triples += _verdict_triples(report, judgement, verdict)
    for index, (verdict, clause, found) in enumerate(results, 1):
        triples += _result_triples(report, ox.BlankNode(f"r{index}"), judgement, verdict, clause, found)
    return triples


def _verdict_triples(report: ox.NamedNode, judgement: Judgement, verdict: Verdict) -> Iterator[ox.Triple]:
    company = ox.NamedNode(verdict.company)
    node = ox.NamedNode(f"{report.value}/{verdict.company}")
    yield ox.Triple(report, _zy("verdict"), node)
    yield ox.Triple(node, _RDF_TYPE, _zy("Verdict"))
    yield ox.Triple(node, _zy("ofCompany"), company)
    yield ox.Triple(node, _zy("assessedTier"), ox.Literal(verdict.assessed_tier))
    yield ox.Triple(node, _zy("checkDate"), _date(verdict.day.check))
    yield ox.Triple(node, _zy("checkDateFrom"), ox.Literal(str(verdict.day.source)))
    yield ox.Triple(node, _zy("status"), ox.Literal(str(verdict.status)))
    for clause in verdict.clauses:
        line = ox.NamedNode(f"{node.value}/{clause.requirement.number}")
        yield ox.Triple(node, _zy("clauseVerdict"), line)
        yield ox.Triple(line, _zy("ofClause"), _clause(judgement, clause))
        yield ox.Triple(line, _zy("outcome"), _zy(_CLASSES[clause.outcome]))


def _result_triples(
    report: ox.NamedNode,
    node: ox.BlankNode,
    judgement: Judgement,
    verdict: Verdict,
    clause: JudgedClause,
    found: Finding,
) -> Iterator[ox.Triple]:
    severity = clause.severity or "Info"
    if found.outcome is not Outcome.VIOLATED:
        severity = "Info"
    yield ox.Triple(report, _sh("result"), node)
    yield ox.Triple(node, _RDF_TYPE, _sh("ValidationResult"))
    yield ox.Triple(node, _sh("focusNode"), _node(found.node))
    if found.path:
        yield ox.Triple(node, _sh("resultPath"), ox.NamedNode(found.path))
    if found.value:
        yield ox.Triple(node, _sh("value"), _node(found.value))
    yield ox.Triple(node, _sh("resultSeverity"), _sh(severity))
    if found.shape:
        yield ox.Triple(node, _sh("sourceShape"), ox.NamedNode(found.shape))
        yield ox.Triple(node, _sh("sourceConstraintComponent"), ox.NamedNode(found.component))
    yield ox.Triple(node, _sh("resultMessage"), ox.Literal(found.message.zh, language="zh"))
    yield ox.Triple(node, _sh("resultMessage"), ox.Literal(found.message.en, language="en"))
    yield ox.Triple(node, _zy("ofCompany"), ox.NamedNode(verdict.company))
    yield ox.Triple(node, _zy("ofClause"), _clause(judgement, clause))
    yield ox.Triple(node, _zy("outcome"), _zy(_CLASSES[found.outcome]))
    for rule in found.readings:
        yield ox.Triple(node, _zy("readingRule"), ox.NamedNode(rule))


def _clause(judgement: Judgement, clause: JudgedClause) -> ox.NamedNode:
    edition = judgement.rules.edition
    return ox.NamedNode(str(names_of(edition.guideline, edition.id).clause[clause.requirement.number]))


def _date(day: date) -> ox.Literal:
    return ox.Literal(day.isoformat(), datatype=ox.NamedNode(XSD + "date"))


def _node(text: str) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if text.startswith("_:"):
        return ox.BlankNode(text[2:])
    if text.startswith(("http://", "https://", "urn:")):
        return ox.NamedNode(text)
    return ox.Literal(text)


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(SH + name)


def _zy(name: str) -> ox.NamedNode:
    return ox.NamedNode(str(ZY[name]))


def serialised(triples: list[ox.Triple], syntax: ox.RdfFormat) -> bytes:
    """Return the triples in ``syntax`` with the prefixes of the project."""
    prefixes = {"sh": SH, "zy": str(ZY), "clause": str(CLAUSE), "reading": str(READING), "prov": PROV}
    prefixes["shape"] = BASE + "id/shape/"
    usable = prefixes if syntax in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.RDF_XML) else None
    return bytes(ox.serialize(triples, format=syntax, prefixes=usable) or b"")

"""The graphs that an asker may ask, as N-Quads: for each latest submission one of its facts and one of its verdict.

The dataset is built for the asker: what is another firm's is not in it, whatever a query says. Nor is in it what a
firm's file says of another firm, or in the words of the desk and its verdicts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

import pyoxigraph as ox
import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import blobs
from zhiyin.desk.desk import Desk
from zhiyin.desk.duties import law_left
from zhiyin.desk.own_facts import is_below, own_facts
from zhiyin.desk.people import Person
from zhiyin.desk.schema import firms, submissions, verdicts
from zhiyin.desk.verdicts import clauses_of
from zhiyin.namespaces import PREFIXES, SUBMISSION, ZY

_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_PROV, _DCT = PREFIXES["prov"], PREFIXES["dcterms"]
_DATE = ox.NamedNode(PREFIXES["xsd"] + "date")
_INSTANT = ox.NamedNode(PREFIXES["xsd"] + "dateTime")
_NAME = ox.NamedNode(PREFIXES["rdfs"] + "label")


def version(connection: Connection, person: Person) -> str:
    """Return what changes whenever the dataset of the person does."""
    digest = sha256()
    for row in connection.execute(_chosen(person)):
        digest.update(f"{row.firm}{row.submission}{row.verdict}".encode())
    return digest.hexdigest()


def quads(desk: Desk, connection: Connection, person: Person) -> Iterator[bytes]:
    """Yield the dataset as N-Quads, a submission at a time.

    Firms whose files name one company are told apart by names of the desk's own: neither speaks for the other.
    """
    rows = connection.execute(_chosen(person)).all()
    named = Counter(row.company for row in rows)
    for row in rows:
        base = str(SUBMISSION[row.submission])
        facts, verdict = ox.NamedNode(f"{base}/facts"), ox.NamedNode(f"{base}/verdict")
        stated = _parsed(blobs.fetch(connection, desk.vault, row.facts_blob))
        known = law_left(desk.law, clauses_of(row.rules)).vocabulary
        said = _in_graph(own_facts(stated, row.company, named.keys() - {row.company}, known), facts)
        said += _in_graph(_parsed(blobs.fetch(connection, desk.vault, row.report)), verdict)
        said += _told(row, base, facts, verdict)
        if named[row.company] > 1:
            said = list(_renamed(said, row.company, f"{base}/company"))
        yield bytes(ox.serialize(said, format=ox.RdfFormat.N_QUADS) or b"")


def _parsed(triples: bytes) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(triples, format=ox.RdfFormat.N_TRIPLES)]


def _in_graph(triples: list[ox.Triple], graph: ox.NamedNode) -> list[ox.Quad]:
    return [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples]


def _renamed(quads: list[ox.Quad], old: str, new: str) -> Iterator[ox.Quad]:
    """Yield the quads with a company, and what is named below it, under another name."""
    for quad in quads:
        subject, value = quad.subject, quad.object
        if isinstance(subject, ox.NamedNode) and is_below(subject.value, old):
            subject = ox.NamedNode(new + subject.value.removeprefix(old))
        if isinstance(value, ox.NamedNode) and is_below(value.value, old):
            value = ox.NamedNode(new + value.value.removeprefix(old))
        yield ox.Quad(subject, quad.predicate, value, quad.graph_name)


def _told(row: sa.Row[tuple[object, ...]], base: str, facts: ox.NamedNode, verdict: ox.NamedNode) -> list[ox.Quad]:
    """Return what the desk itself says, in the verdict's graph: what was judged, when, and by which rules (PROV)."""
    submission, activity = ox.NamedNode(base), ox.NamedNode(f"{base}/judging")
    report = ox.NamedNode(f"urn:sha256:{row.sha256}#report")
    node = ox.NamedNode(f"{report.value}/{row.company}")
    said: list[tuple[ox.NamedNode, str, ox.NamedNode | ox.Literal]] = [
        (submission, _PROV + "wasAttributedTo", ox.NamedNode(row.company)),
        (submission, str(ZY.describes), ox.NamedNode(row.company)),
        (submission, str(ZY.asOf), ox.Literal(row.as_of, datatype=_DATE)),
        (submission, _DCT + "received", ox.Literal(row.received, datatype=_INSTANT)),
        (submission, str(ZY.claimedTier), ox.Literal(row.declared or row.tier)),
        (facts, _PROV + "wasDerivedFrom", submission),
        (verdict, _PROV + "wasDerivedFrom", facts),
        (verdict, _PROV + "wasGeneratedBy", activity),
        (report, _PROV + "wasGeneratedBy", activity),
        (activity, _PROV + "used", facts),
        (activity, _PROV + "endedAtTime", ox.Literal(row.made, datatype=_INSTANT)),
        (node, str(ZY.declaredTier), ox.Literal(row.declared or row.tier)),
        (ox.NamedNode(row.company), _NAME.value, ox.Literal(row.firm_name or row.company)),
    ]
    if row.achieved is not None:
        said.append((node, str(ZY.achievedTier), ox.Literal(row.achieved)))
    quads = [ox.Quad(subject, ox.NamedNode(predicate), value, verdict) for subject, predicate, value in said]
    kinds = ((submission, _PROV + "Entity"), (facts, _PROV + "Entity"), (activity, _PROV + "Activity"))
    return quads + [ox.Quad(subject, _TYPE, ox.NamedNode(kind), verdict) for subject, kind in kinds]


def _chosen(person: Person) -> sa.Select[tuple[object, ...]]:
    chosen = (
        sa.select(
            firms.c.id.label("firm"),
            firms.c.company,
            firms.c.name.label("firm_name"),
            submissions.c.id.label("submission"),
            submissions.c.facts.label("facts_blob"),
            submissions.c.sha256,
            submissions.c.as_of,
            submissions.c.received,
            verdicts.c.id.label("verdict"),
            verdicts.c.rules,
            verdicts.c.report,
            verdicts.c.made,
            verdicts.c.tier,
            verdicts.c.declared,
            verdicts.c.achieved,
        )
        .join(submissions, submissions.c.id == firms.c.latest)
        .join(verdicts, verdicts.c.id == submissions.c.verdict)
        .order_by(firms.c.id)
    )
    return chosen if person.firm is None else chosen.where(firms.c.id == person.firm)

"""Asking across firms: the second shelf answers, and a firm's dataset holds nothing of another's, however it asks."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from rdflib import RDF, Graph
from rdflib.namespace import Namespace
from rdflib.term import Node
from tests.desk.conftest import FAST, judge_remembered, sample, staffed
from tests.desk.site import PAGE, Site, open_site

from zhiyin.composition.desk import open_desk
from zhiyin.composition.desk_asking import desk_questions
from zhiyin.composition.judging import rules
from zhiyin.desk import firms, journal
from zhiyin.desk.judged import Case
from zhiyin.desk.options import Options
from zhiyin.desk.passwords import Passwords
from zhiyin.desk.people import Person
from zhiyin.namespaces import PREFIXES
from zhiyin.services import Services

ZY_ = Namespace(PREFIXES["zy"])
OWN, OTHER = sample("tier-1-complete.ttl"), sample("tier-4-complete.ttl")
ALL = "SELECT ?g ?s ?p ?o WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
FORGED = b"""
@prefix zy: <https://w3id.org/zhiyin/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<urn:x:1> a zy:Verdict ; zy:ofCompany <https://example.org/futures/tier-4-complete> ; zy:status "forged" .
<https://example.org/futures/tier-4-complete> rdfs:label "forged name" ; zy:machineRoom <urn:x:room> .
<urn:x:room> zy:upsMinutes 7 .
<https://example.org/futures/tier-4-complete/room/1> zy:upsMinutes 7 .
<https://example.org/futures/rooms-hosted-in-part> zy:machineRoom <https://example.org/futures/tier-4-complete/room/2> ;
    rdfs:label "borrowed name" .
<https://example.org/futures/tier-4-complete/room/2> zy:upsMinutes 7 .
"""
"""What no firm may say of another: a verdict, a name, a room, a figure of its room."""
MARKED = OWN.replace(b"zy:hasTechnologyDepartment true", b"zy:hasTechnologyDepartment false").replace(
    b"zy:claimedTier 1", b"zy:claimedTier 2"
)


TWIN = sample("ups-too-short.ttl").replace(b"futures/ups-too-short", b"futures/hosted-rooms")
"""Another firm under the same name of the company and its things."""
LATEST = (MARKED, OTHER, sample("hosted-rooms.ttl"), sample("rooms-hosted-in-part.ttl"), TWIN)
"""What stands for each firm, without what one of them says of others."""


@pytest.fixture(scope="module")
def filled(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Five firms with a latest submission each, one of them with another before it; these tests only read."""
    place = str(tmp_path_factory.mktemp("desk") / "desk.sqlite3")
    desk = open_desk(place, Options(), new=True, passwords=Passwords(FAST), judge=judge_remembered)
    office = staffed(desk)
    small_site = open_site(services, office)
    for person, name in (
        (office.own, OWN.replace(b'zy:asOf "2026-06-30"', b'zy:asOf "2026-06-29"')),
        (office.own, MARKED),
        (office.other, OTHER),
        (office.regulator, sample("hosted-rooms.ttl")),
        (office.regulator, sample("rooms-hosted-in-part.ttl") + FORGED),
        (office.regulator, TWIN),
    ):
        office.send(person, name)
    office.work()
    yield small_site
    small_site.app.extensions["zhiyin.desk.asking"].close()
    desk.database.close()


def spelt(query: str) -> str:
    """The query with the prefixes it uses, as an address holds it."""
    used = [
        f"PREFIX {p}: <{n}>"
        for p, n in PREFIXES.items()
        if f"{p}:" in query and "://" not in query.partition(f"{p}:")[0][-6:]
    ]
    return quote("\n".join([*used, query]))


def rows(site: Site, person: Person, query: str) -> str:
    answer = site.ask(person, "GET", f"/api/desk/sparql?query={spelt(query)}&format=csv")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_every_question_of_the_shelf_has_an_answer_and_a_page(filled: Site) -> None:
    office = filled.office
    assert len(desk_questions()) >= 12
    empty = []
    for name, question in desk_questions().items():
        example = "&".join(f"{k}={quote(v)}" for k, v in question.example.items())
        answer = filled.ask(office.regulator, "GET", f"/api/desk/queries/{name}?{example}&format=csv")
        assert answer.status_code == 200, (name, answer.text)
        if len(answer.text.splitlines()) < 2:
            empty.append(name)
        page = filled.ask(office.regulator, "GET", f"/desk/questions/{name}?{example}", PAGE)
        assert page.status_code == 200, name
        assert question.title.zh in page.text
    assert empty == []
    listed = filled.ask(office.regulator, "GET", "/api/desk/queries").json
    assert listed is not None
    assert {item["name"] for item in listed["items"]} == set(desk_questions())


def test_answers_are_about_the_latest_submissions(filled: Site) -> None:
    office = filled.office
    graphs = rows(filled, office.regulator, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")
    named = [g for g in graphs.splitlines() if "/desk/submission/" in g]
    assert len(named) == 2 * 5
    assert sum(g.endswith("/facts") for g in named) == sum(g.endswith("/verdict") for g in named) == 5
    violated = "SELECT ?n WHERE { ?l zy:outcome zy:Violated ; zy:ofClause/zy:number ?n }"
    assert "3.1.1.1" in rows(filled, office.own, violated)
    asked = filled.ask(office.regulator, "GET", "/api/desk/queries/declared_too_high?format=csv").text
    assert "示例期货（一类）有限公司,2" in asked
    proved = (
        "ASK { ?v prov:wasDerivedFrom ?f . ?f prov:wasDerivedFrom ?s . ?s prov:wasAttributedTo ?c . ?c a zy:Company }"
    )
    answer = filled.ask(office.own, "GET", f"/api/desk/sparql?query={spelt(proved)}&format=json")
    assert answer.json is not None
    assert answer.json["boolean"] is True


@dataclass(frozen=True)
class Read:
    """A latest submission as rdflib and the verdict's own JSON tell of it, by nothing of the desk's."""

    name: str
    facts: Graph
    company: Node
    verdict: dict[str, Any]

    def of(self, path: str) -> list[Node]:
        """The company's values of a property."""
        return list(self.facts.objects(self.company, ZY_[path]))

    def said(self, node: Node, path: str) -> str:
        """One value of a property of a thing, as text."""
        return str(self.facts.value(node, ZY_[path]))

    def clauses(self, outcome: str) -> list[str]:
        """The clauses of an outcome."""
        return [c["number"] for c in self.verdict["clauses"] if c["outcome"] == outcome]


@pytest.fixture(scope="module")
def read() -> list[Read]:
    found = []
    for data in LATEST:
        facts = Graph().parse(data=data, format="turtle")
        company = facts.value(None, RDF.type, ZY_.Company)
        assert company is not None
        told = json.loads(judge_remembered(Case(data, "x.ttl", "", b"", "k")).document)["verdicts"][0]
        found.append(Read(str(facts.value(company, ZY_.name)), facts, company, told))
    return found


def test_answers_agree_with_what_is_counted_without_the_desk(filled: Site, read: list[Read]) -> None:
    """Nine questions, each computed anew from the files by rdflib and from verdicts by counting."""

    def answered(question: str, **given: str) -> list[tuple[str, ...]]:
        asked = "&".join(f"{k}={quote(v)}" for k, v in {**given, "format": "csv"}.items())
        answer = filled.ask(filled.office.regulator, "GET", f"/api/desk/queries/{question}?{asked}")
        return sorted(tuple(row) for row in list(csv.reader(io.StringIO(answer.text)))[1:])

    rooms = [(r, room) for r in read for room in r.of("machineRoom")]
    short = [
        (r.name, r.said(room, "name"), r.said(room, "upsMinutes"))
        for r, room in rooms
        if (room, ZY_.upsMinutes, None) in r.facts and int(r.said(room, "upsMinutes")) < 90
    ]
    assert answered("ups_below", below="90") == sorted(short)
    assert short
    hosted = [(r.name, r.said(room, "name")) for r, room in rooms if r.said(room, "isHosted") == "true"]
    assert [row[:2] for row in answered("hosted_rooms")] == sorted(hosted)
    assert hosted
    counts = [
        (r.name, r.said(r.company, "headquartersTechnicianCount"), r.said(r.company, "headquartersStaffCount"))
        for r in read
    ]
    assert [row[:3] for row in answered("fewest_technicians")] == sorted(counts)
    used: dict[str, set[str]] = defaultdict(set)
    for r in read:
        for provider in r.of("serviceProvider"):
            used[r.said(provider, "name")].add(r.verdict["unifiedSocialCreditCode"])
    most = [(name, str(len(firms))) for name, firms in used.items() if len(firms) >= 3]
    assert [row[:2] for row in answered("shared_providers", atLeast="3")] == sorted(most)
    assert most
    spent = [
        (r.name, "2025", r.said(year, "itSpendYuan"), r.said(year, "revenueYuan"))
        for r in read
        for year in r.of("fiscalYear")
        if r.said(year, "year") == "2025"
    ]
    assert [row[:4] for row in answered("it_spend_share", year="2025")] == sorted(spent)
    # Whatever a firm has that something is done to: rooms, systems, sites, tools, providers and branches alike.
    done: dict[tuple[str, str], str] = {}
    terms = rules().vocabulary.terms
    for r in read:
        for activity, about in r.facts.subject_objects(ZY_.about):
            if (None, ZY_.activity, activity) in r.facts and (day := r.facts.value(activity, ZY_.lastConductedOn)):
                key = (r.name, terms[str(about)].label.zh)
                done[key] = max(done.get(key, ""), str(day))
    late = [(*key, day) for key, day in done.items() if day < "2026-06-02"]
    assert answered("longest_undone", before="2026-06-02") == sorted(late)
    assert any("网站" in work for _, work, _ in late)

    statuses = Counter((str(r.verdict["assessedTier"]), r.verdict["status"]) for r in read)
    assert answered("status_by_tier") == sorted((*key, str(n)) for key, n in statuses.items())
    for tier in ("1", "2"):
        own = [r for r in read if str(r.verdict["assessedTier"]) == tier]
        violated = Counter(number for r in own for number in r.clauses("violated"))
        assert [row[:2] for row in answered("most_violated", tier=tier)] == sorted(
            (number, str(n)) for number, n in violated.items()
        )
    manual = [(r.name, number) for r in read for number in r.clauses("manual")]
    assert [row[:2] for row in answered("needs_a_person")] == sorted(manual)
    assert manual


@pytest.mark.parametrize(
    "query",
    [
        ALL,
        "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), 'submission')) }",
        "SELECT * WHERE { ?c a zy:Company ; ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_nothing_of_another_firm_is_in_a_firms_dataset(filled: Site, query: str) -> None:
    office = filled.office
    form = "ntriples" if query.startswith("CONSTRUCT") else "csv"
    own = filled.ask(office.own, "GET", f"/api/desk/sparql?query={spelt(query)}&format={form}").text
    every = filled.ask(office.regulator, "GET", f"/api/desk/sparql?query={spelt(query)}&format={form}").text
    for marker in ("futures/tier-4-complete", "futures/rooms-hosted-in-part", "91310000MA1DEM010U"):
        assert marker in every or "FILTER" in query
        assert marker not in own
    assert "futures/tier-1-complete" in own


def test_what_a_firm_says_of_another_is_not_asked_about(filled: Site) -> None:
    office = filled.office
    everything = rows(filled, office.regulator, ALL)
    assert "tier-4-complete" in everything
    for forged in ("forged", "borrowed", "urn:x:"):
        assert forged not in everything
    minutes = "SELECT ?m WHERE { <https://example.org/futures/tier-4-complete> zy:machineRoom/zy:upsMinutes ?m }"
    assert "7" not in rows(filled, office.regulator, minutes).split()


def test_two_firms_under_one_name_are_told_apart(filled: Site) -> None:
    office = filled.office
    labelled = rows(
        filled, office.regulator, "SELECT (COUNT(?l) AS ?n) WHERE { ?c a zy:Company ; rdfs:label ?l } GROUP BY ?c"
    )
    assert labelled.split() == ["n", *["1"] * 5]
    rooms = (
        "SELECT ?l (COUNT(DISTINCT ?m) AS ?n) WHERE { ?c rdfs:label ?l ; zy:machineRoom/zy:upsMinutes ?m } GROUP BY ?l"
    )
    assert len(rows(filled, office.regulator, rooms).splitlines()) == 1 + 5
    assert "futures/hosted-rooms" not in rows(filled, office.regulator, "SELECT ?c WHERE { ?c a zy:Company }")


def test_naming_anothers_graph_finds_nothing(filled: Site) -> None:
    office = filled.office
    with office.desk.database.read() as connection:
        other = next(f for f in firms.all_firms(connection, office.regulator) if f.id == office.other.firm)
    graph = f"https://w3id.org/zhiyin/id/desk/submission/{other.latest}/facts"
    for query in (
        f"SELECT * FROM <{graph}> WHERE {{ ?s ?p ?o }}",  # noqa: S608 - SPARQL
        f"SELECT * FROM NAMED <{graph}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",  # noqa: S608 - SPARQL
        f"SELECT * WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}",
    ):
        assert len(rows(filled, office.own, query).splitlines()) == 1
        assert len(rows(filled, office.regulator, query).splitlines()) > 100
    answer = filled.ask(
        office.own, "GET", f"/api/desk/sparql?query={spelt(ALL)}&default-graph-uri={quote(graph)}&format=csv"
    )
    assert "tier-4" not in answer.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("INSERT DATA { <http://e/s> <http://e/p> 1 }", 400),
        ("SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 400),
        ("LOAD <http://127.0.0.1:9/>", 400),
        ("nonsense", 400),
    ],
)
def test_the_limits_are_those_of_the_service(filled: Site, query: str, status: int) -> None:
    assert filled.ask(filled.office.regulator, "GET", f"/api/desk/sparql?query={spelt(query)}").status_code == status
    page = filled.ask(filled.office.regulator, "GET", f"/desk/sparql?query={spelt(query)}", PAGE)
    assert page.status_code == status
    assert 'role="alert"' in page.text


def test_the_page_answers_in_all_forms(filled: Site) -> None:
    office = filled.office
    for query, wanted in (
        ("SELECT ?n WHERE { ?c a zy:Company ; zy:name ?n }", "示例期货（一类）有限公司"),
        ("ASK { ?c a zy:Company }", "<h2>是</h2>"),
        ("CONSTRUCT { ?c zy:name ?n } WHERE { ?c a zy:Company ; zy:name ?n }", "示例期货（一类）有限公司"),
    ):
        page = filled.ask(office.own, "GET", f"/desk/sparql?query={spelt(query)}", PAGE)
        assert page.status_code == 200
        assert wanted in page.text
    posted = filled.ask(
        office.own,
        "POST",
        "/api/desk/sparql",
        {"Content-Type": "application/sparql-query"},
        data="ASK { ?c a <https://w3id.org/zhiyin/ontology#Company> }",
    )
    assert posted.status_code == 200


def test_what_is_asked_is_logged_without_the_question(filled: Site) -> None:
    rows(filled, filled.office.own, "SELECT * WHERE { ?s zy:name 'geheim' }")
    with filled.office.desk.database.read() as connection:
        last = next(journal.lines(connection, newest_first=True))
    assert (last.who, last.what) == ("own", "desk.asked")
    assert "geheim" not in str(last.as_json())

"""The concept scheme against SKOS and against the printed text: mentions are derived again here, by containment alone."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "ontology" / "terms").glob("*.ttl"))
ZY = Namespace("https://w3id.org/zhiyin/ontology#")
CLAUSE = "https://w3id.org/zhiyin/id/clause/"
CONCEPT = "https://w3id.org/zhiyin/id/concept/"
SCHEME = URIRef("https://w3id.org/zhiyin/id/scheme/guideline-concepts")
NAMES = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
LABELS = (*NAMES, ZY.everydayLabel)
DEFINED = {"核心系统": 1, "生产环境": 2, "交易系统的所有部件": 3, "有效隔离": 4, "现场交易": 5, "机房": 6}
# 公网 is the internet, and stands by chance inside 办公网, the office network.
BY_CHANCE = {"公网": "办公网"}
SPECIFIC = 2
EVERYDAY_WORDS = 8

Texts = Mapping[str, str]
Families = Mapping[str, str]
Names = Mapping[str, frozenset[str]]


def normal(text: str) -> str:
    """Return ``text`` as labels and clauses are compared: NFKC, case folded, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def concepts(graph: Graph) -> list[URIRef]:
    """Return the concepts, sorted."""
    return sorted(s for s in graph.subjects(RDF.type, ZY.Concept) if isinstance(s, URIRef))


def labels(graph: Graph, concept: URIRef, *predicates: URIRef) -> Iterator[Literal]:
    """Give the labels that ``concept`` has by ``predicates``."""
    for predicate in predicates:
        yield from (o for o in graph.objects(concept, predicate) if isinstance(o, Literal))


def names(graph: Graph, language: str = "zh") -> Names:
    """Return what each concept is named by in a text, normalised: everyday labels are not names."""
    return {
        str(c): frozenset(normal(o) for o in labels(graph, c, *NAMES) if o.language == language)
        for c in concepts(graph)
    }


def mentions(named: Names, text: str) -> set[str]:
    """Return the concepts with a name in ``text``, which is normalised."""
    return {concept for concept, words in named.items() if any(word in text for word in words)}


def kin(graph: Graph, concept: URIRef, up: bool) -> set[URIRef]:
    """Return all concepts above (or below) ``concept``; itself among them where there is a cycle."""
    found: set[URIRef] = set()
    waiting = [concept]
    while waiting:
        at = waiting.pop()
        near = graph.objects(at, SKOS.broader) if up else graph.subjects(SKOS.broader, at)
        new = {n for n in near if isinstance(n, URIRef)} - found
        found |= new
        waiting.extend(new)
    return found


# The checks: each returns one line a fault, none where all is well.


def incomplete(graph: Graph) -> list[str]:
    """A concept is a skos:Concept of the scheme with one preferred label in zh and one in en (SKOS S14)."""
    faults = []
    for c in concepts(graph):
        languages = sorted(str(o.language) for o in labels(graph, c, SKOS.prefLabel))
        if languages != ["en", "zh"]:
            faults.append(f"{c} has preferred labels in {languages}")
        if (c, RDF.type, SKOS.Concept) not in graph or set(graph.objects(c, SKOS.inScheme)) != {SCHEME}:
            faults.append(f"{c} is not typed or not in the scheme")
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", c.removeprefix(CONCEPT)):
            faults.append(f"{c} is not an English slug")
    return faults


def wrong_language(graph: Graph) -> list[str]:
    """Labels are zh or en; variants, misprints and everyday words are zh."""
    faults = []
    for predicate in LABELS:
        allowed = {"zh", "en"} if predicate in (SKOS.prefLabel, SKOS.altLabel) else {"zh"}
        for c, o in graph.subject_objects(predicate):
            if (
                not isinstance(o, Literal)
                or o.language not in allowed
                or o != Literal(o.strip(), lang=o.language)
                or not o
            ):
                faults.append(f"{c} {predicate} {o!r}")
    return faults


def twice_labelled(graph: Graph) -> list[str]:
    """No concept bears the same label twice, by whichever property (SKOS S13)."""
    faults = []
    for c in concepts(graph):
        seen = Counter((o.language, normal(o)) for o in labels(graph, c, *LABELS))
        faults += [f"{c} bears {label} twice" for label, times in seen.items() if times > 1]
    return faults


def shared_names(graph: Graph) -> list[str]:
    """No two concepts share a name, preferred, alternative or hidden."""
    owners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for language in ("zh", "en"):
        for c, words in names(graph, language).items():
            for word in words:
                owners[language, word].add(c)
    return [f"{word} names {sorted(cs)}" for (_, word), cs in owners.items() if len(cs) > 1]


def borrowed_everyday_words(graph: Graph) -> list[str]:
    """An everyday word leads to at most two concepts and is the name of none."""
    owners: defaultdict[str, set[URIRef]] = defaultdict(set)
    for c in concepts(graph):
        for o in labels(graph, c, ZY.everydayLabel):
            owners[normal(o)].add(c)
    named = {word for words in names(graph).values() for word in words}
    return [f"{w} leads to {sorted(cs)}" for w, cs in owners.items() if w in named or len(cs) > 2]


def printed_everyday_words(graph: Graph, families: Families) -> list[str]:
    """An everyday word is not the requirements' own: what they print is a name, and a mention."""
    faults = []
    text = "\n".join(families.values())
    for c in concepts(graph):
        for o in labels(graph, c, ZY.everydayLabel):
            if normal(o) in text.replace(BY_CHANCE.get(normal(o), "\0"), ""):
                faults.append(f"{c}: {o} stands in the text")
    return faults


def broken_hierarchy(graph: Graph) -> list[str]:
    """Links join concepts, say each thing once, have no cycle, and lead up to a top concept."""
    faults = []
    known = set(concepts(graph))
    for predicate in (SKOS.broader, SKOS.related):
        faults += [f"{s} {predicate} {o}" for s, o in graph.subject_objects(predicate) if not {s, o} <= known]
    faults += [f"{s} {p} {o}" for p in (SKOS.narrower, SKOS.hasTopConcept) for s, o in graph.subject_objects(p)]
    for c in known:
        above = kin(graph, c, up=True)
        top = (c, SKOS.topConceptOf, SCHEME) in graph
        if c in above:
            faults.append(f"{c} is above itself")
        if top == bool(above):
            faults.append(f"{c} is a top concept with a broader one, or neither")
    return faults


def related_kin(graph: Graph) -> list[str]:
    """What is related is neither above nor below (SKOS S27), nor said from both ends."""
    faults = []
    for c, other in graph.subject_objects(SKOS.related):
        if isinstance(c, URIRef) and isinstance(other, URIRef):
            kindred = kin(graph, c, up=True) | kin(graph, c, up=False) | {c}
            if other in kindred or (other, SKOS.related, c) in graph:
                faults.append(f"{c} is related to {other}")
    return faults


def unmentioned(graph: Graph, texts: Texts) -> list[str]:
    """Each concept stands in a clause, or groups one that does."""
    named = names(graph)
    found = {c for text in texts.values() for c in mentions(named, text)}
    return [
        str(c) for c in concepts(graph) if str(c) not in found and not {str(k) for k in kin(graph, c, up=False)} & found
    ]


def thin_families(graph: Graph, families: Families) -> list[str]:
    """Each duty mentions two concepts that at most a tenth of all duties mention, with everyday words on them."""
    named = names(graph)
    found = {family: mentions(named, text) for family, text in families.items()}
    spread = Counter(c for cs in found.values() for c in cs)
    faults = []
    for family, cs in found.items():
        specific = {c for c in cs if spread[c] <= len(families) // 10}
        words = {o for c in specific for o in labels(graph, URIRef(c), ZY.everydayLabel)}
        if len(specific) < SPECIFIC or len(words) < EVERYDAY_WORDS:
            faults.append(f"{family}: {sorted(specific)}, {len(words)} everyday words")
    return faults


def confused_families(graph: Graph, families: Families) -> list[str]:
    """No two duties mention just the same concepts."""
    named = names(graph)
    owners: defaultdict[frozenset[str], list[str]] = defaultdict(list)
    for family, text in families.items():
        owners[frozenset(mentions(named, text))].append(family)
    return [str(fs) for fs in owners.values() if len(fs) > 1]


def false_definitions(graph: Graph, items: Texts) -> list[str]:
    """Just the six terms of 1.4 are defined, in the item's own words, which the concept cites."""
    faults = []
    known = {str(c): c for c in concepts(graph)}
    defined = set(graph.subjects(SKOS.definition)) | set(graph.subjects(ZY.definedBy))
    expected = {c for c in known.values() for o in labels(graph, c, SKOS.prefLabel) if str(o) in DEFINED}
    if len(expected) != len(DEFINED) or defined != expected:
        faults.append(f"defined: {sorted(map(str, defined))}")
    for c in expected:
        number = next(f"1.4.{DEFINED[str(o)]}" for o in labels(graph, c, SKOS.prefLabel) if str(o) in DEFINED)
        cited = [set(graph.objects(c, p)) for p in (ZY.definedBy, DCTERMS.source)]
        said = [str(o) for o in graph.objects(c, SKOS.definition)]
        if cited != [{URIRef(CLAUSE + number)}] * 2 or said != [items[number].rstrip("；。")]:
            faults.append(f"{c}: {said} from {cited}")
    return faults


@pytest.fixture(scope="module")
def scheme() -> Graph:
    """All files of the scheme in one graph."""
    graph = Graph()
    for file in FILES:
        graph.parse(data=file.read_text(encoding="utf-8"), format="turtle")
    return graph


@pytest.fixture(scope="module")
def clauses(texts: Texts, items: Texts) -> Texts:
    """Number to normalised text of the requirements and of the items of chapter 1."""
    return {number: normal(text) for number, text in {**items, **texts}.items()}


@pytest.fixture(scope="module")
def families(graph: Graph, texts: Texts) -> Families:
    """Family to the normalised texts of its clauses, one a line."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for family, clause in sorted(graph.subject_objects(ZY.member)):
        found[str(family)].append(normal(texts[str(clause).removeprefix(CLAUSE)]))
    return {family: "\n".join(lines) for family, lines in found.items()}


@pytest.fixture(scope="module")
def checks(clauses: Texts, families: Families, items: Texts) -> Mapping[str, Callable[[Graph], list[str]]]:
    """Every check by name, bound to the text it needs."""
    return {
        "incomplete": incomplete,
        "wrong_language": wrong_language,
        "twice_labelled": twice_labelled,
        "shared_names": shared_names,
        "borrowed_everyday_words": borrowed_everyday_words,
        "printed_everyday_words": lambda g: printed_everyday_words(g, families),
        "broken_hierarchy": broken_hierarchy,
        "related_kin": related_kin,
        "unmentioned": lambda g: unmentioned(g, clauses),
        "thin_families": lambda g: thin_families(g, families),
        "confused_families": lambda g: confused_families(g, families),
        "false_definitions": lambda g: false_definitions(g, items),
    }


HEADER = f"@prefix concept: <{CONCEPT}> . @prefix skos: <{SKOS}> . @prefix zy: <{ZY}> . @prefix clause: <{CLAUSE}> . "
NEW = f"a zy:Concept, skos:Concept ; skos:inScheme <{SCHEME}> ; skos:broader concept:events-and-risks ; "
# The check, the triples added, the triples taken away.
PLANTED = [
    ("incomplete", 'concept:ups skos:prefLabel "不断电系统"@zh .', ""),
    ("incomplete", "", 'concept:ups skos:prefLabel "UPS"@zh .'),
    ("incomplete", "", f"concept:ups skos:inScheme <{SCHEME}> ."),
    ("wrong_language", 'concept:ups zy:everydayLabel "power backup"@en .', ""),
    ("wrong_language", 'concept:ups skos:altLabel "不断电系统" .', ""),
    ("twice_labelled", 'concept:ups skos:altLabel "ＵＰＳ"@zh .', ""),
    ("twice_labelled", 'concept:ups skos:hiddenLabel "不间断电源"@zh .', ""),
    ("shared_names", 'concept:ups skos:altLabel "发电机"@zh .', ""),
    ("shared_names", 'concept:ups skos:altLabel "generator"@en .', ""),
    ("borrowed_everyday_words", 'concept:ups zy:everydayLabel "发电机"@zh .', ""),
    (
        "borrowed_everyday_words",
        'concept:power-supply zy:everydayLabel "油机"@zh . concept:ups zy:everydayLabel "油机"@zh .',
        "",
    ),
    ("printed_everyday_words", 'concept:ups zy:everydayLabel "到场响应"@zh .', ""),
    ("broken_hierarchy", "concept:ups skos:broader concept:nothing .", ""),
    ("broken_hierarchy", "concept:power-supply skos:broader concept:ups .", ""),
    ("broken_hierarchy", "concept:power-supply skos:narrower concept:ups .", ""),
    ("broken_hierarchy", "", "concept:ups skos:broader concept:power-supply ."),
    ("related_kin", "concept:ups skos:related concept:room-and-facilities .", ""),
    ("related_kin", "concept:ups skos:related concept:ups-runtime .", ""),
    ("unmentioned", f'concept:moon {NEW} skos:prefLabel "月亮"@zh , "moon"@en .', ""),
    ("thin_families", "", 'concept:fresh-air skos:prefLabel "新风"@zh ; skos:altLabel "新风设施"@zh .'),
    (
        "confused_families",
        "",
        'concept:pre-change-assessment skos:hiddenLabel "每次变更前应进行评估"@zh . '
        'concept:post-change-check skos:altLabel "事后检查"@zh .',
    ),
    ("false_definitions", 'concept:ups skos:definition "不间断电源"@zh .', ""),
    ("false_definitions", "", "concept:machine-room zy:definedBy clause:1.4.6 ."),
]


def test_the_scheme_is_whole(scheme: Graph, checks: Mapping[str, Callable[[Graph], list[str]]]) -> None:
    """Every check passes on the scheme as it stands."""
    assert {name: faults for name, check in checks.items() if (faults := check(scheme))} == {}


def test_every_check_has_a_planted_fault(checks: Mapping[str, Callable[[Graph], list[str]]]) -> None:
    """No check goes unproved."""
    assert {name for name, _, _ in PLANTED} == set(checks)


@pytest.mark.parametrize(("name", "added", "taken"), PLANTED, ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(PLANTED)])
def test_a_planted_fault_is_found(
    name: str, added: str, taken: str, scheme: Graph, checks: Mapping[str, Callable[[Graph], list[str]]]
) -> None:
    """Each check bites."""
    more, less = (set(Graph().parse(data=HEADER + part, format="turtle")) for part in (added, taken))
    assert less <= set(scheme), "nothing to take away"
    assert not more & set(scheme), "nothing to add"
    for triple in more:
        scheme.add(triple)
    for triple in less:
        scheme.remove(triple)
    try:
        assert checks[name](scheme)
    finally:
        for triple in more:
            scheme.remove(triple)
        for triple in less:
            scheme.add(triple)


def test_the_scheme_is_as_large_as_the_duties_ask(scheme: Graph) -> None:
    """Enough concepts and labels for 209 duties, each label counted once a concept."""
    known = concepts(scheme)
    assert len(known) >= 200
    assert sum(1 for c in known for _ in labels(scheme, c, *LABELS)) >= 900


def test_misprints_lead_to_their_concepts(scheme: Graph, clauses: Texts) -> None:
    """What the text misprints is a hidden label, and the clause that misprints it is a mention."""
    named = names(scheme)
    for misprint, slug, number in (
        ("转帐", "bank-futures-transfer", "2.3.5.1"),
        ("阀值", "alert-threshold", "5.3.2.9"),
        ("帐号", "account", "2.4.4.3"),
    ):
        concept = URIRef(CONCEPT + slug)
        assert misprint in clauses[number]
        assert (concept, SKOS.hiddenLabel, Literal(misprint, lang="zh")) in scheme
        assert str(concept) in mentions(named, clauses[number])


def test_english_labels_mention_nothing_more(scheme: Graph, clauses: Texts) -> None:
    """Counting the English labels as names or not, a clause mentions the same concepts."""
    english = names(scheme, "en")
    chinese = names(scheme)
    both = {c: chinese[c] | english[c] for c in chinese}
    assert all(english.values())
    assert [n for n, text in clauses.items() if mentions(both, text) != mentions(chinese, text)] == []

"""The shapes as a whole: every clause enforced, every shape tried both ways, figures as the graph has them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import SH as SHACL

from zhiyin import resources
from zhiyin.composition.judging import rules
from zhiyin.composition.trial import CHECK_DATE, COMPANY, base_triples, read_cases, run
from zhiyin.law.constraints import Constraint
from zhiyin.law.outcome import Basis, Outcome, Role
from zhiyin.law.shapes import Shape, shape_files
from zhiyin.law.shapes_file import severities, shapes_turtle
from zhiyin.model import GuidelineText, Requirement
from zhiyin.namespaces import ZY
from zhiyin.standards import SH
from zhiyin.validation.engine import Engine
from zhiyin.validation.facts import facts_of, normalised
from zhiyin.validation.verdict import targeted

SHAPES = rules().shapes.shapes
CASES = read_cases([resources.path("tests/cases")])
_NUMBER = re.compile(r"(?<![\w.?$:/#-])\d+(?:\.\d+)?")


def short(iri: str) -> str:
    return iri.replace("#", "/").rpartition("/")[2]


def test_there_are_shapes() -> None:
    assert len(SHAPES) > 500


def test_every_clause_is_enforced_by_a_duty(requirements: Sequence[Requirement]) -> None:
    enforced = {number for shape in SHAPES.values() if shape.role is Role.DUTY for number in shape.enforces}
    numbers = {r.number for r in requirements}
    assert len(numbers) == 771
    assert sorted(numbers - enforced) == []
    assert sorted({n for s in SHAPES.values() for n in s.enforces} - numbers) == []


def test_every_clause_can_be_undeclared_and_violated(requirements: Sequence[Requirement]) -> None:
    """A clause that no shape can call undeclared would pass by silence."""
    silent = {n for s in SHAPES.values() if s.outcome is Outcome.UNDECLARED for n in s.enforces}
    broken = {n for s in SHAPES.values() if s.outcome is Outcome.VIOLATED for n in s.enforces}
    assert sorted({r.number for r in requirements} - silent) == []
    assert sorted({r.number for r in requirements} - broken) == []


def test_a_wording_that_stands_in_several_tiers_is_enforced_alike(text: GuidelineText) -> None:
    """Clauses of a family with the same text have the same shapes."""
    enforcing: dict[str, set[str]] = defaultdict(set)
    for shape in SHAPES.values():
        for number in shape.enforces:
            enforcing[number].add(shape.iri)
    same: dict[tuple[str, str], list[str]] = defaultdict(list)
    for requirement in text.requirements:
        subsection = ".".join(requirement.number.split(".")[1:3])
        same[subsection, re.sub(r"\s", "", requirement.text)].append(requirement.number)
    unlike = [
        (a, b, sorted(map(short, enforcing[a] ^ enforcing[b])))
        for numbers in same.values()
        for a, b in pairwise(numbers)
        if enforcing[a] != enforcing[b]
    ]
    assert unlike == []


def test_every_shape_has_a_failing_case() -> None:
    failing = {case.shape for case in CASES}
    assert sorted({short(iri) for iri in SHAPES} - failing) == []
    assert sorted(failing - {short(iri) for iri in SHAPES} - {""}) == []


def test_every_shape_has_a_passing_case() -> None:
    """The base passes a shape where it has a node that the shape looks at and says nothing of."""
    facts = facts_of(COMPANY, normalised(quad.triple for quad in base_triples()), rules().vocabulary)
    said: dict[str, set[str]] = defaultdict(set)
    for result in run("", 4, CHECK_DATE, Engine.COMPILED)[1]:
        said[result.shape].add(result.focus)
    passing = {short(iri) for iri, shape in SHAPES.items() if targeted(shape.targets, facts) - said[iri]}
    named = {case.passes for case in CASES}
    assert sorted({short(iri) for iri in SHAPES} - passing - named) == []


def test_no_shape_asks_for_the_assessed_tier() -> None:
    """What a company must do follows from the clauses a shape enforces, never from a tier in its text."""
    texts = [file.read_text(encoding="utf-8") for file in resources.turtle_files("shapes")]
    assert texts
    assert not [text for text in texts if "assessedTier" in text]


def test_shapes_carry_no_severity() -> None:
    for file in resources.turtle_files("shapes"):
        if "audit" not in file.parts:
            assert "sh:severity" not in file.read_text(encoding="utf-8"), file.name


def test_no_shape_asks_for_now() -> None:
    for node, pairs in rules().shapes.statements.items():
        for predicate, value in pairs:
            if predicate in (SH + "select", SH + "ask"):
                text = str(getattr(value, "value", ""))
                assert not re.search(r"\bNOW\s*\(|\bSERVICE\b|\bMINUS\b|\bVALUES\b", text), node


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_the_tiers_file_is_valid_shacl(tier: int, requirements: Sequence[Requirement]) -> None:
    """`zhiyin shapes` gives one self-contained file that SHACL-SHACL accepts."""
    import shacl

    text = shapes_turtle(tier, requirements, rules().shapes)
    chapter = f"id/clause/{tier + 1}."
    graph = Graph().parse(data=text, format="turtle")
    enforced = {str(o) for o in graph.objects(None, URIRef(ZY.enforces))}
    assert enforced
    assert all(chapter in clause for clause in enforced)
    meta = resources_of_pyshacl()
    report = shacl.Shapes.from_text(meta, "turtle").validate_text(text, "turtle")
    assert [str(r) for r in report.results if r.severity == "Violation"] == []
    written = {str(s): str(o) for s, o in graph.subject_objects(SHACL.severity)}
    assert written == severities(rules().shapes, tier, requirements)


def test_shacl_shacl_catches_a_broken_shape() -> None:
    import shacl

    broken = "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:x> a sh:PropertyShape ; sh:targetClass 1 ."
    report = shacl.Shapes.from_text(resources_of_pyshacl(), "turtle").validate_text(broken, "turtle")
    assert not report.conforms


@cache
def resources_of_pyshacl() -> str:
    """The SHACL shapes of SHACL, as pyshacl ships them."""
    from importlib.resources import files

    folder = files("pyshacl") / "assets"
    return (folder / "shacl-shacl.ttl").read_text(encoding="utf-8")


# Figures ------------------------------------------------------------------------------------------------------------


@cache
def thresholds() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for file in resources.turtle_files("ontology/families"):
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode) and "/id/threshold/" in quad.subject.value:
                found[quad.subject.value].setdefault(short(quad.predicate.value), getattr(quad.object, "value", ""))
    return dict(found)


def sparql_of(shape: Shape) -> str:
    return "\n".join(value.value for _, value in literals(shape) if isinstance(value, ox.Literal) and _is_query(value))


def _is_query(value: ox.Literal) -> bool:
    return "SELECT" in value.value and "WHERE" in value.value


def literals(shape: Shape) -> list[tuple[str, ox.Literal]]:
    """The literals of a shape and of what hangs on it by blank nodes."""
    found, stack, seen = [], [ox.NamedNode(shape.iri)], set()
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        for predicate, value in rules().shapes.statements.get(node, ()):
            if isinstance(value, ox.Literal):
                found.append((predicate, value))
            elif isinstance(value, ox.BlankNode):
                stack.append(value)  # type: ignore[arg-type]
    return found


def numbers(shape: Shape) -> set[str]:
    found = set(_NUMBER.findall(sparql_of(shape)))
    for _, value in literals(shape):
        if value.datatype.value.endswith(("#integer", "#decimal")):
            found.add(value.value)
    return found


PERIODS = {("1", "YR"): "Yearly", ("3", "MO"): "Quarterly", ("1", "WK"): "Weekly", ("1", "DAY"): "Daily"}
YEARS_IN_WORDS = {"1": "oneYear", "2": "twoYear"}
IN_ITS_STRUCTURE = {
    "website-servers-separate": "不同服务器: sh:disjoint says that two are two",
    "ddos-protection": "至少有一条: the existence of one",
    "remote-recovery-city": "不同城市: the two cities are compared",
    "ups-bridges-generator": "超过…间隔时间: the two times are compared, once",
}


def stands_in(shape: Shape, threshold: dict[str, str]) -> bool:
    """Whether a shape holds the figure, in the form that its kind of fact has."""
    value, unit = threshold["value"], short(threshold["unit"])
    text = sparql_of(shape) + " ".join(shape.parameters.values())
    if value in numbers(shape) or str(float(value)) in numbers(shape):
        return True
    if (value, unit) in PERIODS and re.search(rf"\b{PERIODS[value, unit]}\b", text):
        return True
    if unit == "YR":
        months, words = str(int(value) * 12), YEARS_IN_WORDS.get(value, "-")
        retention = {shape.parameters.get("tooFewMonths"), shape.parameters.get("enoughMonths")}
        latest = value == "3" and "latestClosedFiscalYear" in text and str(int(value) - 1) in numbers(shape)
        return months in retention or words in text or latest or (value == "2" and "twoYearsBefore" in text)
    return "activityNotDenied" in shape.parameters


def test_figures_of_shapes_are_the_thresholds_of_the_graph() -> None:
    wrong = []
    for shape in SHAPES.values():
        for figure in shape.figures:
            if short(shape.iri) in IN_ITS_STRUCTURE or "activityNotDenied" in shape.parameters:
                assert figure in thresholds()
            elif figure not in thresholds() or not stands_in(shape, thresholds()[figure]):
                wrong.append((short(shape.iri), short(figure), sorted(numbers(shape))))
    assert wrong == []


def test_every_threshold_stands_in_a_shape_that_enforces_its_family() -> None:
    cited = {figure for shape in SHAPES.values() for figure in shape.figures}
    assert sorted(map(short, set(thresholds()) - cited)) == []
    members: dict[str, set[str]] = defaultdict(set)
    for file in resources.turtle_files("ontology/families"):
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            if quad.predicate.value == str(ZY.member) and isinstance(quad.subject, ox.NamedNode):
                members[quad.subject.value].add(short(getattr(quad.object, "value", "")))
    astray = [
        (short(shape.iri), short(figure))
        for shape in SHAPES.values()
        for figure in shape.figures
        if not shape.enforces & members[thresholds()[figure]["thresholdFamily"]]
    ]
    assert astray == []


def test_a_wrong_figure_would_be_seen() -> None:
    shape = SHAPES[next(iri for iri in SHAPES if short(iri) == "floor-load-upper-tiers")]
    own = thresholds()[shape.figures[0]]
    assert stands_in(shape, own)
    assert not stands_in(shape, {**own, "value": "501"})


# What a clause is judged on ------------------------------------------------------------------------------------------


def test_measured_conditional_periodic_and_retained_families_are_judged_on_facts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    kinds: dict[str, set[str]] = defaultdict(set)
    members: dict[str, set[str]] = defaultdict(set)
    for file in resources.turtle_files("ontology/families"):
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            if not isinstance(quad.subject, ox.NamedNode) or not isinstance(quad.object, ox.NamedNode):
                continue
            if quad.predicate.value == str(ZY.checkKind):
                kinds[quad.subject.value].add(short(quad.object.value))
            elif quad.predicate.value == str(ZY.member):
                members[quad.subject.value].add(short(quad.object.value))
    telling = [s for s in SHAPES.values() if s.basis is Basis.FACT and s.role is not Role.COMPLETENESS]
    on_facts = {n for s in telling for n in s.enforces}
    wanted = {f for f, k in kinds.items() if k & {"Measured", "Conditional", "Periodic", "Retained"}}
    lacking = sorted(f for f in wanted if not members[f] & on_facts)
    attested_only = sorted(f for f in members if not members[f] & on_facts)
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{len(wanted)} families are measured, conditional, periodic or retained, "
            f"{len(lacking)} of them not judged on a fact {[short(f) for f in lacking]}; "
            f"of all {len(members)}, {len(attested_only)} rest on attestations alone"
        )
    assert len(members) == 209
    assert len(wanted) > 70
    assert lacking == []


def test_what_shapes_say_fits_their_outcome() -> None:
    """Placeholders stand in remedies only, and name what a result or the shape binds."""
    wrong = []
    for shape in SHAPES.values():
        known = {"value", "found", "shortfall", *shape.parameters, *re.findall(r"[?$](\w+)", sparql_of(shape))}
        known |= {"held"} if "retentionSufficient" in shape.parameters else set()
        for text in (shape.message.zh, shape.message.en):
            if re.search(r"\{[?$]", text) and not sparql_of(shape):
                wrong.append((short(shape.iri), text))
        for text in (shape.remedy.zh, shape.remedy.en) if shape.remedy else ():
            unbound = set(re.findall(r"\{[?$](\w+)\}", text)) - known
            wrong += [(short(shape.iri), name) for name in sorted(unbound)]
    assert wrong == []


def test_the_clauses_of_an_enforced_family_stand_beside_it() -> None:
    """``zy:enforces family:f035 ; # 2.2.2.1 …``: whoever looks for the rule of a clause finds it by its number."""
    lines = [line for file in shape_files() for line in file.read_text(encoding="utf-8").splitlines()]
    named = [line.strip() for line in lines if "zy:enforces family:" in line]
    assert len(named) > 800
    for line in named:
        family = line.removeprefix("zy:enforces family:").partition(" ")[0]
        assert line == f"zy:enforces family:{family} ; # {' '.join(rules().duties.members[family].values())}"


def test_a_family_is_enforced_whole_where_all_its_clauses_are() -> None:
    for file in shape_files():
        for block in file.read_text(encoding="utf-8").split("\n.\n"):
            single = set(re.findall(r"zy:enforces clause:([\d.]+) ;", block))
            assert not [family for family, by in rules().duties.members.items() if set(by.values()) <= single], (
                file.name
            )


def test_the_table_of_constraints_names_the_components_of_the_shapes() -> None:
    """One table for all who treat a component apart: none is missing, and none is named that no file declares."""
    declared = {
        path.value.removeprefix(str(ZY))
        for node, pairs in rules().shapes.statements.items()
        if any(getattr(value, "value", "") == SH + "ConstraintComponent" for _, value in pairs)
        for predicate, parameter in pairs
        if predicate == SH + "parameter" and isinstance(parameter, ox.BlankNode)
        for inner, path in rules().shapes.statements[parameter]
        if inner == SH + "path" and isinstance(path, ox.NamedNode)
    }
    assert {str(constraint) for constraint in Constraint} <= declared
    used = [set(shape.parameters) & declared for shape in rules().shapes.shapes.values()]
    assert all(len(names & set(Constraint)) == 1 for names in used if names)


def test_the_values_of_parameters_are_of_the_datatype_that_their_component_declares() -> None:
    """Engines do not hold them to it: an author reads it, and this test does."""
    said = rules().shapes.statements
    declared: dict[str, str] = {}
    for node, pairs in said.items():
        kinds = [v for p, v in pairs if p == SH + "datatype"]
        paths = [v for p, v in pairs if p == SH + "path"]
        if (
            isinstance(node, ox.BlankNode)
            and kinds
            and any((SH + "parameter", node) in other for other in said.values())
        ):
            declared[getattr(paths[0], "value", "")] = getattr(kinds[0], "value", "")
    assert len(declared) > 8
    given = [(p, v) for pairs in said.values() for p, v in pairs if p in declared]
    assert len(given) > 30
    assert [(p, str(v)) for p, v in given if not isinstance(v, ox.Literal) or v.datatype.value != declared[p]] == []

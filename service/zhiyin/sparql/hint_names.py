"""Names that nothing in the graph has: what was meant, by letters, by label, by what people call it, by likeness."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher, get_close_matches

from zhiyin.sparql.hint import Hint
from zhiyin.sparql.hint_query import SEARCH, ZY, Edit, Given
from zhiyin.sparql.hint_remedy import free
from zhiyin.sparql.structure import Node, Triple
from zhiyin.sparql.terms_in_use import OURS, key_of, local
from zhiyin.standards import RDFS, SKOS, TYPE

_NEAR = 0.66
_NEAR_ELSEWHERE = 0.85
_DATES = frozenset(
    [
        "date",
        "created",
        "modified",
        "issued",
        "published",
        "valid",
        "available",
        "updated",
        "effective",
        "datepublished",
        "日期",
    ]
)
_FEW = 8
_OURS = re.compile(r"https?://(?:www\.)?w3id\.org/zhiyin/?")
_ASKS = re.compile(r"^(?:is|has|get|the)(?=.{3})")
_GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } LIMIT 50"
_GUESSES: Mapping[str, tuple[str, ...]] = {
    word: tuple({"label": RDFS + name, "prefLabel": SKOS + name}.get(name, ZY + name) for name in names.split())
    for words, names in (
        ("title caption heading 标题", "text label prefLabel"),
        ("name label 名称", "label prefLabel text"),
        ("content body wording description comment clausetext value 内容 正文 文本 原文", "text"),
        ("no num code identifier id clausenumber 编号 条款号 序号", "number"),
        ("category class level grade rank type 类别 级别", "tier"),
        ("chapter subsection heading parent part belongsto ispartof 章节 小节", "section partOf"),
        ("mandatory required strength kind modality optional duty 约束力 必须 可选", "obligation"),
        ("new status state flag tag continued 标识 新增 延续", "mark"),
        ("keyword topic subject about concept term hasconcept 概念 主题", "mentions"),
        ("limit metric figure threshold minimum maximum 指标 数字", "hasThreshold"),
        ("previous predecessor before ancestorof from basedon 前身", "derivedFrom"),
        ("next successor after 后续", "leadsTo"),
        ("group obligationfamily 义务", "family"),
        ("position sort index sequence 次序", "order"),
        ("difference changed change变化 变化", "change"),
    )
    for word in words.split()
}
_THINGS: Mapping[str, str] = {
    word: ZY + name
    for words, name in (
        ("must shall required obligatory compulsory mandatoryrequirement 强制 应当 应", "Mandatory"),
        ("may should recommended advisory optionalrequirement 建议 宜", "Optional"),
        ("added newlyadded isnew 新", "New"),
        ("old existing unchanged continue 旧", "Continued"),
        ("added appeared", "Introduced"),
        ("stronger stricter tightened 加强", "Strengthened"),
        ("identical unchanged 不变", "Same"),
    )
    for word in words.split()
}


def unknown_names(given: Given) -> Iterator[Hint]:
    """Yield a hint on each name that the graph does not know where it stands."""
    terms = given.terms
    classes = {t.object.start for t in given.triples if t.predicate.value == TYPE}
    graphs = {node.start for node in _graph_names(given)}
    for node, is_predicate in given.found.iris:
        name = node.value
        if node.start in graphs:
            yield from _unknown_graph(given, node)
        elif is_predicate:
            if name not in terms.kinds and name not in {SEARCH, TYPE}:
                yield _unused_property(given, node)
        elif node.start not in classes and _OURS.match(name) and name not in terms.names:
            yield _unknown_thing(given, node)
    for triple in given.triples:
        kind = triple.object
        if triple.predicate.value == TYPE and kind.kind == "iri" and kind.value not in terms.carried:
            near = nearest(given, kind.value, terms.carried)
            yield _unknown(
                given,
                kind,
                near,
                zh="图谱中没有这一类的东西",
                en="nothing in the graph is of this class",
                edits=[Edit(kind.start, kind.end, free(given, "class"))],
            )


def _graph_names(given: Given) -> Iterator[Node]:
    yield from given.found.default_graphs
    yield from given.found.named_graphs
    for group in given.found.groups():
        for element in group.elements:
            if element.kind == "graph" and element.name is not None and element.name.kind == "iri":
                yield element.name


def _unknown_graph(given: Given, node: Node) -> Iterator[Hint]:
    there = given.ask(_GRAPHS)
    if node.value in there:
        return
    wanted = key_of(local(node.value))
    near = next((name for name in there if key_of(local(name)) == wanted), "") or _like(local(node.value), there)
    known = "、".join(map(given.spelt, there[:_FEW]))
    yield _unknown(
        given,
        node,
        near,
        zh=f"没有这个图；有的图：{known}",
        en=f"there is no such graph; there are {known.replace('、', ', ')}",
    )


def _unknown_thing(given: Given, node: Node) -> Hint:
    """Tell what a thing that is not there may be: one that the property before it leads to, where there is one."""
    leads = next((t for t in given.known if t.object.start == node.start and t.predicate.value != TYPE), None)
    if leads is None:
        things = (name for name in given.terms.names if name not in given.terms.kinds)
        return _unknown(given, node, nearest(given, node.value, things))
    among = values_of(given, leads)
    # One to which another property leads is told when the corrected query is looked at.
    near = nearest(given, node.value, among) or (
        nearest(given, node.value, given.terms.names) if len(among) > _FEW else ""
    )
    if near or not among or len(among) > _FEW:
        return _unknown(given, node, near)
    known = "、".join(map(given.spelt, among))
    name = given.said(leads.predicate)
    return _unknown(
        given,
        node,
        "",
        zh=f"词汇表中没有它；{name} 的值有：{known}",
        en=f"the vocabulary has no such term; {name} takes {known.replace('、', ', ')}",
    )


def values_of(given: Given, triple: Triple) -> list[str]:
    """Return the things that a property leads to."""
    return given.ask(
        f"SELECT DISTINCT ?o {{ ?s <{triple.predicate.value}> ?o FILTER(isIRI(?o)) }} ORDER BY ?o LIMIT 2000"
    )


def _unused_property(given: Given, node: Node) -> Hint:
    name = node.value
    subject = next((t.subject.value for t in given.triples if t.predicate.start == node.start), "")
    usable = {p for c in classes_of(given, subject) for p in given.terms.carried[c]}
    near = nearest(given, name, usable) or nearest(given, name, {*given.terms.kinds, SEARCH})
    if name in given.terms.names:
        return _unknown(
            given,
            node,
            near if near != name else "",
            zh="是公司自述用的词汇，图谱中没有一条陈述用它",
            en="is a word for what companies state: no statement of the graph uses it",
        )
    if near and (flag := _flag(given, node, near)) is not None:
        return flag
    date = not near and key_of(local(name)) in _DATES
    return _unknown(
        given,
        node,
        near,
        zh="图谱中没有日期：指引的文本没有写明" if date else "图谱中没有一条陈述用这个属性",
        en="the graph has no dates: the guideline's text names none"
        if date
        else "no statement of the graph uses this property",
        edits=[Edit(node.start, node.end, free(given, "property"))],
    )


def _flag(given: Given, node: Node, near: str) -> Hint | None:
    """Take ``zy:isNew true`` for the thing that is meant among those to which the property leads."""
    triple = next((t for t in given.triples if t.predicate.start == node.start), None)
    if triple is None or triple.object.note != "boolean":
        return None
    among = given.ask(f"SELECT DISTINCT ?o {{ ?s <{near}> ?o FILTER(isIRI(?o)) }} ORDER BY ?o LIMIT {_FEW + 1}")
    if len(among) > _FEW:
        return None
    word = _ASKS.sub("", key_of(local(node.value)))
    meant = next((name for name in among if key_of(local(name)) == word or _THINGS.get(word) == name), "")
    if triple.object.value.lower() == "false":
        others = [name for name in among if name != meant]
        meant = others[0] if meant and len(others) == 1 else ""
    if not meant:
        return None
    said, new, thing = given.said(node), given.spelt(near), given.spelt(meant)
    return given.hint(
        f"{said}：图谱中没有一条陈述用这个属性；请写 {new} {thing}",
        f"{said}: no statement of the graph uses this property; write {new} {thing}",
        node.value,
        near,
        [Edit(node.start, node.end, new), Edit(triple.object.start, triple.object.end, thing)],
    )


def _unknown(
    given: Given,
    node: Node,
    near: str,
    zh: str = "词汇表中没有它",
    en: str = "the vocabulary has no such term",
    edits: Iterable[Edit] = (),
) -> Hint:
    """Return the hint on a name; ``edits`` are for one with nothing near it."""
    said = given.said(node)
    if not near:
        return given.hint(f"{said}：{zh}", f"{said}: {en}", node.value, "", edits)
    meant = given.spelt(near)
    return given.hint(
        f"{said}：{zh}；是否指 {meant}？",
        f"{said}: {en}; did you mean {meant}?",
        node.value,
        near,
        [Edit(node.start, node.end, meant)],
    )


def nearest(given: Given, name: str, among: Iterable[str]) -> str:
    """Return the term of ``among`` that a name was meant to be, or nothing."""
    candidates = set(among)
    wanted = local(name)
    ours = _OURS.sub(OURS, name, count=1)
    for other in (ours, ours.replace(OURS, OURS + "id/", 1)):
        if other != name and other in candidates:
            return other
    if ours.startswith(OURS + "id/"):
        # A number alone means nothing: tier/5 is no chapter 5.
        folder = _folder(ours, candidates)
        candidates = {candidate for candidate in candidates if candidate.startswith(folder)}
        plain = key_of(wanted).replace(".", "")
        for candidate in sorted(candidates):
            if key_of(local(candidate)).replace(".", "") == plain and candidate != name:
                return candidate
    keys = (key_of(wanted), key_of("".join(re.split(r"[/#]", name)[-2:])))
    for key in keys:
        for found in given.terms.keys.get(key, ()):
            if found in candidates and found != name:
                return found
    for key in (keys[0], _ASKS.sub("", keys[0])):
        for guess in (*_GUESSES.get(key, ()), *([_THINGS[key]] if key in _THINGS else [])):
            if guess in candidates:
                return guess
    if re.fullmatch(r"[\d.]+", wanted):
        return _beside(wanted, candidates)
    # Words of another vocabulary are alike by chance.
    if _OURS.match(name):
        return _like(wanted, (candidate for candidate in candidates if candidate.startswith(OURS)))
    return _like(wanted, candidates, _NEAR_ELSEWHERE)


def _folder(name: str, among: set[str]) -> str:
    """Return where things like ``name`` live, whose folder may be written in another case or number."""
    folder = name[: name.rfind("/") + 1]
    if any(candidate.startswith(folder) for candidate in among):
        return folder
    folders = {candidate[: candidate.rfind("/") + 1] for candidate in among if candidate.startswith(OURS + "id/")}
    near = get_close_matches(folder.lower(), {one.lower(): one for one in folders}, 1, 0.9)
    return next((one for one in folders if near and one.lower() == near[0]), folder)


def _beside(number: str, among: Iterable[str]) -> str:
    """Return the last of those with a number that stand where ``number`` would, at the same depth."""
    parent, _, _ = number.rpartition(".")
    beside = [name for name in among if parent and local(name).rpartition(".")[0] == parent]
    return max(beside, key=lambda name: [int(part) for part in local(name).split(".") if part.isdigit()], default="")


def _like(wanted: str, among: Iterable[str], least: float = _NEAR) -> str:
    best, score = "", least
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted.casefold())
    for candidate in sorted(among, key=lambda c: (not c.startswith(ZY), c)):
        there = local(candidate).casefold()
        if len(wanted) > 3 and wanted.casefold() in there and score < 0.8 and least == _NEAR:
            best, score = candidate, 0.8
        matcher.set_seq1(there)
        if matcher.real_quick_ratio() > score and matcher.quick_ratio() > score and matcher.ratio() > score:
            best, score = candidate, matcher.ratio()
    return best


def classes_of(given: Given, subject: str) -> list[str]:
    """Return the classes that a subject can be of, as its other properties tell, the likeliest first."""
    mine = [t for t in given.triples if t.subject.value == subject and t.predicate.kind == "iri"]
    typed = [t.object.value for t in mine if t.predicate.value == TYPE and t.object.value in given.terms.carried]
    names = {t.predicate.value for t in mine if t.predicate.value in given.terms.kinds} - {TYPE}
    return typed or sorted(reached(given, subject)) or (given.terms.carriers(names)[:1] if names else [])


def reached(given: Given, name: str) -> set[str]:
    """Return the classes of what a variable is as the value of some property; empty where none says."""
    found: set[str] = set()
    for triple in given.triples:
        if triple.object.kind == "variable" and triple.object.value == name and triple.predicate.kind == "iri":
            reached = given.terms.reached.get(triple.predicate.value, frozenset()) & given.terms.carried.keys()
            found = found & reached if found else set(reached)
    return found

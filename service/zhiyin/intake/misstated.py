"""The triples of a submission in, the statements whose form hides them from every judgement out, each with its cure.

A prefix that is nearly ours, a list in brackets where a value is repeated, a statement that does not say what it is about:
nothing would look at them, so that a fact which was stated would be taken for missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import pyoxigraph as ox

from zhiyin.errors import Message, Place
from zhiyin.intake.faults import Fault
from zhiyin.intake.rows import Listed, Row, listed
from zhiyin.law.vocabulary import Term, Vocabulary
from zhiyin.namespaces import BASE, ZY
from zhiyin.standards import DCTERMS, RDF, TYPE

_ABOUT, _LISTS_ALL = str(ZY.about), str(ZY.listsAll)
_LINKS = tuple(str(ZY[name]) for name in ("attestation", "activity", "retention"))
_NIL = RDF + "nil"
_PRACTICES = BASE + "id/practice/"
_OURS: Mapping[str, str] = {str(ZY): "zy:", _PRACTICES: "practice:", DCTERMS: "dcterms:", RDF: "rdf:"}
"""The namespaces of which a submission holds terms, and the prefix that each usually has."""
_PREFIXES = {prefix: namespace for namespace, prefix in _OURS.items()}
_NO_NAMES = frozenset({":", "_:"})
"""What a literal and a blank node have in place of a namespace."""
_ELEMENTS = "purl.org/dc/elements/1.1"
"""The older Dublin Core, whose names are those of the terms."""


def unreadable_faults(triples: Sequence[ox.Triple], vocabulary: Vocabulary) -> list[Fault]:
    """Return what makes so much of a file unreadable that hundreds of faults would follow: prefixes and lists."""
    return [*_namespace_faults(triples, vocabulary), *_bracketed(listed(triples), vocabulary)]


def _namespace_faults(triples: Sequence[ox.Triple], vocabulary: Vocabulary) -> list[Fault]:
    """Return the prefixes that stand for nearly the address of a vocabulary and under which its terms are used."""
    statements = listed(triples)
    rows = statements.rows
    # What the file itself speaks of is a thing of the sender's, not a term.
    named = {*statements.by_predicate, *(row[4] for row in rows)} - {row[1] for row in rows}
    unusual = {iri for iri in named if iri and _parted(iri)[0] not in _OURS}
    if not unusual:
        return []
    near = {_narrow(right): right for right in _OURS} | {_ELEMENTS: DCTERMS}
    suspect: dict[str, bool] = {}
    faults: dict[str, Fault] = {}
    for row in rows:
        for iri in (row[2], row[4]):
            if iri not in unusual:
                continue
            unusual.remove(iri)
            used = _parted(iri)[0] or iri.partition(":")[0] + ":"
            if used in faults or used in _NO_NAMES:
                continue
            if used in _PREFIXES and _is_known(_PREFIXES[used], iri.removeprefix(used), vocabulary):
                faults[used] = _undeclared(used, row)
                continue
            if used not in suspect:
                stem = _narrow(used)
                suspect[used] = stem in near or any(each.rpartition("/")[0] == stem for each in near)
            if suspect[used] and (found := _meant(iri, near, vocabulary)) is not None:
                right, local = found
                faults[used] = _prefix_fault(iri.removesuffix(local), right, row)
    return list(faults.values())


def misstated_faults(
    triples: Sequence[ox.Triple], as_sent: Sequence[ox.Triple], vocabulary: Vocabulary
) -> Iterator[Fault]:
    """Yield what is listed in full but is no list, and the statements about nothing.

    ``as_sent`` are the triples before any were refused: what was said and refused is no second fault.
    """
    statements = listed(triples)
    yield from _no_list(statements, vocabulary)
    yield from _about_nothing(statements, listed(as_sent))


def _bracketed(statements: Listed, vocabulary: Vocabulary) -> Iterator[Fault]:
    if not any(predicate.startswith(RDF) and predicate != TYPE for predicate in statements.by_predicate):
        return
    member = re.compile(re.escape(RDF) + r"(first|_\d+)")
    lists = {row[1]: row[4] for p, rows in statements.by_predicate.items() if member.fullmatch(p) for row in rows}
    for _, node, predicate, _, target in statements.rows:
        term = vocabulary.terms.get(predicate)
        if target in lists and term is not None:
            yield Fault(
                Message(
                    f"“{term.label.zh}”写成了 RDF 列表（圆括号、@list、Collection、Bag），不会逐项读取；"
                    "有几个值的，请重复写这一属性，或用逗号分开",
                    f"'{term.label.en}' is stated as an RDF list (brackets, @list, Collection, Bag), which is not read; "
                    "repeat the property or part its values by commas",
                ),
                Place(node=node, path=predicate),
                "" if lists[target].startswith("_:") else lists[target][:200],
            )


def _no_list(statements: Listed, vocabulary: Vocabulary) -> Iterator[Fault]:
    for _, node, _, value, target in statements.by_predicate.get(_LISTS_ALL, ()):
        term = vocabulary.terms.get(target)
        if not isinstance(value, ox.NamedNode) or target == _NIL:
            continue
        if term is not None and (term.iri in vocabulary.holding or term.kind == "object"):
            continue
        meant = _link_of(target, vocabulary)
        maybe = "" if meant is None else f"；是否指 zy:{meant.local}（{meant.label.zh}）？"
        maybe_en = "" if meant is None else f"; did you mean zy:{meant.local}?"
        yield Fault(
            Message(
                f"“已列全”说的须是列出各项的属性，“{_parted(target)[1][:60]}”不是{maybe}",
                f"zy:listsAll names the property that lists things, '{_parted(target)[1][:60]}' is none{maybe_en}",
            ),
            Place(node=node, path=_LISTS_ALL),
            target[:200],
        )


def _link_of(target: str, vocabulary: Vocabulary) -> Term | None:
    """Return the property that lists things of the class ``target``, or the one that is called most alike."""
    links = [vocabulary.terms[iri] for iri in sorted(vocabulary.holding) if iri in vocabulary.terms]
    of_class = next((term for term in links if term.range == target), None)
    if of_class is not None:
        return of_class
    near = vocabulary.nearest(target)
    return near if near is not None and near.iri in vocabulary.holding else None


def _about_nothing(statements: Listed, as_sent: Listed) -> Iterator[Fault]:
    about = {row[1] for row in as_sent.by_predicate.get(_ABOUT, ())}
    linked = [row for link in _LINKS for row in statements.by_predicate.get(link, ()) if row[4] not in about]
    said = {row[1] for row in statements.rows} if linked else frozenset()
    # Where nothing at all is said of the node, no fact is lost.
    for _, node, link, _, target in linked:
        if target in said:
            yield Fault(_NO_SUBJECT, Place(node=node, path=link), "" if target.startswith("_:") else target[:200])


_NO_SUBJECT = Message(
    "这一条陈述没有写明说的是什么（zy:about），没有条款会看它；请写明做法、工作或记录",
    "the statement does not say what it is about (zy:about), so no clause looks at it; name the practice, task or record",
)


def _parted(iri: str) -> tuple[str, str]:
    """Return the namespace and the local name of an IRI."""
    at = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:at], iri[at:]


def _undeclared(prefix: str, row: Row) -> Fault:
    return Fault(
        Message(
            f"前缀 {prefix} 没有声明；请声明为 <{_PREFIXES[prefix]}>（JSON-LD 写在 @context 里）",
            f"the prefix {prefix} is not declared; declare it as <{_PREFIXES[prefix]}> (JSON-LD: in @context)",
        ),
        Place(node=row[1], path=row[2]),
        prefix,
    )


def _narrow(namespace: str) -> str:
    """Return what of a namespace people get right: no scheme, no www., no mark at its end, no case."""
    return re.sub(r"^https?://(www\.)?", "", namespace.casefold()).rstrip("#/")


def _is_known(namespace: str, local: str, vocabulary: Vocabulary) -> bool:
    return bool(local) and (namespace + local in vocabulary.terms or namespace + local == TYPE)


def _meant(iri: str, near: Mapping[str, str], vocabulary: Vocabulary) -> tuple[str, str] | None:
    """Return the namespace and the local name of the term that is nearly ``iri``."""
    narrow = re.sub(r"^https?://(www\.)?", "", iri, flags=re.IGNORECASE)
    for stem, right in near.items():
        local = narrow[len(stem) :].lstrip("#/")
        if narrow.casefold().startswith(stem) and _is_known(right, local, vocabulary):
            return right, local
    return None


def _prefix_fault(used: str, right: str, row: Row) -> Fault:
    return Fault(
        Message(
            f"前缀 {_OURS[right]} 写成了 <{used[:200]}>，应是 <{right}>；请改前缀，其余不必动",
            f"the prefix {_OURS[right]} is <{used[:200]}> and should be <{right}>; mend the prefix alone",
        ),
        Place(node=row[1], path=row[2]),
        used[:200],
    )

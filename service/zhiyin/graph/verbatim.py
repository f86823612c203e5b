"""Whether a graph says of the clauses what the text says: a file that someone else put in its place would not."""

from __future__ import annotations

from zhiyin.graph.clauses import MARKS, OBLIGATIONS
from zhiyin.graph.quads import Index
from zhiyin.model import GuidelineText, Item, Requirement
from zhiyin.namespaces import ZY, Names


def unfaithful(index: Index, text: GuidelineText, names: Names) -> list[str]:
    """Return the numbers of the clauses that ``index`` lacks, adds or words, marks or places otherwise than ``text``."""
    parts: list[Item | Requirement] = [*text.items, *text.requirements]
    wanted = {part.number: part for part in parts}
    there = {str(names.clause[number]): number for number in wanted}
    strangers = {iri for kind in ("Clause", "Requirement") for iri in index.instances(str(ZY[kind]))} - set(there)
    wrong = [iri.removeprefix(str(names.clause)) for iri in sorted(strangers)]
    return wrong + [number for iri, number in there.items() if not _says(index, iri, wanted[number], names)]


def _says(index: Index, iri: str, part: Item | Requirement, names: Names) -> bool:
    words = index.texts(iri, str(ZY.text))
    if words != [part.text] or index.texts(iri, str(ZY.text), "zh") != words:
        return False
    if index.texts(iri, str(ZY.number)) != [part.number]:
        return False
    if isinstance(part, Item):
        return True
    return (
        index.links(iri, str(ZY.obligation)) == [str(OBLIGATIONS[part.obligation])]
        and index.links(iri, str(ZY.mark)) == [str(MARKS[part.mark])]
        and index.links(iri, str(ZY.tier)) == [str(names.tier[str(part.tier)])]
    )

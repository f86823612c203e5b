"""One attestation in, what its exception takes back of it out: it is done, but for three posts; never, but by the settlement desk.

The guideline knows exceptions to its soft duties alone (应避免, 在条件允许的情况下), and those a person judges. Of any other duty
an exception says that it is not kept everywhere: whether it is kept all the same, a person must tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from zhiyin.errors import Message
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import XSD
from zhiyin.validation.contradiction import Contradiction, Way, all_shown, shown
from zhiyin.validation.presuppositions import term
from zhiyin.validation.said import Said

EXCEPTION = str(ZY.exception)
_HOLDS, _ABOUT = str(ZY.holds), str(ZY.about)
_PROHIBITED, _EVIDENCE = str(ZY.ProhibitedPractice), str(ZY.evidence)
_SOFT = frozenset(map(term, ("telnet-on-servers", "ftp-on-servers", "super-administrator-daily-work")))
"""What the guideline wants avoided (应尽量避免, 应避免): an exception to it that no document bears is none."""

_NONE = re.compile(r"^\W*((没有|未有|不存在|无)(任何)?例外(情况|情形)?|no exceptions?)\W*$", re.IGNORECASE)
"""That there is no exception is none."""


def admitted(node: str, said: Said, vocabulary: Vocabulary) -> Iterator[Contradiction]:
    """Yield that the statement ``node`` says that a duty is kept and names an exception to it; nothing where it denies it.

    A practice that the guideline forbids is kept by a denial: never, with an exception, is sometimes.
    """
    if _HOLDS not in said or _ABOUT not in said:
        return
    exceptions = [t for t in said[EXCEPTION] if not _NONE.search(shown(t))]
    if not exceptions:
        return
    for about in said.texts(_ABOUT):
        practice = vocabulary.terms.get(about)
        if practice is None or (about in _SOFT and _EVIDENCE not in said):
            continue
        kept = "false" if _PROHIBITED in practice.types else "true"
        holds = said[_HOLDS]
        if {shown(t) for t in holds} != {kept}:
            continue
        otherwise = ox.Literal("true" if kept == "false" else "false", datatype=ox.NamedNode(XSD + "boolean"))
        exception = all_shown(exceptions)
        ways = (
            Way(kept, frozenset()),
            Way(exception, frozenset(holds), tuple(ox.Triple(t.subject, t.predicate, otherwise) for t in holds)),
        )
        doubt = Message(
            f"“{practice.label.zh}”写了例外：“{exception[:200]}”。有此例外是否仍算做到，须人工核实",
            f"'{practice.label.en}' is stated with an exception: '{exception[:200]}'. Whether the duty is kept all the same a "
            "person must tell",
        )
        yield Contradiction(node, _HOLDS, about, ways, doubt=doubt)

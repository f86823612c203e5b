"""A plainly invented text of five tiers: the demands of the fourth stand once more in a chapter of their own."""

from __future__ import annotations

import re

from zhiyin.edition import shipped_edition

VOCABULARY = "https://w3id.org/zhiyin/ontology/company/five"
DESCRIPTION = (
    'guideline = "futures-it"\nedition = "five"\n'
    f'title-zh = "{shipped_edition().title_zh}"\ntitle-en = "{shipped_edition().title_en}"\n'
    f'text = "five.txt"\nvocabulary = "{VOCABULARY}"\n'
    "general-chapters = [1]\ntier-chapters = [2, 3, 4, 5, 6]\n"
)


def text_of_five(source: str) -> str:
    """Return ``source`` with a chapter 6, the tier above the fourth: its clauses, all continued."""
    last = source[source.index("\n5.") + 1 :].replace("[新增]", "[延续]").replace("四类", "五类")
    return source.rstrip("\n") + "\n" + re.sub(r"^(\s*)5\.", r"\g<1>6.", last, flags=re.MULTILINE)

"""The eight tools: what each takes, as JSON Schema, and what it answers, as lines of text with clause numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from zhiyin.composition.editions import name_of
from zhiyin.edition import shipped_edition
from zhiyin.errors import BadParameter
from zhiyin.mcp import answers

if TYPE_CHECKING:
    from zhiyin.model import Edition
    from zhiyin.services import Services

Arguments = Mapping[str, Any]
_TIER: Final = {"type": "integer", "minimum": 1, "maximum": len(shipped_edition().tiers)}
_TEXT: Final = {"type": "string"}
EDITION: Final = "edition"
_KINDS: Final[dict[str, tuple[type, ...]]] = {"integer": (int,), "string": (str,), "object": (dict,)}


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: its name, one line that says when to use it, its parameters, and what answers it."""

    name: str
    description: str
    answer: Callable[[Services, Arguments], str]
    properties: Mapping[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    of_one_text: bool = True
    """Whether it answers from the text of one edition; a submission says itself which one it follows."""

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the arguments."""
        return {
            "type": "object",
            "properties": dict(self.properties),
            "required": list(self.required),
            "additionalProperties": False,
        }

    def checked(self, arguments: Arguments) -> Arguments:
        """Return ``arguments`` once they fit the schema; BadParameter says what is wanted."""
        for name in arguments:
            if name not in self.properties:
                raise BadParameter(
                    name, arguments[name], sorted(self.properties), zh=f"没有参数 {name}", en=f"no parameter {name}"
                )
        for name in self.required:
            if arguments.get(name) in (None, ""):
                raise BadParameter(name, "", zh=f"缺少参数 {name}", en=f"parameter {name} is missing")
        given = {name: self._read(name, value) for name, value in arguments.items() if value is not None}
        for name, value in given.items():
            self._check(name, value)
        return given

    def _read(self, name: str, value: object) -> object:
        """Return ``value``, a number where a model wrote the number as text."""
        if self.properties[name]["type"] == "integer" and isinstance(value, str) and value.strip().isdecimal():
            return int(value)
        return value

    def _check(self, name: str, value: object) -> None:
        wanted = self.properties[name]
        kind = wanted["type"]
        if not isinstance(value, _KINDS[kind]) or isinstance(value, bool):
            raise BadParameter(name, str(value)[:40], [kind])
        allowed = wanted.get("enum")
        if allowed is not None and value not in allowed:
            raise BadParameter(name, str(value)[:40], allowed)
        if kind == "integer" and isinstance(value, int):
            low, high = wanted.get("minimum", value), wanted.get("maximum", value)
            if not low <= value <= high:
                raise BadParameter(name, value, [f"{low}…{high}"])


def tools_of(others: Sequence[Edition]) -> dict[str, Tool]:
    """Return every tool by its name; where there are editions beside the shipped one, each of one text takes one."""
    if not others:
        return TOOLS
    edition = {**_TEXT, "enum": [name_of(other) for other in others]}
    tier = {**_TIER, "maximum": max(len(each.tiers) for each in (shipped_edition(), *others))}
    return {name: _with(tool, edition, tier) for name, tool in TOOLS.items()}


def _with(tool: Tool, edition: Mapping[str, Any], tier: Mapping[str, Any]) -> Tool:
    taken = {name: tier if schema is _TIER else schema for name, schema in tool.properties.items()}
    return replace(tool, properties={**taken, EDITION: edition} if tool.of_one_text else taken)


TOOLS: Final = {
    tool.name: tool
    for tool in (
        Tool(
            "ask",
            "中文提问，得到附条款号的确切答案；指引没有规定则说明。Ask one question in Chinese (四类公司灾备中心要多远): "
            "an exact answer with clauses, or that the guideline does not say. Try this first.",
            answers.ask,
            {"question": _TEXT},
            ("question",),
        ),
        Tool(
            "search",
            "检索条款，含俗称与近义说法。Find clauses by words, everyday wordings included.",
            answers.search,
            {"query": _TEXT, "tier": _TIER, "limit": {"type": "integer", "minimum": 1, "maximum": 20}},
            ("query",),
        ),
        Tool(
            "clause",
            "一条条款的原文、标识、数字、沿革；章节号列出其条款。The text of a clause (4.3.3.1), marks, figures and "
            "counterparts in other tiers; a section number (4.3.3) lists its clauses.",
            answers.clause,
            {"number": {"type": "string", "description": "4.3.3.1, 1.4.4, 4.3.3"}},
            ("number",),
        ),
        Tool(
            "compare",
            "两个类别的差别：新出现、加强、可选变必须。What changes between two tiers; section narrows (1 to 8, 3.3).",
            answers.compare,
            {"from": _TIER, "to": _TIER, "section": {"type": "string", "description": "1…8, 2.2"}},
            ("from", "to"),
        ),
        Tool(
            "figures",
            "数字要求：指标、比较、数值、单位、条件。Figures demanded, with clause, comparator, value, unit, condition.",
            answers.figures,
            {"topic": {"type": "string", "description": "录像, RTO, 人数 …"}, "tier": _TIER},
        ),
        Tool(
            "query",
            "运行问题库的问题（name, parameters）或 SPARQL；都不给则列出问题。Run a named question or SPARQL (read-only, "
            "prefixes zy: clause: tier: are bound); without arguments list the questions.",
            answers.query,
            {"name": _TEXT, "parameters": {"type": "object"}, "sparql": _TEXT},
        ),
        Tool(
            "validate",
            "按指引评定公司自述（RDF 文本），不留存。Judge a company's self-description (Turtle or JSON-LD); nothing is kept.",
            answers.validate,
            {"content": _TEXT, "tier": _TIER, "date": {"type": "string", "description": "YYYY-MM-DD"}},
            ("content",),
            of_one_text=False,
        ),
        Tool(
            "cite_check",
            "核对一段文字对指引的引用：条款号、类别、数字、必须/可选、引文。Check what a text says of the guideline; use it "
            "on your own answer before giving it.",
            answers.cite_check,
            {"text": _TEXT},
            ("text",),
        ),
    )
}
"""Every tool by its name."""

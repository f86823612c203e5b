"""What each tool answers: one function a tool, services and arguments in, lines of text within the bound out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zhiyin.composition.judging import Asked, check_date
from zhiyin.composition.questions import question_library, question_query
from zhiyin.composition.submitted import Posted, check_posted, packed, unpacked
from zhiyin.difference import tier_difference
from zhiyin.edition import chapters_in_words
from zhiyin.errors import BadParameter, NotFound
from zhiyin.mcp.budget import within
from zhiyin.model import CHANGE_LABELS, Change, tier_name
from zhiyin.namespaces import PREFIXES

if TYPE_CHECKING:
    from zhiyin.catalogue import Catalogue, ClauseView
    from zhiyin.namespaces import Names
    from zhiyin.services import Services
    from zhiyin.sparql.service import SparqlService

Arguments = Mapping[str, Any]
_HITS = 6
_ROWS = 60


def ask(services: Services, arguments: Arguments) -> str:
    """Answer a question in Chinese, or say why the guideline does not."""
    from zhiyin.asking.answer import OUTCOME_IN_WORDS
    from zhiyin.search.request import check_query

    question = str(arguments["question"])
    check_query(question, "question")
    found = services.asker().ask(question)
    catalogue = services.catalogue
    if found.answered:
        head = found.text
    else:
        zh, en = OUTCOME_IN_WORDS[found.outcome]
        head = f"{zh}（{en}）：{found.reason}"
    lines = [_clause_line(catalogue, number) for number in found.clauses]
    if found.answered and found.reading:
        lines.insert(0, "理解为 " + "；".join(f"{part.name} {part.value}" for part in found.reading.parts))
    return within(head, lines, "clause 可看单条 · use clause for one.")


def search(services: Services, arguments: Arguments) -> str:
    """Find clauses by words."""
    from zhiyin.search.request import SearchRequest

    tier = arguments.get("tier")
    request = SearchRequest(
        str(arguments["query"]), tier=(int(tier),) if tier else (), limit=int(arguments.get("limit", _HITS))
    )
    found = services.search().search(request)
    if not found.hits:
        return "没有找到；换一种说法，或用 ask 提问。Nothing found: use other words, or ask."
    lines = []
    for hit in found.hits:
        also = f" 同款 {' '.join(hit.also)}" if hit.also else ""
        lines.append(f"{hit.number} [{hit.obligation}][{hit.mark}] {hit.text}{also}")
    return within(f"{found.total} 项", lines, "加 tier 或更具体的词 · narrow by tier or words.")


def clause(services: Services, arguments: Arguments) -> str:
    """Tell one clause, one item of chapter 1, or the clauses of a section."""
    return clause_text(services.catalogue, str(arguments["number"]))


def clause_text(catalogue: Catalogue, number: str) -> str:
    """Return what the guideline says under ``number``; NotFound with what there is instead."""
    wanted = unicodedata.normalize("NFKC", number).replace("。", ".").strip()
    wanted = wanted.removeprefix("第").removesuffix("条").strip()
    view = catalogue.clauses.get(wanted)
    if view is not None:
        return within(_head(view), _about(catalogue, view), "")
    if wanted in catalogue.items or wanted == "1":
        # Chapter 1 has items in place of clauses: an item with those below it.
        numbers = [n for n in catalogue.items if n == wanted or n.startswith(wanted + ".")]
        return within(
            "" if wanted in catalogue.items else "1 总则", [f"{n} {catalogue.items[n].text}" for n in numbers], ""
        )
    section = catalogue.sections.get(wanted)
    if section is not None:
        head = f"{section.number} {section.title.zh}（{len(section.clauses)} 条）"
        if section.children and len(section.clauses) > 30:
            lines = [f"{n} {catalogue.sections[n].title.zh}" for n in section.children]
        else:
            lines = [_clause_line(catalogue, n) for n in section.clauses]
        return within(head, lines, "用下一级的号 · use the numbers one level down.")
    raise _no_clause(catalogue, wanted)


def _no_clause(catalogue: Catalogue, number: str) -> NotFound:
    stem = number.rpartition(".")[0]
    near = [n for n in catalogue.clauses if stem and n.startswith(stem + ".")]
    if near:
        return NotFound(
            f"没有条款 {number}；{stem} 有 {near[0]} 至 {near[-1]}",
            f"there is no clause {number}; {stem} has {near[0]} to {near[-1]}",
        )
    chapters = chapters_in_words([int(view.chapter) for view in catalogue.tiers.values()])
    return NotFound(
        f"没有条款 {number}；条款号形如 4.3.3.1（章号 {chapters.zh}），不知道号请用 search",
        f"there is no clause {number}; numbers look like 4.3.3.1 (chapters {chapters.en}): use search",
    )


def _head(view: ClauseView) -> str:
    change = f" 较前一类：{CHANGE_LABELS[view.change]}" if view.change else ""
    return (
        f"{view.number} [{view.obligation}][{view.mark}] {view.text}\n"
        f"{tier_name(view.tier)} · {view.section} {view.section_title.zh}{change}"
    )


def _about(catalogue: Catalogue, view: ClauseView) -> list[str]:
    lines = [f"数字 {threshold.in_words()}" for threshold in view.thresholds]
    for number in catalogue.families[view.family].members:
        other = catalogue.clauses[number]
        if other.number != view.number:
            text = "同文" if other.text == view.text else other.text
            lines.append(f"{tier_name(other.tier)} {other.number} [{other.obligation}] {text}")
    lines += [f"读法 {catalogue.readings[rule].text.zh}" for rule in view.readings]
    return lines


def _clause_line(catalogue: Catalogue, number: str) -> str:
    view = catalogue.clauses.get(number)
    if view is None:
        return f"{number} {catalogue.items[number].text}"
    return f"{number} [{view.obligation}][{view.mark}] {view.text}"


def compare(services: Services, arguments: Arguments) -> str:
    """Tell what changes from one tier to a higher one."""
    lower, higher = int(arguments["from"]), int(arguments["to"])
    found = tier_difference(services.catalogue, lower, higher)
    section = str(arguments.get("section", "")).strip()
    local = (
        section.split(".", 1)[1]
        if section.count(".") and section.startswith(f"{services.catalogue.tiers[higher].chapter}.")
        else section
    )
    chosen = [a for a in found.changed if not local or _below(a.after.section.split(".", 1)[1], local)]
    tally = "、".join(f"{CHANGE_LABELS[c]} {found.summary[c]}" for c in Change)
    if local and not any(_below(a.after.section.split(".", 1)[1], local) for a in found.alterations):
        chapter = services.catalogue.sections[services.catalogue.tiers[higher].chapter]
        raise BadParameter("section", section, [number.partition(".")[2] for number in chapter.children])
    lines = []
    for alteration in sorted(chosen, key=lambda a: a.change is Change.REWORDED):
        was = alteration.before
        before = ""
        if was is not None:
            text = "可选" if alteration.change is Change.PROMOTED else f"：{was.text}"
            before = f"（原 {was.number}{text}）"
        label = CHANGE_LABELS[alteration.change]
        lines.append(
            f"{label} {alteration.after.number} [{alteration.after.obligation}] {alteration.after.text}{before}"
        )
    head = f"{tier_name(lower)}→{tier_name(higher)}：{tally}" + (f"；{local} 节 {len(chosen)} 项" if local else "")
    return within(head, lines, "用 section（1 至 8，或 2.2）分节看 · narrow by section.")


def _below(number: str, prefix: str) -> bool:
    return number == prefix or number.startswith(prefix + ".")


def figures(services: Services, arguments: Arguments) -> str:
    """List the figures that the guideline demands, by topic and tier."""
    topic, tier = str(arguments.get("topic", "")).strip(), arguments.get("tier")
    catalogue = services.catalogue
    wanted = [c for c in catalogue.clauses.values() if c.thresholds and (tier is None or c.tier == tier)]
    if topic:
        families = _families_of(services, topic)
        named = [c for c in wanted if any(topic.lower() in t.in_words().lower() for t in c.thresholds)]
        wanted = named or [c for c in wanted if c.family in families]
        if not wanted:
            topic = topic[:60]
            return f"没有关于“{topic}”的数字要求；原文可能只写“定期”等，请用 search。No figure on this: the text may only say 定期; use search."
    rows: dict[tuple[str, str], list[str]] = {}
    for view in wanted:
        for threshold in view.thresholds:
            rows.setdefault((view.family, threshold.in_words()), []).append(view.number)
    lines = [f"{words}  {' '.join(numbers)}" for (_, words), numbers in rows.items()]
    return within(f"{len(lines)} 项数字要求", lines, "加 topic 或 tier · narrow by topic or tier.")


def _families_of(services: Services, topic: str) -> set[str]:
    from zhiyin.search.request import SearchRequest, check_query

    check_query(topic, "topic")
    return {hit.family for hit in services.search().search(SearchRequest(topic, limit=5)).hits}


def query(services: Services, arguments: Arguments) -> str:
    """Run a named question or SPARQL under the service's limits, or list the questions."""
    name, sparql = str(arguments.get("name", "")), str(arguments.get("sparql", ""))
    if name and sparql:
        raise BadParameter("sparql", "", zh="name 与 sparql 只给一个", en="give name or sparql, not both")
    if sparql:
        return _ran(services.questions, _prologue(sparql, services.graph.names) + sparql)
    if not name:
        lines = [
            f"{q.name}({', '.join(p.name for p in q.parameters)}) {q.title.zh}" for q in question_library().values()
        ]
        return within("问题库 · the questions", lines, "")
    values = {str(key): str(value) for key, value in dict(arguments.get("parameters", {})).items()}
    _, text = question_query(services.catalogue, name, values, services.graph.names)
    return _ran(services.questions, text)


def _prologue(sparql: str, names: Names) -> str:
    """Declare, on the first line, our prefixes that the query uses and does not declare."""
    declared = {name.lower() for name in re.findall(r"prefix\s+([\w-]*):", sparql, re.IGNORECASE)}
    bound = {**PREFIXES, "clause": names.clause, "section": names.section, "tier": names.tier, "graph": names.graph}
    used = set(re.findall(r"(?<![\w<:/-])([a-z][\w-]*):(?!//)", sparql)) - declared
    return "".join(f"PREFIX {name}: <{bound[name]}> " for name in sorted(used) if name in bound)


def _ran(service: SparqlService, text: str) -> str:
    from zhiyin.sparql.media import Kind
    from zhiyin.sparql.service import Request
    from zhiyin.sparql.terms import parse_boolean, parse_table

    request = Request(text)
    kind = service.plan(request, None, None).outline.kind
    if kind is Kind.GRAPH:
        turtle = service.answer(text, format_name="turtle").read().decode()
        return within("", turtle.splitlines(), "缩小查询 · narrow the query.")
    answer = service.answer(text, format_name="json")
    data = answer.read()
    if kind is Kind.BOOLEAN:
        return "true" if parse_boolean(data) else "false"
    table = parse_table(data)
    if not table.rows:
        hints = "；".join(hint.said.zh for hint in service.hints(request))
        return f"没有结果 · no rows{'：' + hints if hints else ''}"
    lines = [" | ".join("" if term is None else _plain(term.value) for term in row) for row in table.rows]
    return within(
        f"{' | '.join(table.variables)}\n{len(lines)} 行 · rows", lines, "加 LIMIT 或条件 · add LIMIT or a filter."
    )


def _plain(value: str) -> str:
    short = value.removeprefix("https://w3id.org/zhiyin/id/").removeprefix("https://w3id.org/zhiyin/ontology#")
    return short.replace("\n", " ")


def validate(services: Services, arguments: Arguments) -> str:
    """Judge a self-description; nothing of it is kept."""
    from zhiyin.law.outcome import OUTCOME_LABELS, Outcome
    from zhiyin.validation.policy import STATUS_LABELS

    tier = arguments.get("tier")
    content = str(arguments["content"])
    media = "application/ld+json" if content.lstrip().startswith(("{", "[")) else "text/turtle"
    asked = Asked(day=check_date(arguments.get("date")), tier=int(tier) if tier else None)
    posted = Posted(content.encode("utf-8", "surrogatepass"), media=media)
    judgement = unpacked(services.contained.run(packed, posted, asked))
    heads, lines = [], []
    for verdict in judgement.verdicts:
        counts = verdict.summary()
        tally = "、".join(f"{OUTCOME_LABELS[o]} {counts[o]}" for o in Outcome)
        heads.append(f"{tier_name(verdict.assessed_tier)} {STATUS_LABELS[verdict.status]}（据自述）：{tally}")
        for outcome in (Outcome.VIOLATED, Outcome.UNDECLARED, Outcome.MANUAL):
            for judged in verdict.clauses:
                if judged.outcome is outcome:
                    told = next((f.message.zh for f in judged.findings if f.outcome is outcome), "")
                    lines.append(
                        f"{OUTCOME_LABELS[outcome]} {judged.requirement.number} {told or judged.requirement.text}"
                    )
    lines += [
        f"未知词条 {term.term}" + (f"，是否指 {term.nearest}" if term.nearest else "") for term in judgement.unknown
    ]
    return within("\n".join(heads), lines, "完整结论用 POST /api/validate · the whole verdict: POST /api/validate.")


def cite_check(services: Services, arguments: Arguments) -> str:
    """Check what a text says of the guideline."""
    from zhiyin.citing.statement import RULING_LABELS, Ruling

    posted = Posted(str(arguments["text"]).encode("utf-8", "surrogatepass"))
    checked = services.contained.run(check_posted, posted, services.rules.edition.vocabulary).checked
    tally = "、".join(f"{RULING_LABELS[r].zh} {checked.summary.get(r, 0)}" for r in Ruling)
    if not checked.statements:
        return "没有关于指引的说法：提到条款号、指引或类别的句子才会核对。No statement about the guideline was found."
    lines = []
    for statement in sorted(checked.statements, key=lambda s: not s.is_fault):
        beside = ""
        if statement.is_fault and statement.clauses:
            first = statement.clauses[0]
            beside = f" 原文 {first.number} [{first.obligation}] {first.text}"
        also = f" 另见 {'、'.join(statement.suggestion)}" if statement.suggestion else ""
        lines.append(
            f"【{RULING_LABELS[statement.ruling].zh}】“{statement.text[:80]}” {statement.reason.zh}{also}{beside}"
        )
    return within(f"{len(checked.statements)} 处：{tally}", lines, "分段核对 · check in parts.")

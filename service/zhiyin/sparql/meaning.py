"""Says in words what SPARQL forbids although its grammar allows it: a text that the engine refused in, a sentence out.

The engine's parser tells such faults where it noticed them, without a word on what they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from zhiyin.sparql.scan import Token, tokens
from zhiyin.sparql.slips import Fault, fault, keyword, slip_anywhere, slip_at, slip_of_text
from zhiyin.sparql.structure import (
    Element,
    Expression,
    Group,
    RowError,
    Select,
    StructureError,
    bound,
    structure,
)


def fault_of(text: str, base: str = "") -> Fault | None:
    """Return what is wrong with a query that the engine refused, ``None`` where only its grammar is to blame."""
    items = list(tokens(text))
    known = slip_of_text(text, items)
    if known is not None:
        return known
    try:
        found = structure(text, base or "http://localhost/")
    except RowError as error:
        return fault(
            error.offset,
            f"VALUES 的这一行有 {error.has} 个值，而变量有 {error.wants} 个",
            f"this row of VALUES has {error.has} values, while there are {error.wants} variables",
        )
    except StructureError as error:
        return slip_at(text, items, error.offset) or _blank_in_expression(items)
    meant = next(_semantics(found.select, list(found.groups())), None)
    within = meant or _blank_in_expression(items) or slip_anywhere(text, items)
    return within or keyword([t for t, n in pairwise(items) if n.text == "("], len(text))


def _blank_in_expression(items: list[Token]) -> Fault | None:
    for index, token in enumerate(items):
        if token.kind == "word" and token.text.upper() in {"FILTER", "BIND"}:
            depth = 0
            for place in range(index + 1, len(items)):
                item = items[place]
                depth += (item.text == "(") - (item.text == ")")
                if item.text in {"{", "}"} or (depth <= 0 and item.text == ")"):
                    break
                if item.text == "_" and place + 1 < len(items) and items[place + 1].text.startswith(":"):
                    return fault(
                        item.start,
                        f"{token.text.upper()} 的表达式中不能有空白节点 _{items[place + 1].text}，请用变量",
                        f"an expression of {token.text.upper()} may not hold the blank node _{items[place + 1].text}; use a variable",
                    )
    return None


def _semantics(select: Select, groups: list[Group]) -> Iterator[Fault]:
    for group in groups:
        yield from _group(group)
    selects = [select, *(e.select for group in groups for e in group.elements if e.select is not None)]
    for one in selects:
        yield from _select(one)
    yield from _labels(groups)


def _group(group: Group) -> Iterator[Fault]:
    for number, element in enumerate(group.elements):
        expression = element.expression
        if expression is None:
            continue
        word = element.kind.upper()
        if expression.aggregates:
            name, start, _ = expression.aggregates[0]
            yield fault(
                start,
                f"{word} 中不能用聚合函数 {name}：用 GROUP BY 分组，并在 HAVING 中写条件（如 HAVING({name}(?x) > 1)），"
                "或在子查询中先算出",
                f"{word} may not hold the aggregate {name}: group by GROUP BY and put the condition into HAVING "
                f"(as HAVING({name}(?x) > 1)), or compute it in a sub-select",
            )
        if element.kind == "bind":
            yield from _bind(group, number, element)


def _bind(group: Group, number: int, element: Element) -> Iterator[Fault]:
    name, start = element.variables[0]
    before = Group(
        group.start,
        triples=[triple for triple in group.triples if triple.start < element.start],
        elements=group.elements[:number],
    )
    if name in bound(before):
        yield fault(
            start,
            f"变量 ?{name} 在 BIND 之前已经有值，不能再赋值：请换一个名字",
            f"the variable ?{name} has a value before this BIND already; choose another name",
        )


def _select(select: Select) -> Iterator[Fault]:
    seen: set[str] = set()
    for name, start in [*select.plain, *((name, start) for _, name, start in select.named)]:
        if name in seen:
            yield fault(start, f"SELECT 中变量 ?{name} 出现了两次", f"the variable ?{name} stands twice in the SELECT")
        seen.add(name)
    nested = [a for e in _expressions(select) for a in e.aggregates if a[2]]
    if nested:
        yield fault(
            nested[0][1],
            f"聚合函数 {nested[0][0]} 不能写在另一个聚合函数里：在子查询中先算出里面的",
            f"the aggregate {nested[0][0]} may not stand within another: compute the inner one in a sub-select",
        )
    aggregated = select.group_by is not None or any(e.aggregates for e in _expressions(select))
    in_scope = bound(select.where) if select.where is not None else set()
    if select.values is not None:
        in_scope |= {name for name, _ in select.values.variables}
    for _, name, start in select.named:
        if name in in_scope:
            yield fault(
                start,
                f"AS ?{name}：变量 ?{name} 在 WHERE 中已经使用，请换一个名字",
                f"AS ?{name}: the variable ?{name} is used in the WHERE already; choose another name",
            )
    if aggregated:
        yield from _aggregated(select)


def _aggregated(select: Select) -> Iterator[Fault]:
    if select.star is not None:
        yield fault(
            select.star,
            "有 GROUP BY 或聚合函数时不能写 SELECT *：请列出分组的变量和聚合的结果",
            "SELECT * cannot go with GROUP BY or an aggregate: name the grouped variables and the aggregates",
        )
    grouped = {name for name, _ in select.grouped}
    for name, start in select.plain:
        if name not in grouped:
            yield _ungrouped(name, start)
    for expression, name, _ in select.named:
        for use in expression.uses:
            if not use.aggregated and use.name not in grouped:
                yield _ungrouped(use.name, use.start)
        grouped.add(name)
    for expression in select.having:
        for use in expression.uses:
            if not use.aggregated and use.name not in grouped:
                yield _ungrouped(use.name, use.start)


def _ungrouped(name: str, start: int) -> Fault:
    return fault(
        start,
        f"变量 ?{name} 既没有出现在 GROUP BY 中，也没有在聚合函数里：请加上 GROUP BY ?{name}，或写成 SAMPLE(?{name})",
        f"the variable ?{name} is neither in GROUP BY nor in an aggregate: add GROUP BY ?{name}, or write SAMPLE(?{name})",
    )


def _expressions(select: Select) -> list[Expression]:
    return [*(e for e, _, _ in select.named), *select.having, *select.order]


def _labels(groups: list[Group]) -> Iterator[Fault]:
    seen: dict[str, tuple[int, int]] = {}
    for start, label, owner, pattern in sorted(
        (start, label, id(group), pattern) for group in groups for label, start, pattern in group.blanks
    ):
        if label in seen and (seen[label][0] != owner or seen[label][1] != pattern):
            yield fault(
                start,
                f"空白节点标签 _:{label} 不能用在两个组里：请改用变量 ?{label}",
                f"the blank node label _:{label} may not stand in two groups: use the variable ?{label}",
            )
        seen.setdefault(label, (owner, pattern))

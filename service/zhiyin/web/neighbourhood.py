"""A concept's neighbourhood as an SVG that can be walked: broader above, narrower below, related at the sides."""

from __future__ import annotations

from markupsafe import Markup

from zhiyin.catalogue import Catalogue, ConceptView
from zhiyin.web.language import told

_WIDTH, _HEIGHT, _GAP, _ROW, _MOST = 168, 34, 14, 92, 12
_NODE = Markup(
    '<a href="/concepts/{id}"{cls}><rect x="{x}" y="{y}" width="{w}" height="{h}" rx="6"/>'
    '<text x="{cx}" y="{cy}" text-anchor="middle" font-size="13">{label}</text></a>'
)
_EDGE = Markup('<path class="edge" d="M{x1} {y1} L{x2} {y2}"/>')


def neighbourhood(concept: ConceptView, catalogue: Catalogue) -> Markup:
    """Return the picture; at most a dozen of each kind, the rest being listed on the page."""
    rows = [concept.broader[:_MOST], concept.narrower[:_MOST]]
    sides = concept.related[:_MOST]
    per_row = 5
    above = _chunks(rows[0], per_row)
    below = _chunks(rows[1], per_row)
    beside = _chunks(sides, 2)
    columns = max([1, *(len(r) for r in (*above, *below)), 3 if sides else 1])
    width = columns * (_WIDTH + _GAP) + _GAP
    lines = len(above) + max(1, len(beside)) + len(below)
    height = lines * _ROW
    nodes: list[Markup] = []
    edges: list[Markup] = []
    middle = (width / 2, (len(above) + max(1, len(beside)) / 2) * _ROW)
    y = _ROW / 2
    for row in above:
        _row(row, width, y, middle, nodes, edges, catalogue)
        y += _ROW
    for index, pair in enumerate(beside):
        for side, other in enumerate(pair):
            x = _GAP + _WIDTH / 2 if side == 0 else width - _GAP - _WIDTH / 2
            at = (x, (len(above) + index + 0.5) * _ROW)
            edges.append(_edge(middle, at))
            nodes.append(_node(other, at, catalogue))
    y = (len(above) + max(1, len(beside)) + 0.5) * _ROW
    for row in below:
        _row(row, width, y, middle, nodes, edges, catalogue)
        y += _ROW
    nodes.append(_node(concept.id, middle, catalogue, here=True))
    head = Markup('<svg width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="group">').format(
        w=int(width), h=int(height)
    )
    return head + Markup("").join([*edges, *nodes]) + Markup("</svg>")


def _chunks(ids: tuple[str, ...], size: int) -> list[tuple[str, ...]]:
    return [ids[i : i + size] for i in range(0, len(ids), size)]


def _row(
    row: tuple[str, ...],
    width: float,
    y: float,
    middle: tuple[float, float],
    nodes: list[Markup],
    edges: list[Markup],
    catalogue: Catalogue,
) -> None:
    step = _WIDTH + _GAP
    start = width / 2 - step * (len(row) - 1) / 2
    for index, concept_id in enumerate(row):
        at = (start + index * step, y)
        edges.append(_edge(middle, at))
        nodes.append(_node(concept_id, at, catalogue))


def _edge(a: tuple[float, float], b: tuple[float, float]) -> Markup:
    return _EDGE.format(x1=round(a[0]), y1=round(a[1]), x2=round(b[0]), y2=round(b[1]))


def _node(concept_id: str, at: tuple[float, float], catalogue: Catalogue, *, here: bool = False) -> Markup:
    label = told(catalogue.concepts[concept_id].label)
    limit = 11 if any("\u4e00" <= c <= "\u9fff" for c in label) else 22
    return _NODE.format(
        id=concept_id,
        cls=Markup(' class="self" aria-current="page"') if here else "",
        x=round(at[0] - _WIDTH / 2),
        y=round(at[1] - _HEIGHT / 2),
        w=_WIDTH,
        h=_HEIGHT,
        cx=round(at[0]),
        cy=round(at[1] + 5),
        label=label if len(label) <= limit else label[: limit - 1] + "…",
    )

"""A concept's neighbourhood as an SVG that can be walked: broader above, narrower below, related at the sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from zhiyin.catalogue import Catalogue, ConceptView
from zhiyin.web.language import told

_MOST = 12
_NODE = Markup(
    '<a href="/concepts/{id}"{cls}><rect x="{x}" y="{y}" width="{w}" height="{h}" rx="6"/>'
    '<text x="{cx}" y="{cy}" text-anchor="middle" font-size="13">{label}</text></a>'
)
_EDGE = Markup('<path class="edge" d="M{x1} {y1} L{x2} {y2}"/>')

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Measure:
    """Sizes of a picture, in pixels; ``sides`` says whether related concepts stand beside the middle or below it."""

    width: int
    row: int
    per_row: int
    sides: bool
    height: int = 34
    gap: int = 14


WIDE = Measure(width=168, row=92, per_row=5, sides=True)
NARROW = Measure(width=146, row=58, per_row=2, sides=False, gap=10)
"""For a phone of 360 pixels."""


def neighbourhood(concept: ConceptView, catalogue: Catalogue, measure: Measure = WIDE) -> Markup:
    """Return the picture; at most a dozen of each kind, the rest being listed on the page."""
    related = concept.related[:_MOST]
    beside = _chunks(related, 2) if measure.sides else []
    above = _chunks(concept.broader[:_MOST], measure.per_row)
    below = _chunks(concept.narrower[:_MOST], measure.per_row)
    if not measure.sides:
        below = _chunks(related, measure.per_row) + below
    columns = max([1, *(len(r) for r in (*above, *below)), 3 if beside else 1])
    width = columns * (measure.width + measure.gap) + measure.gap
    height = (len(above) + max(1, len(beside)) + len(below)) * measure.row
    middle = (width / 2, (len(above) + max(1, len(beside)) / 2) * measure.row)
    places: list[tuple[str, Point]] = []
    y = measure.row / 2
    for row in above:
        places += _spread(row, width, y, measure)
        y += measure.row
    for index, pair in enumerate(beside):
        at = (len(above) + index + 0.5) * measure.row
        reach = measure.gap + measure.width / 2
        places += [(other, (reach if side == 0 else width - reach, at)) for side, other in enumerate(pair)]
    y = (len(above) + max(1, len(beside)) + 0.5) * measure.row
    for row in below:
        places += _spread(row, width, y, measure)
        y += measure.row
    edges = [_edge(middle, at) for _, at in places]
    nodes = [_node(other, at, catalogue, measure) for other, at in places]
    nodes.append(_node(concept.id, middle, catalogue, measure, here=True))
    head = Markup('<svg width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="group">').format(
        w=int(width), h=int(height)
    )
    return head + Markup("").join([*edges, *nodes]) + Markup("</svg>")


def _chunks(ids: tuple[str, ...], size: int) -> list[tuple[str, ...]]:
    return [ids[i : i + size] for i in range(0, len(ids), size)]


def _spread(row: Sequence[str], width: float, y: float, measure: Measure) -> list[tuple[str, Point]]:
    step = measure.width + measure.gap
    start = width / 2 - step * (len(row) - 1) / 2
    return [(concept_id, (start + index * step, y)) for index, concept_id in enumerate(row)]


def _edge(a: Point, b: Point) -> Markup:
    return _EDGE.format(x1=round(a[0]), y1=round(a[1]), x2=round(b[0]), y2=round(b[1]))


def _node(concept_id: str, at: Point, catalogue: Catalogue, measure: Measure, *, here: bool = False) -> Markup:
    label = told(catalogue.concepts[concept_id].label)
    # A Chinese character takes the room of two Latin ones.
    limit = (measure.width - 14) // 13 if any("\u4e00" <= c <= "\u9fff" for c in label) else (measure.width - 14) // 7
    return _NODE.format(
        id=concept_id,
        cls=Markup(' class="self" aria-current="page"') if here else "",
        x=round(at[0] - measure.width / 2),
        y=round(at[1] - measure.height / 2),
        w=measure.width,
        h=measure.height,
        cx=round(at[0]),
        cy=round(at[1] + 5),
        label=label if len(label) <= limit else label[: limit - 1] + "…",
    )

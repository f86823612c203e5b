// A picture of triples: of a CONSTRUCT's answer, or of the first two columns of IRIs of a table.
import { icon, local, page, svg } from "./picture.js";

const MOST = 120;
const WIDTH = 1000;
const HEIGHT = 640;

export const Graph = (english) => class {
  constructor(yasr) {
    this.yasr = yasr;
    this.priority = 4;
    this.label = english ? "Graph" : "图";
  }
  edges() {
    const results = this.yasr.results;
    if (!results) return [];
    const statements = results.getStatements?.();
    if (statements?.length) {
      return statements
        .filter((s) => s.object.termType === "NamedNode" && s.subject.termType === "NamedNode")
        .map((s) => [s.subject.value, local(s.predicate.value), s.object.value]);
    }
    const names = results.getVariables?.() ?? [];
    const rows = results.getBindings?.() ?? [];
    const things = names.filter((name) => rows.some((row) => row[name]?.type === "uri"));
    if (things.length < 2) return [];
    const [from, to] = [things[0], things[things.length - 1]];
    const by = things.length > 2 ? things[1] : null;
    return rows.filter((row) => row[from]?.type === "uri" && row[to]?.type === "uri").map((row) => [row[from].value, by && row[by] ? local(row[by].value) : "", row[to].value]);
  }
  canHandleResults() {
    return this.edges().length > 0;
  }
  draw() {
    const all = this.edges();
    const edges = all.slice(0, MOST);
    const names = [...new Set(edges.flatMap(([from, , to]) => [from, to]))];
    const places = layout(names, edges);
    const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "zy-graph", role: "group", "aria-label": this.label });
    for (const [from, by, to] of edges) {
      const [a, b] = [places.get(from), places.get(to)];
      picture.append(svg("line", { x1: a.x, y1: a.y, x2: b.x, y2: b.y }));
      if (by && edges.length < 13) {
        const text = svg("text", { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, class: "by", "text-anchor": "middle" });
        text.textContent = by;
        picture.append(text);
      }
    }
    for (const name of names) {
      const { x, y } = places.get(name);
      const text = svg("text", { x, y: y - 9, "text-anchor": "middle" });
      text.textContent = local(name).slice(0, 24);
      const title = svg("title");
      title.textContent = name;
      const node = svg("g", {}, title, svg("circle", { cx: x, cy: y, r: 6 }), text);
      const to = page(name);
      picture.append(to ? svg("a", { href: to }, node) : node);
    }
    this.yasr.resultsEl.replaceChildren(picture);
    if (all.length > MOST) {
      const note = document.createElement("p");
      note.textContent = english ? `The first ${MOST} of ${all.length} links.` : `共 ${all.length} 条连线，画出前 ${MOST} 条。`;
      this.yasr.resultsEl.append(note);
    }
  }
  getIcon() {
    return icon("M5 8a3 3 0 1 1 2.6-1.5l6 3A3 3 0 1 1 15 14.6l-5 3.4a3 3 0 1 1-1.1-1.7l5-3.4a3 3 0 0 1-.9-1.7l-6-3A3 3 0 0 1 5 8z");
  }
};

// Springs along the links, repulsion between things; the start on a circle makes it the same each time.
function layout(names, edges) {
  const at = new Map(names.map((name, i) => [name, {
    x: WIDTH / 2 + (WIDTH / 3) * Math.cos((2 * Math.PI * i) / names.length),
    y: HEIGHT / 2 + (HEIGHT / 3) * Math.sin((2 * Math.PI * i) / names.length),
  }]));
  const nodes = [...at.values()];
  const ideal = Math.sqrt((WIDTH * HEIGHT) / Math.max(1, nodes.length)) * 0.55;
  for (let round = 0, heat = WIDTH / 12; round < 160; round++, heat *= 0.97) {
    for (const node of nodes) node.dx = node.dy = 0;
    for (let i = 0; i < nodes.length; i++) {
      for (let j = i + 1; j < nodes.length; j++) {
        const dx = nodes[i].x - nodes[j].x || 0.1, dy = nodes[i].y - nodes[j].y || 0.1;
        const push = (ideal * ideal) / (dx * dx + dy * dy);
        nodes[i].dx += dx * push; nodes[i].dy += dy * push;
        nodes[j].dx -= dx * push; nodes[j].dy -= dy * push;
      }
    }
    for (const [from, , to] of edges) {
      const a = at.get(from), b = at.get(to);
      const dx = a.x - b.x, dy = a.y - b.y, pull = Math.hypot(dx, dy) / ideal;
      a.dx -= dx * pull * 0.5; a.dy -= dy * pull * 0.5;
      b.dx += dx * pull * 0.5; b.dy += dy * pull * 0.5;
    }
    for (const node of nodes) {
      // A pull to the middle keeps what is not connected in the picture.
      node.dx += (WIDTH / 2 - node.x) * 0.12; node.dy += (HEIGHT / 2 - node.y) * 0.2;
      const step = Math.hypot(node.dx, node.dy) || 1, scale = Math.min(heat, step) / step;
      node.x = Math.min(WIDTH - 60, Math.max(60, node.x + node.dx * scale));
      node.y = Math.min(HEIGHT - 20, Math.max(24, node.y + node.dy * scale));
    }
  }
  return at;
}

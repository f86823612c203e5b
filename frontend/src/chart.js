// A bar chart of a result table: the first text column against the first column of numbers.
import { icon, local, svg } from "./picture.js";

const MOST = 60;
const ROW = 26;
const LABEL = 260;
const WIDTH = 900;

export const Chart = (english) => class {
  constructor(yasr) {
    this.yasr = yasr;
    this.priority = 5;
    this.label = english ? "Chart" : "图表";
  }
  columns() {
    const names = this.yasr.results?.getVariables() ?? [];
    const rows = this.yasr.results?.getBindings() ?? [];
    const isNumber = (cell) => cell && cell.type !== "uri" && cell.value !== "" && Number.isFinite(Number(cell.value)) && /integer|decimal|double|float|int$/.test(cell.datatype ?? "");
    const number = names.find((name) => rows.length && rows.every((row) => !row[name] || isNumber(row[name])) && rows.some((row) => row[name]));
    const texts = names.filter((name) => name !== number);
    return number && texts.length ? { number, texts, rows } : null;
  }
  canHandleResults() {
    return this.columns() !== null;
  }
  draw() {
    const { number, texts, rows } = this.columns();
    const shown = rows.slice(0, MOST);
    const most = Math.max(1, ...shown.map((row) => Number(row[number]?.value ?? 0)));
    const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${shown.length * ROW + 8}`, class: "zy-chart", role: "img", "aria-label": number });
    shown.forEach((row, index) => {
      const value = Number(row[number]?.value ?? 0);
      const name = texts.slice(0, 2).map((text) => (row[text] ? (row[text].type === "uri" ? local(row[text].value) : row[text].value) : "")).join(" ");
      const y = index * ROW + 4;
      const text = svg("text", { x: LABEL - 8, y: y + 15, "text-anchor": "end" });
      text.textContent = name.length > 22 ? name.slice(0, 21) + "…" : name;
      const title = svg("title");
      title.textContent = `${name}: ${value}`;
      const length = Math.max(1, (Math.max(0, value) / most) * (WIDTH - LABEL - 70));
      const count = svg("text", { x: LABEL + length + 6, y: y + 15, class: "count" });
      count.textContent = String(value);
      picture.append(svg("g", {}, title, text, svg("rect", { x: LABEL, y, width: length, height: ROW - 8, rx: 2 }), count));
    });
    this.yasr.resultsEl.replaceChildren(picture);
    if (rows.length > MOST) {
      const note = document.createElement("p");
      note.textContent = english ? `The first ${MOST} of ${rows.length} rows.` : `共 ${rows.length} 行，画出前 ${MOST} 行。`;
      this.yasr.resultsEl.append(note);
    }
  }
  getIcon() {
    return icon("M4 20V10h4v10zM10 20V4h4v16zM16 20v-7h4v7z");
  }
};

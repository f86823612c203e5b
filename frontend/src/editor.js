// The query page's editor: Yasgui over this service's own endpoint, completing from the graph's own terms.
import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import "./editor.css";
import { Chart } from "./chart.js";
import { Graph } from "./graph.js";
import { completer } from "./completion.js";
import { Problem } from "./problem.js";
import { speakChinese } from "./words.js";

const host = document.getElementById("editor");
const plain = document.getElementById("plain");
// Below a path prefix the addresses of the service start there.
const root = document.documentElement.dataset.root || "/";
const english = document.documentElement.lang === "en";

async function start() {
  const answer = await fetch(root + "api/terms");
  const terms = answer.ok ? await answer.json() : { prefixes: {}, items: [] };
  const { Yasqe, Yasr } = Yasgui;
  const words = english ? { table: "Table", response: "Response" } : { table: "表格", response: "原文" };
  for (const [name, word] of Object.entries(words)) {
    const Known = Yasr.plugins[name];
    Yasr.registerPlugin(name, class extends Known {
      constructor(yasr) {
        super(yasr);
        this.label = word;
        this.helpReference = undefined;
      }
    });
  }
  Yasr.registerPlugin("chart", Chart(english));
  Yasr.registerPlugin("graph", Graph(english));
  Yasr.defaults.pluginOrder = ["table", "chart", "graph", "response"];
  Yasr.defaults.prefixes = terms.prefixes;
  Yasr.defaults.errorRenderers = [Problem(english)];
  // The editor's own completers ask other hosts.
  Yasqe.registerAutocompleter(completer(terms, english));
  Yasqe.defaults.autocompleters = ["variables", "zhiyin"];
  Yasqe.defaults.value = document.getElementById("query").value;
  const yasgui = new Yasgui(host, {
    requestConfig: {
      endpoint: plain.action,
      method: "POST",
      acceptHeaderGraph: "text/turtle,*/*;q=0.9",
    },
    copyEndpointOnNewTab: false,
    endpointCatalogueOptions: { getData: () => [], keys: [] },
    // The desk's queries are not the site's: each page keeps its own.
    persistenceId: "zhiyin" + (new URL(plain.action).pathname === root + "sparql" ? "" : new URL(plain.action).pathname),
    tabName: english ? "Query" : "查询",
    autofocus: false,
  });
  window.zhiyinEditor = yasgui;
  label(yasgui);
  const asked = new URLSearchParams(location.search).get("query");
  if (asked && !location.hash.includes("query=")) {
    const tab = yasgui.getTab();
    if (tab && tab.getQuery().trim() !== asked.trim()) yasgui.addTab(true, { yasqe: { value: asked } });
  }
  // The event comes before the results are there.
  yasgui.on("queryResponse", (_, tab) => setTimeout(() => explain(tab)));
  document.querySelectorAll("ul.examples a[data-query]").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    run(yasgui.getTab(), link.dataset.query);
  }));
  if (!english) speakChinese(host);
  yasgui.getTab()?.getYasqe().refresh();
}

function run(tab, query) {
  const editor = tab.getYasqe();
  editor.setValue(query);
  editor.query();
  host.scrollIntoView({ block: "nearest" });
}

// Where a query found nothing the service says why: a line above the results, the corrected query a click away.
function explain(tab) {
  host.querySelectorAll(".zy-hint").forEach((line) => line.remove());
  let hints = [];
  try {
    hints = JSON.parse(tab.getYasr().results.getOriginalResponseAsString()).hints ?? [];
  } catch {
    return;
  }
  const box = document.createElement("div");
  box.className = "zy-hint status hint";
  box.setAttribute("role", "status");
  for (const hint of hints) {
    const line = document.createElement("p");
    line.textContent = english ? hint.en : hint.zh;
    box.append(line);
  }
  const corrected = hints.find((hint) => hint.query);
  if (corrected) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = english ? "Use the corrected query" : "改用更正后的查询";
    button.addEventListener("click", () => run(tab, corrected.query));
    box.append(button);
  }
  if (hints.length) tab.getYasr().rootEl.before(box);
}

// What the editor leaves without a name for those who do not see it.
function label(yasgui) {
  const words = english
    ? { editor: "SPARQL query", run: "Run the query (Ctrl+Enter)", tabs: "Queries" }
    : { editor: "SPARQL 查询", run: "执行查询（Ctrl+Enter）", tabs: "查询标签" };
  const name = () => {
    host.querySelectorAll(".CodeMirror textarea").forEach((area) => area.setAttribute("aria-label", words.editor));
    host.querySelectorAll(".yasqe_queryButton").forEach((button) => {
      button.setAttribute("aria-label", words.run);
      button.setAttribute("title", words.run);
    });
    host.querySelectorAll("input:not([aria-label]), select:not([aria-label]), textarea:not([aria-label])").forEach((field) => {
      field.setAttribute("aria-label", field.placeholder || field.title || field.className || "SPARQL");
    });
  };
  name();
  new MutationObserver(name).observe(host, { childList: true, subtree: true });
  yasgui.on("query", name);
}

// Without the editor its room goes to the plain form.
start().catch((error) => {
  host.hidden = true;
  plain.classList.add("wanted");
  console.error(error);
});

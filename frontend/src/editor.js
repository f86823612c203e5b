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
const english = document.documentElement.lang === "en";

async function start() {
  const answer = await fetch("/api/terms");
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
      endpoint: location.origin + "/sparql",
      method: "POST",
      acceptHeaderGraph: "text/turtle,*/*;q=0.9",
    },
    copyEndpointOnNewTab: false,
    endpointCatalogueOptions: { getData: () => [], keys: [] },
    persistenceId: "zhiyin",
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
  if (!english) speakChinese(host);
  yasgui.getTab()?.getYasqe().refresh();
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

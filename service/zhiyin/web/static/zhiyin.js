// What pages gain with scripts: suggestions as one types, filters on a verdict, dropping a file. All works without.
"use strict";

function suggestions(input) {
  const box = document.createElement("ul");
  box.className = "suggestions";
  box.id = "suggestions-" + Math.random().toString(36).slice(2);
  box.setAttribute("role", "listbox");
  box.hidden = true;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", box.id);
  input.setAttribute("aria-expanded", "false");
  input.parentElement.append(box);
  let chosen = -1, timer = 0, asked = 0;

  function show(items) {
    chosen = -1;
    box.replaceChildren(...items.map((item, index) => {
      const row = document.createElement("li");
      row.id = box.id + "-" + index;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", "false");
      row.dataset.value = item.value ?? item.text ?? item.label;
      const text = document.createElement("span");
      text.textContent = item.label && item.label !== row.dataset.value ? row.dataset.value + "  " + item.label : row.dataset.value;
      const kind = document.createElement("span");
      kind.className = "soft small";
      kind.textContent = item.kind ?? "";
      row.append(text, kind);
      row.addEventListener("mousedown", (event) => { event.preventDefault(); take(row); });
      return row;
    }));
    box.hidden = items.length === 0;
    box.style.top = input.offsetHeight + 4 + "px";
    input.setAttribute("aria-expanded", String(!box.hidden));
  }
  function take(row) { input.value = row.dataset.value; show([]); input.form.requestSubmit(); }
  function mark(step) {
    const rows = [...box.children];
    if (!rows.length) return;
    chosen = (chosen + step + rows.length + (chosen < 0 && step < 0 ? 1 : 0)) % rows.length;
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === chosen)));
    input.setAttribute("aria-activedescendant", rows[chosen].id);
  }
  async function ask() {
    const text = input.value.trim(), mine = ++asked;
    if (!text) return show([]);
    try {
      const answer = await fetch("/api/suggest?limit=8&q=" + encodeURIComponent(text));
      if (answer.ok && mine === asked) show((await answer.json()).items);
    } catch { show([]); }
  }
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
  input.addEventListener("blur", () => show([]));
  input.addEventListener("keydown", (event) => {
    if (box.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); mark(event.key === "ArrowDown" ? 1 : -1); }
    else if (event.key === "Escape") show([]);
    else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); take(box.children[chosen]); }
  });
}
document.querySelectorAll(".combo input").forEach(suggestions);

document.querySelectorAll("form.filters").forEach((form) => {
  form.hidden = false;
  form.addEventListener("input", () => {
    const wanted = [...form.querySelectorAll("[data-filter]")].map((s) => [s.dataset.filter, s.value]);
    form.closest("section").querySelectorAll("article[data-outcome]").forEach((row) => {
      row.hidden = wanted.some(([name, value]) => value && row.dataset[name] !== value);
    });
    form.closest("section").querySelectorAll("details").forEach((group) => {
      const rows = group.querySelectorAll("article[data-outcome]");
      if (!rows.length) return;
      const any = [...rows].some((row) => !row.hidden);
      group.hidden = !any;
      if (wanted.some(([, value]) => value) && any) group.open = true;
    });
  });
});

const drop = document.getElementById("drop");
if (drop) {
  const file = document.getElementById("file");
  for (const name of ["dragover", "dragenter"]) drop.addEventListener(name, (e) => { e.preventDefault(); drop.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (e) => { e.preventDefault(); if (e.dataTransfer.files.length) file.files = e.dataTransfer.files; });
  document.getElementById("validate").addEventListener("submit", () => {
    document.getElementById("progress").textContent = document.documentElement.lang === "en" ? "Validating…" : "正在验证……";
  });
}

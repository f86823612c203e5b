// What pages gain with scripts: suggestions as one types, filters on a verdict, dropping a file. All works without.
"use strict";

// Below a path prefix the addresses of the service start there.
const root = document.documentElement.dataset.root || "/";

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
    const text = input.value.trim(), mine = ++asked, edition = input.form.elements.edition;
    if (!text) return show([]);
    try {
      const answer = await fetch(root + "api/suggest?limit=8&q=" + encodeURIComponent(text) + (edition ? "&edition=" + encodeURIComponent(edition.value) : ""));
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
  form.addEventListener("submit", (event) => event.preventDefault());
  const narrow = () => {
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
  };
  form.addEventListener("input", narrow);
  // Someone may have chosen before this ran, or come back to what was chosen.
  narrow();
});

// Narrows a reference page to what holds every word that was typed.
document.querySelectorAll("input[data-find-in]").forEach((input) => {
  const room = document.querySelector(input.dataset.findIn);
  const words = (item) => item.dataset.find + (item.matches("article") ? " " + item.textContent : "");
  const items = [...room.querySelectorAll("[data-find]")].map((item) => [item, words(item).toLowerCase()]);
  const status = input.parentElement.querySelector("[role=status]");
  const groups = [...room.querySelectorAll("section, .tree details, .tree ul > li")].filter((group) => group.querySelector("[data-find]"));
  const narrow = () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const [item, text] of items) {
      const fits = wanted.every((word) => text.includes(word));
      item.classList.toggle("unfound", !fits);
      if (fits) found++;
    }
    // What holds something found stays, so that the way to it can be seen.
    for (const group of groups) {
      const any = group.matches("[data-find]:not(.unfound)") || group.querySelector("[data-find]:not(.unfound)") !== null;
      group.classList.toggle("unfound", !any);
      if (group.tagName === "DETAILS" && wanted.length) group.open = any;
    }
    status.textContent = wanted.length ? String(found) : "";
  };
  input.addEventListener("input", narrow);
  if (input.value) narrow();
});

// A link into a folded part unfolds it.
function unfold() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  if (target) target.scrollIntoView();
}
addEventListener("hashchange", unfold);
if (location.hash) unfold();

const drop = document.getElementById("drop");
if (drop) {
  const file = document.getElementById("file");
  const form = document.getElementById("validate");
  for (const name of ["dragover", "dragenter"]) drop.addEventListener(name, (e) => { e.preventDefault(); drop.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (e) => { e.preventDefault(); if (e.dataTransfer.files.length) file.files = e.dataTransfer.files; });
  // The answer takes the place of this page; until then it says that and how long it has been working.
  let clock = 0;
  form.addEventListener("submit", () => {
    const status = document.getElementById("progress"), began = Date.now();
    const say = () => {
      const seconds = Math.round((Date.now() - began) / 1000);
      const doing = seconds < 1 ? status.dataset.sending : status.dataset.judging;
      status.textContent = doing + "…" + (seconds ? " " + seconds + " " + status.dataset.seconds : "");
    };
    form.setAttribute("aria-busy", "true");
    say();
    clock = setInterval(say, 1000);
  });
  // One who comes back finds the form as it was left, not at work.
  addEventListener("pageshow", () => { clearInterval(clock); form.removeAttribute("aria-busy"); });
}

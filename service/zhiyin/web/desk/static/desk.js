// What the desk's pages gain with scripts: files sent one by one with progress, and pages that follow work under way.
"use strict";

// Below a path of a proxy every address starts with it.
const below = (address) => (document.documentElement.dataset.root || "/") + address.slice(1);

const send = document.querySelector("form[data-send]");
if (send) {
  const list = send.querySelector(".progress"), words = list.dataset;
  const one = (file) => new Promise((done) => {
    const row = document.createElement("li"), name = document.createElement("span"), bar = document.createElement("progress");
    name.textContent = file.name + " ";
    bar.max = 1;
    bar.setAttribute("aria-label", file.name);
    row.append(name, bar);
    list.append(row);
    const body = new FormData(), call = new XMLHttpRequest();
    body.append("file", file);
    call.open("POST", below(send.dataset.send));
    call.setRequestHeader("X-CSRF-Token", send.elements.csrf.value);
    call.upload.addEventListener("progress", (event) => { bar.value = event.loaded / (event.total || 1); });
    call.addEventListener("loadend", () => {
      bar.remove();
      let answer = {};
      try { answer = JSON.parse(call.responseText); } catch { /* told below */ }
      const kept = call.status === 200 || call.status === 201;
      const mark = document.createElement(kept ? "a" : "b");
      if (kept) mark.href = below("/desk/submissions/" + answer.id);
      else mark.className = "violated";
      const why = answer.message ? (document.documentElement.lang === "en" ? answer.message.en : answer.message.zh) : "";
      mark.textContent = kept ? (call.status === 201 ? words.kept : words.known) : words.failed + (why ? "：" + why : "");
      row.append(mark);
      done(kept ? answer.id : null);
    });
    call.send(body);
  });
  send.addEventListener("submit", async (event) => {
    event.preventDefault();
    list.replaceChildren();
    const button = send.querySelector("button");
    button.disabled = true;
    const names = [];
    for (const file of send.elements.file.files) names.push(await one(file));
    button.disabled = false;
    if (names.length === 1 && names[0]) location.assign(below("/desk/submissions/" + names[0]));
    else send.elements.file.value = "";
  });
}

const waiting = document.querySelector("[data-poll]");
if (waiting) {
  const look = async () => {
    try {
      const answer = await fetch(below(waiting.dataset.poll), { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const told = await answer.json();
        if (told.state !== "waiting") return location.reload();
        const bar = waiting.querySelector("progress");
        if (told.progress && told.progress.total) { bar.max = told.progress.total; bar.value = told.progress.done; }
      }
    } catch { /* the page is being left, or the network is away for a moment: the next look tells */ }
    setTimeout(look, 1000);
  };
  setTimeout(look, 700);
}

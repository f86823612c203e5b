// The form in the browser: facts section by section, things as cards, the verdict of the section from /api/validate.
// Everything is kept in this browser only (localStorage), and saved to and opened from .xlsx, Turtle and JSON-LD.
(() => {
  "use strict";
  const root = document.getElementById("declare");
  if (!root) return;
  const base = document.documentElement.dataset.root || "/";
  const tier = Number(root.dataset.tier);
  const asked = new URLSearchParams(location.search).get("edition");
  const edition = asked ? `&edition=${encodeURIComponent(asked)}` : "";
  const english = root.dataset.language === "en";
  const t = (zh, en) => (english ? en : zh);
  const KEY = `zhiyin-declare-${tier}${asked ? `-${asked}` : ""}`;
  const ZY = "https://w3id.org/zhiyin/ontology#";
  const DC = "http://purl.org/dc/terms/";
  const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
  const byId = (id) => document.getElementById(id);
  const said = (text) => { byId("said").textContent = text; };
  const blank = () => ({ self: {}, facts: {}, things: {}, complete: {}, documents: [], statements: {} });
  let form, state = blank(), section = "", timer = 0, serial = 0, asking = null;

  // --- small pieces of the page ------------------------------------------------------------------------------------
  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "text") node.textContent = value;
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter(Boolean));
    return node;
  };
  const changed = () => {
    try { localStorage.setItem(KEY, JSON.stringify(state)); } catch { said(t("浏览器没有留存的地方：请存为文件。", "The browser keeps nothing: save to a file.")); }
    steps();
    if (byId("live").checked) { clearTimeout(timer); timer = setTimeout(judge, 1500); }
  };
  const name = (field) => t(field.label, field.labelEn) + (field.unit && !field.label.includes(field.unit) ? `（${field.unit}）` : "");
  const put = (holder, key, value) => { if (value === "" || value === undefined || (Array.isArray(value) && !value.length)) delete holder[key]; else holder[key] = value; changed(); };
  const yesNo = () => [["", t("（未填）", "(empty)")], ["true", t("是", "yes")], ["false", t("否", "no")]];
  const select = (id, options, value, change, many = false) => {
    const node = make("select", { id, multiple: many, size: many ? Math.min(6, options.length) : null, onchange: () => change(many ? [...node.selectedOptions].map((o) => o.value) : node.value) });
    for (const [key, label] of options) node.append(make("option", { value: key, text: label, selected: many ? (value || []).includes(key) : String(value ?? "") === key }));
    return node;
  };
  const law = (clauses) => {
    const own = clauses.filter((number) => form.clauses[number]);
    if (!own.length) return null;
    return make("details", { class: "small soft" }, make("summary", { text: own.join("、") }), ...own.map((number) => make("p", { lang: "zh-CN", text: `${number}［${form.clauses[number].obligation}］${form.clauses[number].text}` })));
  };
  const things = (key) => state.things[key] || [];
  const ownersOf = (item) => [].concat(item.owner || []);
  const control = (field, holder, id) => {
    const value = holder[field.key];
    if (field.kind === "boolean") return select(id, yesNo(), value, (v) => put(holder, field.key, v));
    if (field.kind === "choice" || field.kind === "reference") {
      const options = field.kind === "choice" ? field.choices.map((c) => [c.key, t(c.label, c.labelEn)]) : things(field.of).map((x) => [x.id, x.facts.name || x.id]);
      if (field.many) return select(id, options, value, (v) => put(holder, field.key, v), true);
      return select(id, [["", t("（未填）", "(empty)")], ...options], value, (v) => put(holder, field.key, v));
    }
    const kind = { integer: "number", decimal: "number", date: "date" }[field.kind] || "text";
    const node = make("input", { id, type: kind, value: Array.isArray(value) ? value.join("；") : value ?? "", min: kind === "number" ? field.minimum : null, max: kind === "number" ? field.maximum : null, step: field.kind === "decimal" ? "any" : null, list: field.suggestions?.length ? suggestions(field) : null, autocomplete: "off" });
    node.addEventListener("change", () => { if (fits(node, name(field))) put(holder, field.key, field.many && kind === "text" ? node.value.split(/[；;]/).map((x) => x.trim()).filter(Boolean) : node.value.trim()); });
    return node;
  };
  // What a field cannot hold (letters for a number, 0 where 1 is least) is said, and never taken.
  const fits = (node, label) => {
    const good = node.checkValidity();
    node.toggleAttribute("aria-invalid", false);
    if (!good) { node.setAttribute("aria-invalid", "true"); said(`${label}：${node.validationMessage}`); }
    return good;
  };
  const suggestions = (field) => {
    const id = `suggested-${field.key}`;
    if (!byId(id)) root.append(make("datalist", { id }, ...field.suggestions.map((value) => make("option", { value }))));
    return id;
  };
  const row = (field, holder, prefix) => {
    const id = `${prefix}-${field.key}`;
    const node = control(field, holder, id);
    node.setAttribute("aria-describedby", `${id}-help`);
    if (field.required) node.setAttribute("aria-required", "true");
    return make("div", { class: "declared", "data-clauses": field.clauses.join(" ") }, make("label", { for: id, text: name(field) + (field.required ? " ●" : "") }), node, make("div", {}, make("p", { class: "small soft", id: `${id}-help`, text: t(field.comment, field.commentEn || field.comment) }), law(field.clauses)));
  };
  const FOREVER = "forever", FOREVER_YEARS = 100; // as the workbook's 永久
  const INTERVALS = [["days", t("天", "days")], ["months", t("月", "months")], ["years", t("年", "years")]];
  const PERIODS = [["periodYears", t("年", "years")], ["periodMonths", t("月", "months")], ["periodDays", t("天", "days")], [FOREVER, t("永久", "for ever")]];
  const statement = (kind, term, holder, prefix) => {
    const key = `${kind}:${term.key}`, id = `${prefix}-${term.key}`;
    const own = holder[key] || {};
    const set = (name, value) => { const next = { ...own, ...(holder[key] || {}) }; if (value === "" || value === undefined) delete next[name]; else next[name] = value; if (Object.keys(next).length) holder[key] = next; else delete holder[key]; changed(); };
    const parts = [];
    const labelled = (suffix, label, node) => parts.push(make("div", {}, make("label", { for: `${id}-${suffix}`, text: label }), node));
    if (kind === "practice" || kind === "prohibition") {
      labelled("holds", kind === "practice" ? t("是否落实", "in place") : t("是否发生", "takes place"), select(`${id}-holds`, yesNo(), own.holds, (v) => set("holds", v)));
      if (kind === "practice") parts.push(proofs(id, own.documents, (chosen) => set("documents", chosen.length ? chosen : "")));
      const text = make("input", { id: `${id}-exception`, value: own.exception ?? "", onchange: () => set("exception", text.value.trim()) });
      labelled("exception", t("例外", "exception"), text);
    } else if (kind === "task") {
      const day = make("input", { id: `${id}-last`, type: "date", value: own.last ?? "", onchange: () => set("last", day.value) });
      labelled("last", t("最近一次日期", "last done on"), day);
      if (term.ownInterval || own.interval) {
        const often = make("input", { id: `${id}-interval`, type: "number", min: 1, value: own.interval ?? "" });
        often.addEventListener("change", () => { if (fits(often, t("自定周期", "own interval"))) set("interval", often.value); });
        labelled("interval", t("自定周期", "own interval"), often);
        labelled("unit", t("周期单位", "its unit"), select(`${id}-unit`, INTERVALS, own.unit || "days", (v) => set("unit", v)));
      }
      labelled("holds", t("是否进行", "performed"), select(`${id}-holds`, yesNo(), own.holds, (v) => set("holds", v)));
    } else {
      const period = make("input", { id: `${id}-period`, type: "number", min: 0, value: own.period ?? "", disabled: own.unit === FOREVER });
      period.addEventListener("change", () => { if (fits(period, t("保存多久", "kept for"))) set("period", period.value); });
      labelled("period", t("保存多久", "kept for"), period);
      labelled("unit", t("单位", "unit"), select(`${id}-unit`, PERIODS, own.unit || "periodYears", (v) => { period.disabled = v === FOREVER; if (v === FOREVER) { period.value = ""; set("period", ""); } set("unit", v); }));
    }
    return make("fieldset", { "data-clauses": term.clauses.join(" ") }, make("legend", { text: t(term.label, term.labelEn) + (term.required ? " ●" : "") }), make("div", { class: "fields" }, ...parts), make("p", { class: "small soft", text: t(term.comment, term.commentEn) }), law(term.clauses));
  };
  // The documents of a practice: a choice each, and one more as soon as the last is taken.
  const proofs = (id, chosen, change) => {
    const holder = make("div", { class: "proofs" });
    const options = () => [["", t("（未填）", "(empty)")], ...state.documents.map((d, i) => [String(i), `${i + 1} ${d.title || ""}`])];
    const draw = (own, focus) => {
      holder.replaceChildren(...[...own, ""].flatMap((value, index) => {
        const key = `${id}-document${index ? `-${index + 1}` : ""}`;
        const taken = (v) => { const next = [...own]; next[index] = v; const left = [...new Set(next.filter((x) => x !== "" && x !== undefined))]; change(left); draw(left, Math.min(index, left.length)); };
        return [make("label", { for: key, text: index ? t(`文件 ${index + 1}`, `document ${index + 1}`) : t("文件", "document") }), select(key, options(), value, taken)];
      }));
      if (focus !== undefined) holder.querySelectorAll("select")[focus]?.focus();
    };
    draw(chosen || []);
    return holder;
  };
  const KINDS = [["practice", "practices"], ["prohibition", "prohibitions"], ["task", "tasks"], ["record", "records"]];
  // Things stand in the section that asks most of them: a machine room belongs to its own, though the first asks for it too.
  const sectionOf = (thing) => {
    const asking_ = [...thing.fields, ...KINDS.flatMap(([, list]) => form[list]).filter((p) => p.of === thing.key)].map((f) => f.section).filter(Boolean).sort();
    const often = (number) => asking_.filter((other) => other === number).length;
    return asking_.reduce((best, number) => (best && often(best) >= often(number) ? best : number), "") || "1";
  };

  // --- a section ---------------------------------------------------------------------------------------------------
  // A section is long: its parts fold, each with how far it is. What is opened or closed by hand stays so.
  const folds = {};
  const ratio = ([done, all]) => (all ? `${done}/${all}` : "");
  const fold = (key, title, count, open, ...parts) => {
    const mark = make("small", { "data-count": key, text: ratio(count()) });
    const node = make("details", { class: "part", open: folds[key] ?? open, "data-part": key }, make("summary", { onclick: () => { folds[key] = !node.open; } }, title, " ", mark), ...parts);
    counts[key] = [count, mark];
    return node;
  };
  const counts = {};
  const has = (held) => held !== undefined && held !== "";
  const filled = (held) => [held.filter(Boolean).length, held.length];
  const cardCount = (thing, item) => filled([...(thing.owner ? [ownersOf(item).some(Boolean)] : []), ...thing.fields.filter((f) => f.required).map((f) => has(item.facts[f.key])), ...KINDS.flatMap(([kind, list_]) => form[list_].filter((p) => p.of === thing.key).map((p) => Boolean(item.statements[`${kind}:${p.key}`])))]);
  const listCount = (thing) => { const held = things(thing.key).map((item) => cardCount(thing, item)); return [held.reduce((sum, [done]) => sum + done, 0) + (thing.mustBeComplete && state.complete[thing.link] ? 1 : 0), held.reduce((sum, [, all]) => sum + all, 0) + (thing.mustBeComplete ? 1 : 0)]; };
  const partCount = (number) => filled([...form.company.filter((f) => f.subsection === number).map((f) => has(state.facts[f.key])), ...KINDS.flatMap(([kind, list_]) => form[list_].filter((p) => !p.of && p.subsection === number).map((p) => Boolean(state.statements[`${kind}:${p.key}`])))]);
  const card = (thing, item, index) => {
    const prefix = `${thing.key}-${item.id}`;
    const parts = [];
    if (thing.owner) {
      const several = things(thing.owner).length > 1, known = things(thing.owner).map((x) => [x.id, x.facts.name || x.id]);
      const options = several ? known : [["", t("（未填）", "(empty)")], ...known];
      const chooser = select(`${prefix}-owner`, options, several ? ownersOf(item) : ownersOf(item)[0], (v) => put(item, "owner", v), several);
      chooser.setAttribute("aria-required", "true");
      parts.push(make("div", { class: "declared" }, make("label", { for: `${prefix}-owner`, text: several ? t("所属 ●（可选几项）", "belongs to ● (one or more)") : t("所属 ●", "belongs to ●") }), chooser));
    }
    for (const field of thing.fields) parts.push(row(field, item.facts, prefix));
    for (const [kind, list] of KINDS) for (const term of form[list].filter((p) => p.of === thing.key)) parts.push(statement(kind, term, item.statements, prefix));
    for (const inner of form.things.filter((x) => x.owner === thing.key && x.listedByOwner)) {
      const id = `${prefix}-complete-${inner.link}`;
      parts.push(make("p", {}, make("label", { for: id }, make("input", { id, type: "checkbox", checked: Boolean(item.complete?.[inner.link]), onchange: (event) => { item.complete = { ...item.complete, [inner.link]: event.target.checked }; changed(); } }), ` ${t(`该项的${inner.label}已列全`, `all ${inner.labelEn} of it are listed`)}`)));
    }
    parts.push(make("button", { type: "button", class: "quiet", text: t(`删去${thing.label} ${index + 1}`, `Remove ${thing.labelEn} ${index + 1}`), onclick: () => { state.things[thing.key] = things(thing.key).filter((x) => x !== item); changed(); show(section); byId(`add-${thing.key}`)?.focus(); said(t(`已删去${thing.label} ${index + 1}`, `${thing.labelEn} ${index + 1} removed`)); } }));
    const count = () => cardCount(thing, item), [done, all] = count();
    return make("fieldset", { class: "card" }, make("legend", { text: `${t(thing.label, thing.labelEn)} ${index + 1}` }), fold(item.id, item.facts.name || t("（未写名称）", "(no name)"), count, done < all, ...parts));
  };
  const list = (thing) => {
    const holder = make("div", { "data-clauses": thing.fields.flatMap((f) => f.clauses).join(" ") }, make("p", { class: "small soft", text: t(thing.comment, thing.commentEn) }));
    things(thing.key).forEach((item, index) => holder.append(card(thing, item, index)));
    holder.append(make("p", {}, make("button", { type: "button", id: `add-${thing.key}`, text: t(`添加${thing.label}`, `Add ${thing.labelEn}`), onclick: () => {
      const last = things(thing.key).at(-1);
      state.things[thing.key] = [...things(thing.key), { id: `${thing.key}-${Date.now().toString(36)}${++serial}`, facts: last ? { ...last.facts, name: "" } : {}, statements: last ? { ...last.statements } : {}, owner: last?.owner }];
      for (const item of things(thing.key)) folds[item.id] = item === things(thing.key).at(-1);
      changed(); show(section);
      const cards = document.querySelectorAll(`[id^="${thing.key}-"]`); cards[cards.length - 1]?.closest("fieldset.card")?.querySelector("input,select")?.focus();
    } })));
    const id = `complete-${thing.link}`;
    if (thing.mustBeComplete || state.complete[thing.link]) holder.append(make("p", {}, make("label", { for: id }, make("input", { id, type: "checkbox", checked: Boolean(state.complete[thing.link]), onchange: (event) => put(state.complete, thing.link, event.target.checked || "") }), ` ${thing.listedByOwner ? t(`全公司的${thing.label}都已列全`, `all ${thing.labelEn} of the company are listed`) : t(`${thing.label}已列全`, `all ${thing.labelEn} are listed`)}${thing.mustBeComplete ? " ●" : ""}`)));
    return holder;
  };
  const listed = (thing, open) => { const count = things(thing.key).length; return fold(`list-${thing.key}`, `${t(thing.label, thing.labelEn)}${count ? t(`（${count} 项）`, ` (${count})`) : ""}`, () => listCount(thing), open, list(thing)); };
  // Those behind a removed document move up, and so do the numbers by which practices name them.
  const removeDocument = (index) => {
    state.documents.splice(index, 1);
    for (const held of [state.statements, ...Object.values(state.things).flat().map((x) => x.statements)]) {
      for (const own of Object.values(held)) {
        if (!own.documents) continue;
        own.documents = own.documents.map(Number).filter((n) => n !== index).map((n) => String(n > index ? n - 1 : n));
        if (!own.documents.length) delete own.documents;
      }
    }
  };
  const documents = () => {
    const holder = make("section", {}, make("h3", { text: t("证据文件（只写一次，做法中按序号选）", "Documents (written once, chosen by number)") }));
    state.documents.forEach((document_, index) => {
      const prefix = `document-${index}`;
      const input = (key, label, type = "text") => { const node = make("input", { id: `${prefix}-${key}`, type, value: document_[key] ?? "", onchange: () => put(document_, key, node.value.trim()) }); return [make("div", {}, make("label", { for: `${prefix}-${key}`, text: label }), node)]; };
      const count = () => filled([has(document_.title), has(document_.issued), has(document_.responsibleRole)]), [done, all] = count();
      holder.append(make("fieldset", {}, make("legend", { text: `${index + 1}` }), fold(prefix, document_.title || t("（未写名称）", "(no name)"), count, done < all, make("div", { class: "fields" }, ...input("title", t("文件名称 ●", "title ●")), ...input("identifier", t("文件编号", "number")), ...input("issued", t("日期 ●", "date ●"), "date"), ...input("responsibleRole", t("责任岗位 ●", "role ●")), ...input("sha256", "SHA-256")), make("button", { type: "button", class: "quiet", text: t(`删去文件 ${index + 1}`, `Remove document ${index + 1}`), onclick: () => { removeDocument(index); changed(); show(section); byId("add-document").focus(); said(t(`已删去文件 ${index + 1}`, `document ${index + 1} removed`)); } }))));
    });
    holder.append(make("button", { type: "button", id: "add-document", text: t("添加文件", "Add a document"), onclick: () => { const last = state.documents.at(-1); state.documents.push({ issued: last?.issued || "", responsibleRole: last?.responsibleRole || "" }); changed(); show(section); byId(`document-${state.documents.length - 1}-title`).focus(); } }));
    return holder;
  };
  const show = (chosen, focus = false) => {
    section = chosen;
    for (const key of Object.keys(counts)) delete counts[key];
    const holder = byId("section");
    const title = chosen ? form.sections.find((s) => s.number === chosen).title : t("公司与文件", "Company and documents");
    const parts = [make("h2", { text: chosen ? `${chosen} ${title}` : title, ...(chosen ? { lang: "zh-CN" } : {}) })];
    if (!chosen) {
      const own = [{ key: "asOf", label: "事实截止日", labelEn: "facts as of", kind: "date", required: true, comment: "所述事实是哪一天的。", commentEn: "The day of the facts.", clauses: [] }, { key: "submitterRole", label: "提交人岗位", labelEn: "submitter's role", kind: "text", comment: "不写姓名。", commentEn: "No name.", clauses: [] }];
      for (const field of own) parts.push(row(field, state.self, "self"));
      for (const field of form.company.filter((f) => !f.section)) parts.push(row(field, state.facts, "company"));
      parts.push(documents());
    } else {
      const pieces = [];
      for (const { number, title: own } of form.subsections.filter((x) => x.number.split(".")[0] === chosen)) {
        const held = form.company.filter((f) => f.subsection === number).map((field) => row(field, state.facts, "company"));
        for (const [kind, terms] of KINDS) for (const term of form[terms].filter((p) => !p.of && p.subsection === number)) held.push(statement(kind, term, state.statements, "company"));
        if (held.length) pieces.push([() => partCount(number), (open) => fold(number, `${number} ${own}`, () => partCount(number), open, ...held)]);
      }
      for (const thing of form.things.filter((x) => sectionOf(x) === chosen)) pieces.push([() => listCount(thing), (open) => listed(thing, open)]);
      // The first part that lacks something stands open, or the one part that there is.
      const first = pieces.length === 1 ? 0 : pieces.findIndex(([count]) => { const [done, all] = count(); return done < all; });
      const nodes = pieces.map(([, draw], index) => draw(index === first));
      const all = (open) => make("button", { type: "button", class: "quiet", text: open ? t("全部展开", "Open all") : t("全部收起", "Fold all"), onclick: () => { for (const node of holder.querySelectorAll("details.part")) folds[node.dataset.part] = node.open = open; } });
      if (pieces.length) parts.push(make("p", { class: "actions" }, all(true), all(false)));
      parts.push(...nodes);
      const at = form.sections.findIndex((s) => s.number === chosen), next = form.sections[at + 1];
      parts.push(make("p", { class: "actions" }, next ? make("button", { type: "button", text: t(`下一节：${next.number} ${next.title}`, `Next: ${next.number} ${next.title}`), onclick: () => show(next.number, true) }) : null));
    }
    holder.replaceChildren(...parts);
    byId("verdict").replaceChildren();
    steps();
    if (focus) { holder.focus(); if (chosen && byId("live").checked) judge(); }
  };
  const progress = (chosen) => {
    let all = 0, done = 0;
    const count = (held) => { all += 1; if (held) done += 1; };
    if (!chosen) { count(state.self.asOf); for (const field of form.company.filter((f) => !f.section)) count(state.facts[field.key] !== undefined); return [done, all]; }
    for (const field of form.company.filter((f) => f.section === chosen)) count(state.facts[field.key] !== undefined);
    for (const thing of form.things.filter((x) => sectionOf(x) === chosen)) { if (thing.mustBeComplete) count(state.complete[thing.link]); for (const item of things(thing.key)) for (const field of thing.fields.filter((f) => f.required)) count(item.facts[field.key] !== undefined); }
    for (const [kind, terms] of KINDS) for (const term of form[terms].filter((p) => !p.of && p.section === chosen)) count(state.statements[`${kind}:${term.key}`]);
    return [done, all];
  };
  const marks = {};
  const steps = () => { // built once: what is replaced while it is pressed loses its click
    const entries = [["", t("公司与文件", "Company and documents")], ...form.sections.map((s) => [s.number, `${s.number} ${s.title}`])];
    if (!Object.keys(marks).length) {
      byId("steps").replaceChildren(make("ol", { class: "steps" }, ...entries.map(([number, title]) => {
        const count = make("small"), bar = make("progress"), button = make("button", { type: "button", ...(number ? { lang: "zh-CN" } : {}), onclick: () => show(number, true) }, `${title} `, count);
        marks[number] = { count, bar, button };
        return make("li", {}, button, bar);
      })));
    }
    for (const [count, mark] of Object.values(counts)) mark.textContent = ratio(count());
    for (const [number, title] of entries) {
      const [done, all] = progress(number), { count, bar, button } = marks[number];
      count.textContent = all ? `${done}/${all}` : "";
      bar.max = Math.max(all, 1); bar.value = done; bar.setAttribute("aria-label", `${title} ${done}/${all}`);
      button.classList.toggle("quiet", number !== section);
      if (number === section) button.setAttribute("aria-current", "step"); else button.removeAttribute("aria-current");
    }
  };

  // --- to and from RDF ---------------------------------------------------------------------------------------------
  const typed = (field, value) => {
    const one = (v) => field.kind === "boolean" ? v === "true" : field.kind === "integer" ? (/^-?\d+$/.test(v) ? Number(v) : v) : v;
    return Array.isArray(value) ? value.map(one) : one(value);
  };
  const facts = (fields, held, ids) => {
    const body = {};
    for (const field of fields) {
      const value = held[field.key];
      if (value === undefined || value === "") continue;
      body[field.key] = field.kind === "reference" ? [].concat(value).map((v) => ids[v]).filter(Boolean) : typed(field, value);
    }
    return body;
  };
  // A month is a calendar month and a year twelve of them, counted from the last performance, as in the workbook.
  const days = (own) => {
    const count = Number(own.interval), months = { months: 1, years: 12 }[own.unit];
    if (!months) return count;
    const [year, month, day] = (own.last || "2000-01-01").split("-").map(Number);
    const at = month - 1 + Math.min(months * count, 1200), last = new Date(Date.UTC(year, at + 1, 0)).getUTCDate();
    return Math.round((Date.UTC(year, at, Math.min(day, last)) - Date.UTC(year, month - 1, day)) / 86_400_000);
  };
  const statements = (held) => {
    const body = { attestation: [], activity: [], retention: [] };
    for (const [key, own] of Object.entries(held)) {
      const [kind, about] = key.split(":");
      if (kind === "task") body.activity.push({ type: "Activity", about, ...(own.last ? { lastConductedOn: own.last } : {}), ...(own.interval ? { statedIntervalDays: days(own) } : {}), ...(own.holds ? { holds: own.holds === "true" } : {}) });
      else if (kind === "record") {
        if (own.unit === FOREVER) body.retention.push({ type: "Retention", about, periodYears: FOREVER_YEARS });
        else if (own.period) body.retention.push({ type: "Retention", about, [own.unit || "periodYears"]: Number(own.period) });
      }
      else {
        const evidence = (own.documents || []).map((n) => state.documents[n]).filter(Boolean).map((d) => ({ type: "Evidence", ...Object.fromEntries(Object.entries(d).filter(([, v]) => v)) }));
        body.attestation.push({ type: "Attestation", about, ...(own.holds ? { holds: own.holds === "true" } : {}), ...(evidence.length ? { evidence } : {}), ...(own.exception ? { exception: own.exception } : {}) });
      }
    }
    return Object.fromEntries(Object.entries(body).filter(([, v]) => v.length));
  };
  // What belongs to nothing can be held by nothing: it is not sent, and that is said.
  const homeless = () => form.things.filter((x) => x.owner).flatMap((thing) => things(thing.key).map((item, index) => [item, index]).filter(([item]) => !ownersOf(item).some((id) => things(thing.owner).some((x) => x.id === id))).map(([item, index]) => `${t(thing.label, thing.labelEn)} ${item.facts.name || index + 1}`));
  const warning = () => { const left = homeless(); return left.length ? t(`没有选“所属”，没有计入：${left.join("、")}`, `belongs to nothing, left out: ${left.join(", ")}`) : ""; };
  const described = () => {
    const company = state.self.company || `urn:x-uscc:${encodeURIComponent(state.facts.unifiedSocialCreditCode || "unnamed")}`;
    const ids = {};
    for (const thing of form.things) for (const item of things(thing.key)) ids[item.id] = item.iri || `${company}/form/${encodeURIComponent(item.id)}`;
    const bodies = {};
    for (const thing of form.things) for (const item of things(thing.key)) bodies[item.id] = { id: ids[item.id], type: thing.key, ...facts(thing.fields, item.facts, ids), ...statements(item.statements) };
    const body = { id: company, type: "Company", ...facts(form.company, state.facts, ids), ...statements(state.statements), listsAll: [] };
    for (const thing of form.things) {
      for (const item of things(thing.key)) {
        const holders = thing.owner ? ownersOf(item).map((id) => bodies[id]).filter(Boolean) : [body];
        // Told whole where it is held first; others that hold it name it.
        holders.forEach((holder, index) => (holder[thing.link] ||= []).push(index ? { id: ids[item.id] } : bodies[item.id]));
      }
      const complete = Boolean(state.complete[thing.link]);
      // Of what other things hold, these say that all is listed; the company only while there is none that could.
      if (complete && !(thing.listedByOwner && things(thing.owner).length)) body.listsAll.push(thing.link);
      if (thing.listedByOwner) for (const item of things(thing.owner)) if (complete || item.complete?.[thing.link]) (bodies[item.id].listsAll ||= []).push(thing.link);
    }
    return { "@context": form.context, id: `${company}/self-description`, type: "SelfDescription", conformsTo: form.conformsTo, claimedTier: tier, ...(state.self.asOf ? { asOf: state.self.asOf } : {}), ...(state.self.submitterRole ? { submitterRole: state.self.submitterRole } : {}), describes: body };
  };
  const read = (nodes) => {
    const about = {}; // a node may be told in several pieces
    for (const node of nodes) { const whole = (about[node["@id"]] ||= { "@id": node["@id"] }); for (const [key, value] of Object.entries(node)) if (key !== "@id") whole[key] = [...(whole[key] || []), ...[].concat(value)]; }
    const values = (node, iri) => (node?.[iri] || []).map((v) => v["@value"] !== undefined ? String(v["@value"]) : v["@id"]);
    const description = Object.values(about).find((node) => values(node, TYPE).concat(node["@type"] || []).includes(`${ZY}SelfDescription`));
    const company = about[values(description, `${ZY}describes`)[0]];
    const next = blank(), idOf = {}, lost = [], chosen = Object.fromEntries([...form.company, ...form.things.flatMap((x) => x.fields)].flatMap((f) => (f.choices || []).map((c) => [c.iri, c.key])));
    next.self = { company: company["@id"] };
    for (const key of ["asOf", "submitterRole"]) { const [v] = values(description, ZY + key); if (v) next.self[key] = v.slice(0, key === "asOf" ? 10 : 200); }
    const take = (fields, node) => { const held = {}; for (const field of fields) { let found = values(node, field.iri).map((v) => chosen[v] || idOf[v] || (field.kind === "date" ? v.slice(0, 10) : v)); if (found.length) held[field.key] = field.many ? found : found[0]; } return held; };
    const terms = Object.fromEntries(KINDS.flatMap(([kind, list_]) => form[list_].map((p) => [p.iri, [kind, p.key]])));
    // Two statements about one thing become one where they agree; what differs cannot stand here and is told.
    const merge = (held, key, found) => {
      const own = (held[key] ||= {});
      for (const [name, value] of Object.entries(found)) {
        if (name === "documents") own.documents = [...new Set([...(own.documents || []), ...value])];
        else if (name === "last" && own.last) own.last = [own.last, value].sort().at(-1);
        else if (own[name] !== undefined && own[name] !== value) lost.push(`${labels[key.split(":")[1]]}：${value}`);
        else own[name] = value;
      }
    };
    const labels = Object.fromEntries(KINDS.flatMap(([, list_]) => form[list_].map((p) => [p.key, t(p.label, p.labelEn)])));
    const say = (node) => {
      const held = {};
      for (const [link, reading] of [["attestation", (s) => {
        const own = {}; const [holds] = values(s, `${ZY}holds`), [exception] = values(s, `${ZY}exception`), evidence = values(s, `${ZY}evidence`);
        if (holds) own.holds = holds; if (exception) own.exception = exception;
        for (const iri of evidence) { const e = about[iri], d = { title: values(e, `${DC}title`)[0], identifier: values(e, `${DC}identifier`)[0], issued: values(e, `${DC}issued`)[0]?.slice(0, 10), responsibleRole: values(e, `${ZY}responsibleRole`)[0], sha256: values(e, `${ZY}sha256`)[0] }; const text = JSON.stringify(d); let at = next.documents.findIndex((x) => JSON.stringify(x) === text); if (at < 0) at = next.documents.push(d) - 1; (own.documents ||= []).push(String(at)); }
        return own; }], ["activity", (s) => { const own = {}; const last = values(s, `${ZY}lastConductedOn`).sort().at(-1), [days] = values(s, `${ZY}statedIntervalDays`), [holds] = values(s, `${ZY}holds`); if (last) own.last = last.slice(0, 10); if (days) own.interval = days; if (holds) own.holds = holds; return own; }], ["retention", (s) => { for (const unit of ["periodYears", "periodMonths", "periodDays"]) { const [v] = values(s, ZY + unit); if (v) return unit === "periodYears" && Number(v) === FOREVER_YEARS ? { unit: FOREVER } : { period: v, unit }; } return {}; }]]) {
        for (const iri of values(node, ZY + link)) { const term = terms[values(about[iri], `${ZY}about`)[0]]; if (term) merge(held, `${term[0]}:${term[1]}`, reading(about[iri])); }
      }
      return held;
    };
    const owners = { null: [[company, undefined]] };
    for (const thing of form.things) { owners[thing.key] = []; for (const [owner] of owners[thing.owner]) for (const iri of values(owner, thing.linkIri)) { if (!idOf[iri]) { idOf[iri] = `${thing.key}-${Object.keys(idOf).length + 1}`; } owners[thing.key].push([about[iri], idOf[owner["@id"]]]); } }
    for (const thing of form.things) {
      const held = {}; // a thing may be held by several
      for (const [node, owner] of owners[thing.key]) if (node) (held[node["@id"]] ||= { node, owners: [] }).owners.push(owner);
      next.things[thing.key] = Object.values(held).map(({ node, owners: all }) => ({ id: idOf[node["@id"]], iri: node["@id"], owner: all.length > 1 ? all : all[0], facts: take(thing.fields, node), statements: say(node) }));
    }
    next.facts = take(form.company, company);
    next.statements = say(company);
    // A list is complete where the company says so, or every owner does; else each owner's own word stands at its card.
    const listed = new Set(values(company, `${ZY}listsAll`));
    for (const thing of form.things) {
      const saying = (item) => values(about[item.iri], `${ZY}listsAll`).includes(thing.linkIri);
      const all = thing.owner ? next.things[thing.owner] : [];
      if (listed.has(thing.linkIri) || (all.length && all.every(saying))) next.complete[thing.link] = true;
      else for (const item of all.filter(saying)) item.complete = { ...item.complete, [thing.link]: true };
    }
    next.lost = lost;
    return next;
  };

  // --- the service -------------------------------------------------------------------------------------------------
  const failed = async (response) => { let text = `${response.status}`; try { const body = await response.json(); text = body.detail?.zh || body.detail || body.title?.zh || text; if (typeof text === "object") text = t(text.zh, text.en); const faults = body.faults || []; if (faults.length) text += `：${faults.slice(0, 3).map((f) => t(f.zh, f.en)).join("；")}`; } catch { /* no JSON */ } return text; };
  // A finding leads to the first empty field that its clause asks for, or to the first.
  const isEmpty = (node) => [...node.querySelectorAll("input,select")].every((x) => (x.type === "checkbox" ? !x.checked : !x.value || x.id.endsWith("-unit")));
  const lead = (number) => {
    const at = () => { const own = [...byId("section").querySelectorAll("[data-clauses]")].filter((node) => node.dataset.clauses.split(" ").includes(number)); return own.find(isEmpty) || own[0]; };
    return at() ? make("button", { type: "button", class: "quiet small", text: t(`前往填写 ${number}`, `Go to the field of ${number}`), onclick: () => { const node = at(); for (let up = node; up; up = up.parentElement) if (up.matches("details.part")) folds[up.dataset.part] = up.open = true; node.querySelector("input,select,button,summary")?.focus(); } }) : null;
  };
  const SHOWN = 12;
  const finding = (word) => (c) => make("li", {}, make("a", { href: `${base}clauses/${c.number}`, text: c.number }), make("span", { class: `tag ${c.outcome}`, text: word[c.outcome] }), ` ${t(c.findings[0]?.message.zh || c.text, c.findings[0]?.message.en || c.text)}`, c.remedy ? make("p", { class: "cure", text: `→ ${t(c.remedy.zh, c.remedy.en)}` }) : null, lead(c.number));
  const judge = async () => {
    if (!section) return;
    asking?.abort(); asking = new AbortController();
    const place = byId("verdict"); place.setAttribute("aria-busy", "true");
    try {
      const date = state.self.asOf ? `&date=${state.self.asOf}` : "";
      const response = await fetch(`${base}api/validate?tier=${tier}${date}`, { method: "POST", headers: { "Content-Type": "application/ld+json", Accept: "application/json" }, body: JSON.stringify(described()), signal: asking.signal });
      if (!response.ok) { place.replaceChildren(make("p", { role: "alert", text: `${t("还不能评定", "Cannot be judged yet")}：${await failed(response)}` })); return; }
      const verdict = (await response.json()).verdicts[0];
      const own = verdict.clauses.filter((c) => c.number.split(".")[1] === section);
      const order = ["violated", "undeclared", "manual", "satisfied", "not-applicable"];
      const word = { violated: t("不符合", "violated"), undeclared: t("未声明", "undeclared"), manual: t("需人工", "manual"), satisfied: t("符合", "satisfied"), "not-applicable": t("不适用", "not applicable") };
      const open = own.filter((c) => c.outcome !== "satisfied" && c.outcome !== "not-applicable").sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
      place.replaceChildren(
        warning() ? make("p", { role: "alert", text: warning() }) : "",
        make("p", { role: "status" }, make("strong", { text: `${t("全部条款", "All clauses")}：${verdict.statusLabel || verdict.status}` }), make("br"), `${t("本节：", "This section: ")}${order.map((o) => `${word[o]} ${own.filter((c) => c.outcome === o).length}`).join(" · ")}`),
        make("ul", { class: "findings" }, ...open.slice(0, SHOWN).map(finding(word))),
        open.length > SHOWN ? make("details", {}, make("summary", { text: t(`其余 ${open.length - SHOWN} 条`, `the other ${open.length - SHOWN}`) }), make("ul", { class: "findings" }, ...open.slice(SHOWN).map(finding(word)))) : "");
    } catch (error) { if (error.name !== "AbortError") place.replaceChildren(make("p", { role: "alert", text: t("服务没有答复，请稍后再试。", "The service did not answer; try again later.") })); } finally { place.removeAttribute("aria-busy"); }
  };
  const download = (blob, file) => { const link = make("a", { href: URL.createObjectURL(blob), download: file }); document.body.append(link); link.click(); link.remove(); setTimeout(() => URL.revokeObjectURL(link.href), 1000); };
  const save = async (format) => {
    const file = `${state.facts.name || t("自述", "self-description")}-${tier}.${format}`;
    const body = JSON.stringify(described(), null, 1);
    if (format === "jsonld") { download(new Blob([body], { type: "application/ld+json" }), file); said([t("已存", "saved"), warning()].filter(Boolean).join("；")); return; }
    const response = await fetch(`${base}api/template?tier=${tier}&format=${format}&renew=0${edition}`, { method: "POST", headers: { "Content-Type": "application/ld+json" }, body });
    if (!response.ok) { said(`${t("不能保存", "Cannot save")}：${await failed(response)}`); return; }
    download(await response.blob(), file); said([t("已存", "saved"), warning()].filter(Boolean).join("；"));
  };
  const openFile = async (file) => {
    const data = new FormData(); data.append("file", file);
    const response = await fetch(`${base}api/template?tier=${tier}&format=jsonld&renew=0${edition}`, { method: "POST", body: data });
    if (!response.ok) { said(`${t("不能打开", "Cannot open")}：${await failed(response)}`); return; }
    const { lost, ...opened } = read(await response.json());
    state = opened; changed(); show("", true);
    said(t(`已打开 ${file.name}`, `opened ${file.name}`) + (lost.length ? t(`；同一项有几种说法，本页只留一种，没有留下的：${lost.slice(0, 10).join("、")}`, `; said twice and differently, only one is kept here; left out: ${lost.slice(0, 10).join(", ")}`) : ""));
  };
  // What an earlier edition of this page kept: one document a practice, intervals in days.
  const renewed = (kept) => {
    for (const held of [kept.statements, ...Object.values(kept.things).flat().map((x) => x.statements)]) {
      for (const own of Object.values(held)) {
        if (own.document !== undefined) { own.documents = [own.document]; delete own.document; }
        if (own.days !== undefined) { own.interval = own.days; delete own.days; }
      }
    }
    return kept;
  };
  byId("judge").addEventListener("click", judge);
  byId("open").addEventListener("change", (event) => { const [file] = event.target.files; if (file) openFile(file).catch(() => said(t("不能打开此文件", "This file cannot be opened"))); });
  byId("clear").addEventListener("click", () => { if (confirm(t("清空浏览器中的这份自述？", "Clear this self-description from the browser?"))) { state = blank(); localStorage.removeItem(KEY); show(""); } });
  for (const button of root.querySelectorAll("[data-save]")) button.addEventListener("click", () => save(button.dataset.save).catch(() => said(t("不能保存", "Cannot save"))));
  fetch(`${base}api/form?tier=${tier}${edition}`).then((response) => response.json()).then((body) => {
    form = body;
    try { state = renewed({ ...blank(), ...JSON.parse(localStorage.getItem(KEY) || "{}") }); } catch { state = blank(); }
    root.hidden = false;
    show("");
  }).catch(() => { root.hidden = false; said(t("表没有取到，请刷新。", "The form could not be loaded; reload the page.")); });
})();

// What the two pictures share: SVG elements, and where the name of a thing leads.
const SVG = "http://www.w3.org/2000/svg";

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

export function icon(...paths) {
  const holder = document.createElement("div");
  holder.className = "plugin_icon";
  holder.append(svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, ...paths.map((d) => svg("path", { d }))));
  return holder;
}

export function local(iri) {
  return iri.replace("#", "/").split("/").pop() || iri;
}

// A thing of this graph has a page here; nothing leads to another host.
export function page(iri) {
  const found = /^https:\/\/w3id\.org\/zhiyin(\/id\/.+)$/.exec(iri);
  return found ? (document.documentElement.dataset.root || "/").replace(/\/$/, "") + found[1] : null;
}

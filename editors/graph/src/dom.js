// Elements of the page. Text is always put in as text: there is no way here to put in HTML.

/** An element with properties, attributes (with a dash or `role`), listeners (functions) and children. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else if (name.includes("-") || name === "role") element.setAttribute(name, String(value));
    else element[name] = value;
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A small drawing of a node, as it looks on the map. */
export function mark(node, colour) {
  const shape = node.kind === "note" ? "note" : node.kind === "term" ? "term" : "topic";
  const element = make("span", { className: `mark ${shape} ${node.standing ?? "plain"}`, "aria-hidden": "true" });
  element.style.setProperty("--own", colour);
  return element;
}

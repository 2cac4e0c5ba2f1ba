// What is read of one node: where it stands, what it says, and what it has to do with.
import { make, mark } from "./dom.js";
import { prose } from "./prose.js";

const STATES = {
  answered: "answered",
  "answered-by-children": "answered by its parts",
  partial: "answered in part",
  delegated: "answered elsewhere",
  stub: "put off",
  unanswered: "no answer yet",
  "empty-chapter": "nothing here yet",
};

/** Groups of neighbours: heading, kind, whether the edge leads from here. */
const GROUPS = [
  ["May be answered in", "answers", false],
  ["Likely answers", "answers", true],
  ["Part of", "contains", false],
  ["Parts", "contains", true],
  ["Links to", "links", true],
  ["Linked from", "links", false],
  ["Defines", "defines", true],
  ["Defined in", "defines", false],
  ["Related", "related", null],
  ["Mentions", "mentions", true],
  ["Mentioned in", "mentions", false],
];
const MOST = 8;

export class Panel {
  constructor(graph, hooks) {
    this.graph = graph;
    this.hooks = hooks;
    this.element = make("aside", { className: "panel", id: "panel", hidden: true, "aria-label": "Selected topic", tabIndex: -1 });
  }

  place(node) {
    return `${this.graph.files[node.file].path}:${node.line + 1}`;
  }

  close() {
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  show(node) {
    const { graph } = this;
    const kind = node.kind === "topic" && node.asks ? "question" : node.kind;
    const state = node.asks && node.state ? make("span", { className: `state ${node.standing}` }, STATES[node.state] ?? node.state) : null;
    const chapter = node.chapter && node.chapter !== node.title ? make("div", { className: "chapter" }, node.chapter) : null;
    const said = node.text ? prose(node.text) : node.standing === "open" ? make("p", { className: "nothing" }, "No answer is written yet.") : null;
    const parts = [
      make("div", { className: "bar" },
        make("span", { className: "kind" }, mark(node, this.hooks.colour(node)), kind),
        state,
        make("button", { type: "button", className: "close", title: "Close (Esc)", "aria-label": "Close", click: () => this.hooks.close() }, "×")),
      make("h2", { id: "panel-title" }, node.title),
      chapter,
      make("div", { className: "place" }, make("code", {}, this.place(node)), this.actions(node)),
      said,
      ...GROUPS.map((group) => this.group(node, ...group)),
    ];
    this.element.replaceChildren(...parts.filter(Boolean));
    this.element.hidden = false;
    this.element.scrollTop = 0;
  }

  actions(node) {
    const { host } = this.hooks;
    const file = graphFile(this.graph, node);
    if (host) {
      const open = () => host.postMessage({ type: "open", uri: file.href, line: node.line });
      return [make("button", { type: "button", className: "open", click: open }, "Open")];
    }
    const copy = make("button", { type: "button", className: "copy", click: async () => {
      copy.textContent = (await copied(this.place(node))) ? "Copied" : "Select and copy it";
      setTimeout(() => (copy.textContent = "Copy"), 1400);
    } }, "Copy");
    const href = safe(file.href);
    return [copy, href ? make("a", { className: "open", href, target: "_blank", rel: "noopener noreferrer" }, "Open file") : null];
  }

  group(node, heading, kind, outwards) {
    const { graph } = this;
    const seen = new Set();
    const edges = graph.around[node.at].filter((edge) => edge.kind === kind && (outwards === null || (edge.from === node.at) === outwards));
    const others = edges
      .map((edge) => [graph.nodes[edge.from === node.at ? edge.to : edge.from], edge])
      .filter(([other]) => !seen.has(other) && seen.add(other));
    if (others.length === 0) return null;
    // Parts as they stand, all else by weight.
    if (kind !== "contains") others.sort(([a, x], [b, y]) => y.weight - x.weight || a.at - b.at);
    const list = make("ul");
    const add = (some) => some.forEach(([other, edge]) => list.append(make("li", {}, this.line(node, other, edge))));
    add(others.slice(0, MOST));
    if (others.length > MOST) {
      const more = make("button", { type: "button", className: "more", click: () => {
        more.parentElement.remove();
        add(others.slice(MOST));
      } }, `${others.length - MOST} more`);
      list.append(make("li", {}, more));
    }
    return make("section", { className: `group ${kind}` }, make("h3", {}, heading, make("span", { className: "count" }, String(others.length))), list);
  }

  line(node, other, edge) {
    const times = (edge.kind === "mentions" || edge.kind === "links") && edge.weight > 1 ? `${edge.weight} times` : null;
    const where = other.file !== node.file && other.kind !== "note" ? this.graph.files[other.file].path : null;
    const why = [...edge.why, times, where].filter(Boolean).join(" · ");
    return make("button", { type: "button", className: "to", click: () => this.hooks.select(other) },
      mark(other, this.hooks.colour(other)),
      make("span", { className: "name" }, other.title || other.id),
      why ? make("span", { className: "why" }, why) : null);
  }
}

function graphFile(graph, node) {
  return graph.files[node.file];
}

/** An address that leads to a file or page and runs nothing. */
function safe(href) {
  if (!href) return null;
  try {
    const { protocol } = new URL(href, location.href);
    return ["file:", "http:", "https:"].includes(protocol) ? href : null;
  } catch {
    return null;
  }
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

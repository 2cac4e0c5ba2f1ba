// The page of `studymark graph`.
import { arrange } from "./arrange.js";
import { colours } from "./colours.js";
import { make, mark } from "./dom.js";
import { Map2D } from "./map.js";
import { read } from "./model.js";
import { Panel } from "./panel.js";
import { find, index } from "./search.js";

const graph = read(document);
const host = typeof acquireVsCodeApi === "function" ? acquireVsCodeApi() : null;
const entries = index(graph.nodes, graph.files);
const filter = { state: "all", region: "all", hidden: new Set(), ties: new Set() };
let shades = null;
let listed = [];
let active = -1;

const asked = graph.nodes.filter((node) => node.standing);
const counts = {
  all: graph.nodes.length,
  open: asked.filter((node) => node.standing === "open").length,
  stub: asked.filter((node) => node.standing === "stub").length,
  answered: asked.filter((node) => node.standing === "answered").length,
};

/** The files or chapters that can be chosen, by what is in them. */
function fits(node) {
  if (filter.state !== "all" && node.standing !== filter.state) return false;
  if (filter.region === "all") return true;
  return node.region === filter.region;
}

const hooks = {
  shows: (node) => (filter.hidden.has(node.kind) ? 0 : fits(node) ? 2 : 1),
  showsEdge: (edge) => !filter.ties.has(edge.kind),
  covered: () => ({
    left: innerWidth > 760 && !side.classList.contains("closed") ? side.offsetWidth + 12 : 0,
    right: innerWidth > 760 && !panel.element.hidden ? panel.element.offsetWidth + 12 : 0,
    bottom: innerWidth <= 760 && !panel.element.hidden ? panel.element.offsetHeight : 0,
  }),
  click: (node) => select(node, false),
};

const panel = new Panel(graph, { host, select: (node) => select(node, true), close: () => select(null), colour });

function colour(node) {
  if (!shades) return "gray";
  if (node.kind === "term") return shades.term;
  return node.kind === "note" ? shades.deep[node.region] : node.standing ? shades.strong[node.region] : shades.soft[node.region];
}

// The side: searching, filters that are the legend too.
const input = make("input", {
  type: "search",
  id: "search",
  placeholder: "Search  ( / )",
  autocomplete: "off",
  spellcheck: false,
  role: "combobox",
  "aria-label": "Search notes, topics and terms",
  "aria-expanded": "false",
  "aria-controls": "results",
  "aria-autocomplete": "list",
  input: () => list(),
  keydown: keysInSearch,
});
const results = make("ul", { id: "results", role: "listbox", "aria-label": "Found", hidden: true });
const tally = make("div", { id: "tally", role: "status", "aria-live": "polite" });
const progress = make("div", { id: "progress", role: "status" });
const stage = make("div", { id: "map", tabIndex: 0, role: "application", "aria-label": "Map of notes, topics and terms. Arrow keys move it, + and - zoom, 0 shows all, n and p go through what is unanswered." });

const side = make("nav", { id: "side", "aria-label": "Search and filters" },
  make("header", {},
    make("h1", {}, graph.name),
    make("p", { className: "sum" }, `${count(graph.files.length, "note")} · ${count(graph.nodes.filter((node) => node.kind === "topic").length, "topic")} · ${count(graph.nodes.filter((node) => node.kind === "term").length, "term")}`)),
  make("div", { className: "find" }, input),
  states(),
  tally,
  results,
  make("div", { className: "filters" }, regions(), kinds(), ties(), keys()));

const app = document.getElementById("app");
const toggle = make("button", { type: "button", id: "toggle", title: "Hide or show search and filters", "aria-label": "Search and filters", "aria-expanded": "true", "aria-controls": "side", click: () => {
  const closed = side.classList.toggle("closed");
  toggle.setAttribute("aria-expanded", String(!closed));
} }, "☰");
const tools = make("div", { id: "tools" },
  make("button", { type: "button", title: "Zoom in (+)", "aria-label": "Zoom in", click: () => map.zoomBy(1.4) }, "+"),
  make("button", { type: "button", title: "Zoom out (-)", "aria-label": "Zoom out", click: () => map.zoomBy(1 / 1.4) }, "−"),
  make("button", { type: "button", title: "Show all (0)", "aria-label": "Show all", click: () => map.fit() }, "⤢"));
app.replaceChildren(stage, side, toggle, panel.element, tools, progress);
if (innerWidth <= 760) toggle.click();

const map = new Map2D(stage, graph, hooks);

function count(number, word) {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

function states() {
  const choice = (value, text) => make("label", { className: `chip ${value}` },
    make("input", { type: "radio", name: "state", value, checked: value === "all", change: () => {
      filter.state = value;
      refresh();
    } }),
    make("span", {}, text, value === "all" ? null : make("b", {}, String(counts[value]))));
  const choices = [choice("all", "All"), choice("open", "Unanswered"), counts.stub ? choice("stub", "Put off") : null, choice("answered", "Answered")];
  return make("fieldset", { className: "states" }, make("legend", {}, "Questions"), choices);
}

function regions() {
  if (graph.regions.length < 2) return null;
  const choice = (value, of) => {
    const share = of && of.asked ? make("span", { className: "share", title: `${of.answered} of ${of.asked} questions answered` }, `${of.answered}/${of.asked}`) : null;
    const dot = make("span", { className: "dot", "aria-hidden": "true" });
    if (of) dot.dataset.region = String(of.at);
    return make("label", { className: "region" },
      make("input", { type: "radio", name: "region", value: String(value), checked: value === "all", change: () => {
        filter.region = value;
        refresh();
        if (value !== "all" || map.touched) map.fit(450);
      } }),
      dot,
      make("span", { className: "name", title: of ? `${graph.files[of.file].path}${of.chapter ? ` › ${of.chapter}` : ""}` : "" }, of ? of.title : "Everywhere"),
      share);
  };
  const order = graph.regions.filter((of) => of.topics > 0 || of.chapter === null && graph.nodes.some((node) => node.region === of.at && node.children === 0));
  return make("fieldset", { className: "regions" }, make("legend", {}, "Notes and chapters"),
    make("div", { className: "scroll" }, choice("all", null), order.map((of) => choice(of.at, of))));
}

function switches(legend, names, hidden, sample) {
  return make("fieldset", { className: "switches" }, make("legend", {}, legend), names.map(([name, text, number]) => make("label", { className: "switch" },
    make("input", { type: "checkbox", checked: true, value: name, change: (event) => {
      if (event.target.checked) hidden.delete(name);
      else hidden.add(name);
      refresh();
    } }), sample(name), make("span", { className: "name" }, text), make("span", { className: "count" }, String(number)))));
}

function kinds() {
  const number = (kind) => graph.nodes.filter((node) => node.kind === kind).length;
  const names = [["note", "Notes"], ["topic", "Topics"], ["term", "Terms"]].map(([kind, text]) => [kind, text, number(kind)]).filter(([, , all]) => all > 0);
  return switches("Shown", names, filter.hidden, (kind) => mark({ kind, standing: null }, "var(--ink-soft)"));
}

function ties() {
  const number = (kind) => graph.edges.filter((edge) => edge.kind === kind).length;
  const text = { contains: "holds", links: "links to", defines: "defines", mentions: "mentions", related: "shares rare words", answers: "likely answers" };
  const names = graph.ties.map((kind) => [kind, text[kind], number(kind)]).filter(([, , all]) => all > 0);
  return switches("Lines", names, filter.ties, (kind) => make("span", { className: `line ${kind}`, "aria-hidden": "true" }));
}

function keys() {
  const key = (name, does) => make("li", {}, make("kbd", {}, name), ` ${does}`);
  return make("details", { className: "keys" }, make("summary", {}, "Keys"),
    make("ul", {}, key("/", "search"), key("↑ ↓ Enter", "choose what was found"), key("n p", "next, previous unanswered"), key("+ − 0", "zoom, show all"), key("Esc", "close, clear")));
}

/** What is listed: what was searched for, or what the filters leave. */
function list() {
  const query = input.value;
  const keeps = (node) => hooks.shows(node) === 2;
  const all = query.trim()
    ? find(entries, query, keeps)
    : filter.state !== "all" || filter.region !== "all" ? graph.nodes.filter((node) => keeps(node) && node.kind !== "term") : [];
  listed = all.slice(0, 200);
  active = query.trim() && listed.length ? 0 : -1;
  const told = query.trim() || filter.state !== "all" || filter.region !== "all";
  tally.textContent = told ? (all.length ? `${all.length} found${all.length > listed.length ? `, ${listed.length} listed` : ""}` : "nothing found") : "";
  results.replaceChildren(...listed.map((node, at) => make("li", {
    id: `result-${at}`,
    role: "option",
    "aria-selected": String(at === active),
    click: () => select(node, true),
  }, mark(node, colour(node)), make("span", { className: "name" }, node.title || node.id), make("span", { className: "where" }, node.kind === "note" ? graph.files[node.file].path : node.chapter ?? graph.files[node.file].path))));
  results.hidden = listed.length === 0;
  side.classList.toggle("listing", listed.length > 0);
  input.setAttribute("aria-expanded", String(listed.length > 0));
  point();
  map.rings = query.trim() ? listed.slice(0, 60) : [];
  map.drawTop();
}

function point() {
  [...results.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
  if (active >= 0) {
    input.setAttribute("aria-activedescendant", `result-${active}`);
    results.children[active].scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

function keysInSearch(event) {
  if (event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
  if (step && listed.length) {
    event.preventDefault();
    active = active < 0 ? 0 : Math.max(0, Math.min(listed.length - 1, active + step));
    point();
  } else if (event.key === "Enter" && listed.length) {
    event.preventDefault();
    select(listed[Math.max(0, active)], true);
  }
}

function refresh() {
  list();
  map.draw();
}

function select(node, move) {
  map.selected = node;
  if (node) {
    panel.show(node);
    if (move) map.centre(node);
  } else panel.close();
  map.drawTop();
}

/** Goes through what is unanswered, in the order of the notes. */
function unanswered(step) {
  const open = graph.nodes.filter((node) => node.standing === "open" || node.standing === "stub");
  if (open.length === 0) return;
  const at = map.selected ? map.selected.at : step > 0 ? -1 : graph.nodes.length;
  const next = step > 0 ? open.find((node) => node.at > at) ?? open[0] : open.findLast((node) => node.at < at) ?? open[open.length - 1];
  select(next, true);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const types = event.target instanceof HTMLInputElement && event.target.type === "search";
  if (event.key === "Escape") {
    if (!panel.element.hidden) select(null);
    else if (input.value || filter.state !== "all" || filter.region !== "all") reset();
    else input.blur();
    return;
  }
  if (types) return;
  const pans = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
  if (pans && event.target === stage) map.pan(...pans);
  else if (event.key === "/") {
    if (side.classList.contains("closed")) toggle.click();
    input.focus();
    input.select();
  } else if (event.key === "+" || event.key === "=") map.zoomBy(1.4);
  else if (event.key === "-") map.zoomBy(1 / 1.4);
  else if (event.key === "0") map.fit();
  else if (event.key === "n" || event.key === "p") unanswered(event.key === "n" ? 1 : -1);
  else return;
  event.preventDefault();
});

function reset() {
  input.value = "";
  filter.state = "all";
  filter.region = "all";
  for (const radio of side.querySelectorAll('input[type="radio"]')) radio.checked = radio.value === "all";
  refresh();
}

function paint() {
  shades = colours(graph.regions);
  map.colours = shades;
  for (const dot of side.querySelectorAll(".dot[data-region]")) dot.style.setProperty("--own", shades.strong[Number(dot.dataset.region)]);
  list();
  if (map.selected) panel.show(map.selected);
  map.draw();
}
for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) matchMedia(query).addEventListener("change", paint);
new MutationObserver(paint).observe(document.body, { attributes: true, attributeFilter: ["class"] });
paint();

const begun = performance.now();
arrange(graph, (at, done) => {
  graph.nodes.forEach((node, index) => {
    node.x = at[index * 2];
    node.y = at[index * 2 + 1];
  });
  progress.textContent = done < 1 ? `placing ${Math.round(done * 100)} %` : "";
  if (map.touched) map.draw();
  else map.fit(0);
  if (done === 1) {
    document.documentElement.dataset.placed = String(Math.round(performance.now() - begun));
  }
});

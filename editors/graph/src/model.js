// What the page shows: nodes with their neighbours, regions with their colours. Everything from notes is data.

/** @typedef {{id:string,title:string,kind:string,file:number,line:number,chapter:string|null,state:string|null,asks:boolean,
 *   text:string,at:number,region:number,parent:number,children:number,degree:number,size:number,x:number,y:number}} Node */

const OPEN = new Set(["unanswered", "empty-chapter"]);

/** `open`, `stub` or `answered` for what asks; null for what does not. */
export function standing(node) {
  if (!node.asks) return null;
  if (OPEN.has(node.state)) return "open";
  return node.state === "stub" ? "stub" : "answered";
}

export function read(document) {
  const data = merged(JSON.parse(document.getElementById("graph").textContent));
  const nodes = data.nodes.map((n, at) => ({
    at,
    id: n.i,
    title: n.t,
    kind: data.kinds[n.k],
    file: n.f,
    line: n.l,
    chapter: n.c === undefined ? null : data.chapters[n.c],
    state: n.s ?? null,
    asks: n.q === true,
    text: n.x ?? "",
    region: 0,
    parent: -1,
    children: 0,
    degree: 0,
    size: 0,
    x: 0,
    y: 0,
  }));
  for (const node of nodes) node.standing = standing(node);
  const edges = data.edges.map(([from, to, kind, weight, why], at) => ({ at, from, to, kind: data.ties[kind], weight, why }));
  const around = nodes.map(() => []);
  for (const edge of edges) {
    around[edge.from].push(edge);
    around[edge.to].push(edge);
    if (edge.kind === "contains") {
      nodes[edge.to].parent = edge.from;
      nodes[edge.from].children += 1;
    } else {
      nodes[edge.from].degree += 1;
      nodes[edge.to].degree += 1;
    }
  }
  const regions = divide(data, nodes);
  for (const node of nodes) node.size = size(node);
  return { name: data.files.length === 1 ? nodes[0].title : data.name, root: data.root, files: data.files, nodes, edges, around, regions, kinds: data.kinds, ties: data.ties };
}

/** The heading that names its note and holds all others is shown as the note: both would stand beside each other everywhere. */
function merged(data) {
  const [NOTE, CONTAINS] = [data.kinds.indexOf("note"), data.ties.indexOf("contains")];
  const held = data.nodes.map(() => []);
  for (const [from, to, kind] of data.edges) if (kind === CONTAINS) held[from].push(to);
  const into = data.nodes.map((_, at) => at);
  data.nodes.forEach((node, at) => {
    if (node.k !== NOTE || held[at].length !== 1) return;
    const title = data.nodes[held[at][0]];
    if (title.q) return;
    into[held[at][0]] = at;
    node.t = title.t || node.t;
    node.l = title.l;
    node.x = [node.x, title.x].filter(Boolean).join("\n\n");
  });
  const kept = data.nodes.map((_, at) => at).filter((at) => into[at] === at);
  const number = new Map(kept.map((at, index) => [at, index]));
  const edges = new Map();
  for (const [from, to, kind, weight, why] of data.edges) {
    const [one, other] = [number.get(into[from]), number.get(into[to])];
    const key = `${one} ${other} ${kind}`;
    if (one === other) continue;
    if (edges.has(key)) edges.get(key)[3] += weight;
    else edges.set(key, [one, other, kind, weight, why]);
  }
  return { ...data, nodes: kept.map((at) => data.nodes[at]), edges: [...edges.values()] };
}

/** Regions: the chapters of a note that has several, otherwise the note. */
function divide(data, nodes) {
  const chapterOf = (node) => node.chapter ?? (node.kind === "topic" ? node.title : null);
  const chapters = data.files.map(() => new Map());
  for (const node of nodes) {
    if (node.kind !== "topic") continue;
    const of = chapters[node.file];
    const title = chapterOf(node);
    of.set(title, (of.get(title) ?? 0) + 1);
  }
  const LEAST = 4;
  const stems = data.files.map(() => "");
  for (const node of nodes) if (node.kind === "note") stems[node.file] = node.title;
  const times = new Map();
  for (const stem of stems) times.set(stem, (times.get(stem) ?? 0) + 1);
  const called = (file) => (times.get(stems[file]) > 1 ? data.files[file].path : stems[file]);
  const regions = [];
  const known = new Map();
  const region = (file, chapter) => {
    const key = `${file}\n${chapter ?? ""}`;
    if (!known.has(key)) {
      known.set(key, regions.length);
      regions.push({ at: regions.length, file, chapter, title: chapter ?? called(file), nodes: 0, topics: 0, asked: 0, answered: 0, hue: 0 });
    }
    return known.get(key);
  };
  for (const node of nodes) {
    const of = chapters[node.file];
    const title = chapterOf(node);
    // A chapter of few topics in a note of many is a region of its own only when the note has no more than a dozen.
    const divided = of.size > 1 && (of.size <= 12 || (of.get(title) ?? 0) >= LEAST);
    node.region = region(node.file, divided && title !== null && of.has(title) ? title : null);
    const its = regions[node.region];
    its.nodes += 1;
    its.topics += node.kind === "topic" ? 1 : 0;
    if (node.standing) {
      its.asked += 1;
      its.answered += node.standing === "answered" ? 1 : 0;
    }
  }
  // Neighbouring hues go to regions far apart in size, so that the large ones differ most.
  const bySize = [...regions].sort((a, b) => b.nodes - a.nodes || a.at - b.at);
  bySize.forEach((of, rank) => (of.hue = (255 + rank * 137.508) % 360));
  return regions;
}

function size(node) {
  if (node.kind === "note") return 7 + Math.min(7, Math.sqrt(node.children + node.degree));
  if (node.kind === "term") return 3 + Math.min(6, Math.sqrt(node.degree) * 0.8);
  return 3.2 + Math.min(8, Math.sqrt(node.children * 1.6 + node.degree * 0.7));
}

// Where nodes stand. The same graph gets the same places: nothing here depends on time or chance.
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";

const PULL = { contains: 0.75, links: 0.05, defines: 0.22, mentions: 0.012, related: 0.012, answers: 0.06 };
const REACH = { contains: 26, links: 90, defines: 34, mentions: 110, related: 100, answers: 80 };

/** First places: files on a spiral, the largest in the middle; in a file each topic near what holds it. */
export function begin(nodes, files) {
  const count = new Array(files).fill(0);
  for (const node of nodes) count[node.file] += 1;
  const order = count.map((_, file) => file).sort((a, b) => count[b] - count[a] || a - b);
  const centre = new Array(files);
  let area = 0;
  order.forEach((file, rank) => {
    const own = count[file] * 900;
    const radius = rank === 0 ? 0 : Math.sqrt((area + own / 2) / Math.PI) * 1.25;
    area += own;
    const angle = rank * 2.399963;
    centre[file] = [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  const children = nodes.map(() => []);
  nodes.forEach((node, at) => node.parent >= 0 && children[node.parent].push(at));
  const placed = new Array(nodes.length).fill(false);
  const weight = new Array(nodes.length).fill(1);
  for (let at = nodes.length - 1; at >= 0; at--) if (nodes[at].parent >= 0) weight[nodes[at].parent] += weight[at];
  // Each takes a part of the circle around what holds it, as wide as what it holds itself.
  const spread = (at, from, to, ring) => {
    let angle = from;
    const all = weight[at] - 1;
    for (const child of children[at]) {
      const wide = ((to - from) * weight[child]) / all;
      const middle = angle + wide / 2;
      const reach = ring * Math.sqrt(weight[child] + all / 6);
      nodes[child].x = nodes[at].x + Math.cos(middle) * reach;
      nodes[child].y = nodes[at].y + Math.sin(middle) * reach;
      placed[child] = true;
      stack.push([child, angle - 0.4, angle + wide + 0.4, ring * 0.9]);
      angle += wide;
    }
  };
  const stack = [];
  const inFile = new Array(files).fill(0);
  nodes.forEach((node, at) => {
    if (node.parent >= 0) return;
    const [x, y] = centre[node.file];
    const number = inFile[node.file]++;
    const angle = number * 2.399963 + node.file;
    const radius = number === 0 ? 0 : 14 * Math.sqrt(number);
    node.x = x + radius * Math.cos(angle);
    node.y = y + radius * Math.sin(angle);
    placed[at] = true;
    stack.push([at, node.file, node.file + Math.PI * 2, 16]);
  });
  while (stack.length) spread(...stack.pop());
}

/** How many nodes are too many to take pains with each. */
const MANY = 2000;

/** How many steps: fewer for large graphs, which begin near where they end. */
export function steps(count) {
  return Math.round(Math.min(320, Math.max(70, 320 - count / 16)));
}

/** One step. Of many nodes only the last steps keep each from lying over another: that costs as much as all else. */
export function step(running, number) {
  const count = running.nodes().length;
  if (count > MANY && number === steps(count) - 20) running.force("collide", apart());
  running.tick();
}

const apart = () => forceCollide((node) => node.size + 4).iterations(1);

export function simulation(nodes, edges) {
  const gather = Math.max(0.012, 0.05 - nodes.length / 100000);
  const degree = new Array(nodes.length).fill(0);
  for (const edge of edges) {
    degree[edge.source] += 1;
    degree[edge.target] += 1;
  }
  const strength = (edge) => {
    const pull = PULL[edge.kind];
    if (edge.kind === "contains") return pull / (1 + Math.log2(1 + nodes[edge.source.index].children) / 6);
    // What joins notes must not draw them into one heap.
    const apart = nodes[edge.source.index].file === nodes[edge.target.index].file ? 1 : 0.35;
    return (pull * apart) / Math.max(1, Math.sqrt(Math.min(degree[edge.source.index], degree[edge.target.index]) / 3));
  };
  const reach = (edge) =>
    REACH[edge.kind] + (edge.kind === "contains" ? 2.2 * Math.sqrt(nodes[edge.source.index].children) * 3 : 0);
  const many = nodes.length > MANY;
  const running = forceSimulation(nodes)
    .force("link", forceLink(edges).distance(reach).strength(strength))
    .force("charge", forceManyBody().strength((node) => (node.parent < 0 && node.children > 0 ? -140 : -20) - node.size * 9).theta(many ? 1.3 : 0.95).distanceMax(many ? 420 : 900))
    .force("x", forceX().strength(gather))
    .force("y", forceY().strength(gather))
    .alphaDecay(1 - Math.pow(0.002, 1 / steps(nodes.length)))
    .stop();
  return many ? running : running.force("collide", apart());
}

/** What the layout needs of nodes and edges. */
export function outline(nodes, edges) {
  return {
    nodes: nodes.map(({ parent, children, size, file }) => ({ parent, children, size, file })),
    edges: edges.map(({ from, to, kind }) => ({ source: from, target: to, kind })),
  };
}

export function places(nodes) {
  const out = new Float32Array(nodes.length * 2);
  nodes.forEach((node, at) => {
    out[at * 2] = node.x;
    out[at * 2 + 1] = node.y;
  });
  return out;
}

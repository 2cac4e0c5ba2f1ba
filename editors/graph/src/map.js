// The map: three canvases, one for nodes and edges, one for names, one for what is looked at.
//
// Only what changed is drawn: pointing at a node draws the last one, and the others step back.

const TAU = Math.PI * 2;
const LEAST_ZOOM = 0.02;
const MOST_ZOOM = 12;
/** With more lines than this only some are drawn while the view moves. */
const MOST_MOVING = 700;
const LONG = new Set(["mentions", "related", "links"]);
const LINES_AT_ONCE = 4;
const NODES_AT_ONCE = 8;
/** In this order edges lie over each other. */
const ORDER = ["mentions", "related", "contains", "links", "defines", "answers"];
const WIDTH = { contains: 1, links: 1.4, defines: 1, mentions: 0.7, related: 0.8, answers: 1.8 };
const DASH = { related: [5, 4], mentions: [1.5, 3] };

export class Map2D {
  /** `shows(node)` is 2 for what is shown, 1 for what steps back, 0 for what is hidden. */
  constructor(host, graph, hooks) {
    this.host = host;
    this.graph = graph;
    this.hooks = hooks;
    this.layers = ["ground", "names", "top"].map((name) => {
      const canvas = document.createElement("canvas");
      canvas.className = `layer ${name}`;
      canvas.setAttribute("aria-hidden", "true");
      host.append(canvas);
      return canvas;
    });
    this.view = { x: 0, y: 0, zoom: 1 };
    this.widths = new Map();
    this.hovered = null;
    this.selected = null;
    this.rings = [];
    this.touched = false;
    this.wanted = { ground: false, top: false };
    this.byImportance = [...graph.nodes].sort((a, b) => weight(b) - weight(a) || a.at - b.at);
    this.resize();
    new ResizeObserver(() => this.resize()).observe(host);
    this.listen();
  }

  resize() {
    const { clientWidth, clientHeight } = this.host;
    const before = this.width;
    this.width = clientWidth;
    this.height = clientHeight;
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    for (const canvas of this.layers) {
      canvas.width = Math.round(clientWidth * this.ratio);
      canvas.height = Math.round(clientHeight * this.ratio);
    }
    if (before !== undefined && !this.touched) this.fit(0);
    this.draw();
  }

  /** Draws everything with the next frame. */
  draw() {
    this.wanted.ground = true;
    this.drawTop();
  }

  drawTop() {
    this.wanted.top = true;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      const wanted = this.wanted;
      this.wanted = { ground: false, top: false };
      if (!this.colours) return;
      if (wanted.ground) {
        this.paintGround();
        this.paintNames();
      }
      if (wanted.top) this.paintTop();
    });
  }

  /** Draws while the view moves: of very many lines only those that hold, the others when it rests. */
  drawMoving() {
    this.moves = true;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      this.moves = false;
      this.draw();
    }, 140);
    this.draw();
  }

  clear(layer) {
    const canvas = this.layers[layer];
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    return context;
  }

  onScreen(node) {
    const { x, y, zoom } = this.view;
    return [(node.x - x) * zoom + this.width / 2, (node.y - y) * zoom + this.height / 2];
  }

  radius(node) {
    // Nodes grow slower than distances, so that zooming in makes room.
    return Math.max(1.1, node.size * Math.pow(this.view.zoom, 0.62) * (node.standing === "open" || node.standing === "stub" ? 1.1 : 1));
  }

  /** Whether a circle can be seen. */
  seen(x, y, reach) {
    return x > -reach && y > -reach && x < this.width + reach && y < this.height + reach;
  }

  paintGround() {
    const context = this.clear(0);
    const { nodes, edges } = this.graph;
    const { zoom } = this.view;
    const shows = this.hooks.shows;
    const state = nodes.map(shows);
    const at = nodes.map((node) => this.onScreen(node));
    let crossing = 0;
    const byKind = Object.fromEntries(ORDER.map((kind) => [kind, []]));
    for (const edge of edges) {
      if (!this.hooks.showsEdge(edge) || state[edge.from] === 0 || state[edge.to] === 0) continue;
      const [x1, y1] = at[edge.from];
      const [x2, y2] = at[edge.to];
      // What only passes by says nothing of what is looked at.
      if (!this.seen(x1, y1, 10) && !this.seen(x2, y2, 10)) continue;
      byKind[edge.kind].push(edge);
      crossing += 1;
    }
    // Of many lines the long ones step back: they hide what they cross.
    const far = (edge) => crossing > 150 && LONG.has(edge.kind) && Math.hypot(at[edge.from][0] - at[edge.to][0], at[edge.from][1] - at[edge.to][1]) > 420;
    const hurried = this.moves && crossing > MOST_MOVING;
    // Where there are many lines each is fainter, so that nodes and what holds them stay to be seen.
    const crowd = (most, number) => Math.min(1, Math.sqrt(most / Math.max(1, number)));
    for (const kind of ORDER) {
      if (byKind[kind].length === 0 || (hurried && kind !== "contains")) continue;
      context.strokeStyle = this.colours.edges[kind];
      context.lineWidth = WIDTH[kind] * Math.min(1.6, Math.max(0.6, Math.sqrt(zoom)));
      const quiet = kind === "mentions" || kind === "related" ? 0.25 : kind === "links" ? 0.3 : 0.5;
      const strength = Math.max(quiet, crowd(kind === "links" ? 40 : 300, byKind[kind].length)) * (kind === "links" ? 0.85 : 1);
      for (const shown of [1, 2]) {
        const some = byKind[kind].filter((edge) => (state[edge.from] === 2 && state[edge.to] === 2 && !far(edge)) === (shown === 2));
        if (some.length === 0) continue;
        context.globalAlpha = (shown === 2 ? 1 : 0.22) * strength;
        // Dashes cost; where there are many lines they say nothing.
        context.setLineDash(some.length < 40 && zoom > 0.35 ? (DASH[kind] ?? []) : []);
        // A path of very many lines costs far more than many paths of a few.
        for (let first = 0; first < some.length; first += LINES_AT_ONCE) {
          context.beginPath();
          for (const edge of some.slice(first, first + LINES_AT_ONCE)) this.line(context, ...at[edge.from], ...at[edge.to]);
          context.stroke();
        }
      }
    }
    context.setLineDash([]);
    // One path for each look of nodes.
    const looks = new Map();
    nodes.forEach((node, index) => {
      if (state[index] === 0) return;
      const [x, y] = at[index];
      const radius = this.radius(node);
      if (!this.seen(x, y, radius + 4)) return;
      const key = `${state[index]}|${this.look(node)}`;
      if (!looks.has(key)) looks.set(key, []);
      looks.get(key).push(node, x, y, radius);
    });
    for (const [key, list] of [...looks].sort(([a], [b]) => (a < b ? -1 : 1))) {
      context.globalAlpha = key.startsWith("2") ? 1 : 0.16;
      for (let first = 0; first < list.length; first += 4 * NODES_AT_ONCE) {
        context.beginPath();
        const end = Math.min(list.length, first + 4 * NODES_AT_ONCE);
        for (let n = first; n < end; n += 4) this.outline(context, list[n], list[n + 1], list[n + 2], list[n + 3]);
        this.fill(context, list[first], list[first + 3]);
      }
    }
    context.globalAlpha = 1;
  }

  /** The part of a line that can be seen: what lies far outside costs as much as what does not. */
  line(context, x1, y1, x2, y2) {
    const [dx, dy] = [x2 - x1, y2 - y1];
    let [from, to] = [0, 1];
    for (const [along, start, end] of [[dx, -20 - x1, this.width + 20 - x1], [dy, -20 - y1, this.height + 20 - y1]]) {
      if (along === 0) {
        if (start > 0 || end < 0) return;
        continue;
      }
      const [one, other] = [start / along, end / along];
      from = Math.max(from, Math.min(one, other));
      to = Math.min(to, Math.max(one, other));
    }
    if (from >= to) return;
    context.moveTo(x1 + dx * from, y1 + dy * from);
    context.lineTo(x1 + dx * to, y1 + dy * to);
  }

  look(node) {
    if (node.standing === "open" || node.standing === "stub") return node.standing;
    if (node.kind === "term") return "term";
    return `${node.kind === "note" ? "note" : node.standing ?? "plain"}${node.region}`;
  }

  outline(context, node, x, y, radius) {
    if (node.kind === "note") {
      context.roundRect(x - radius, y - radius, radius * 2, radius * 2, radius * 0.45);
    } else if (node.kind === "term") {
      context.moveTo(x, y - radius * 1.25);
      context.lineTo(x + radius * 1.25, y);
      context.lineTo(x, y + radius * 1.25);
      context.lineTo(x - radius * 1.25, y);
      context.closePath();
    } else {
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, TAU);
    }
  }

  fill(context, node, radius) {
    const { colours } = this;
    if (node.standing === "open" || node.standing === "stub") {
      context.fillStyle = colours.ground;
      context.fill();
      context.strokeStyle = colours[node.standing];
      context.lineWidth = Math.max(1.4, Math.min(3, radius * 0.36));
      context.stroke();
      return;
    }
    context.fillStyle =
      node.kind === "term" ? colours.term : node.kind === "note" ? colours.deep[node.region] : node.standing ? colours.strong[node.region] : colours.soft[node.region];
    context.fill();
    context.strokeStyle = colours.ground;
    context.lineWidth = 1;
    context.stroke();
  }

  font(node) {
    const large = node.kind === "note" || (node.kind === "topic" && node.parent < 0) || (node.children > 2 && node.chapter === null);
    const size = Math.round(Math.min(17, Math.max(11, (large ? 12 : 10.5) + Math.log2(Math.max(0.5, this.view.zoom)) * 1.4 + Math.min(2, node.size / 8))));
    return `${large ? "600" : "400"} ${size}px ${FONT}`;
  }

  label(node) {
    const most = this.view.zoom > 1.6 ? 40 : this.view.zoom > 0.8 ? 22 : 14;
    const letters = [...node.title];
    // Two Latin letters take the room of one Chinese character.
    let room = most;
    let cut = 0;
    while (cut < letters.length && room > 0) room -= letters[cut++].charCodeAt(0) < 0x2e80 ? 0.55 : 1;
    return cut < letters.length ? `${letters.slice(0, cut).join("").trimEnd()}…` : node.title;
  }

  paintNames() {
    const context = this.clear(1);
    const placed = new Taken();
    const { zoom } = this.view;
        let drawn = 0;
    let tried = 0;
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    const visible = this.graph.nodes.filter((node) => this.hooks.shows(node) === 2 && this.seen(...this.onScreen(node), 0));
    const few = visible.length <= 260;
    const room = Math.round((this.width * this.height) / (few ? 5200 : 9500));
    const { left, right } = this.hooks.covered();
    placed.put(-400, -100, left + 400, this.height + 200);
    placed.put(this.width - right, -100, right + 400, this.height + 200);
    // Where there is room no name lies over another node.
    if (few) {
      for (const node of visible) {
        const [x, y] = this.onScreen(node);
        const radius = this.radius(node);
        placed.put(x - radius, y - radius, radius * 2, radius * 2);
      }
    }
    for (const node of this.byImportance) {
      if (drawn >= room || tried > (this.moves ? 500 : 1400)) break;
      if (this.hooks.shows(node) !== 2) continue;
      const [x, y] = this.onScreen(node);
      if (!this.seen(x, y, 20)) continue;
      const radius = this.radius(node);
      if (radius < 2.6 && node.kind !== "note" && drawn > 24) continue;
      tried += 1;
      if (this.name(context, node, x, y, radius, placed, few ? 5 : 9, few)) drawn += 1;
    }
  }

  /** Writes a name under its node if there is room; always when `placed` is null. */
  name(context, node, x, y, radius, placed, margin, around = true) {
    const font = this.font(node);
    const text = this.label(node);
    const key = `${font}${text}`;
    context.font = font;
    let width = this.widths.get(key);
    if (width === undefined) {
      width = context.measureText(text).width;
      if (this.widths.size > 20000) this.widths.clear();
      this.widths.set(key, width);
    }
    const height = Number(/(\d+)px/.exec(font)[1]) + 2;
    const reach = radius * (node.kind === "term" ? 1.25 : 1);
    // Below, above, to the right, to the left: where it first has room.
    const tries = [[x, y + reach + 3], [x, y - reach - height - 2], [x + reach + 5 + width / 2, y - height / 2], [x - reach - 5 - width / 2, y - height / 2]];
    const free = ([centre, top]) => placed.take(centre - width / 2 - margin, top - 1, width + margin * 2, height + 1);
    const at = placed ? tries.slice(0, around ? 4 : 1).find(free) : tries[0];
    if (!at) return false;
    const [centre, top] = at;
    context.strokeStyle = this.colours.ground;
    context.lineWidth = 3.5;
    context.strokeText(text, centre, top);
    context.fillStyle = node.standing === "open" ? this.colours.open : node.standing === "stub" ? this.colours.stub : node.kind === "term" ? this.colours.faint : this.colours.ink;
    context.fillText(text, centre, top);
    return true;
  }

  paintTop() {
    const context = this.clear(2);
    const focus = this.hovered ?? this.selected;
    this.host.classList.toggle("focused", focus !== null);
    for (const node of this.rings) {
      if (this.hooks.shows(node) === 0) continue;
      const [x, y] = this.onScreen(node);
      context.beginPath();
      context.arc(x, y, this.radius(node) + 4, 0, TAU);
      context.strokeStyle = this.colours.accent;
      context.lineWidth = 2;
      context.stroke();
    }
    if (!focus) return;
    const neighbours = new Map();
    const lines = this.graph.around[focus.at].filter((edge) => this.hooks.showsEdge(edge));
    for (const edge of lines) {
      const other = this.graph.nodes[edge.from === focus.at ? edge.to : edge.from];
      if (this.hooks.shows(other) === 0) continue;
      neighbours.set(other, edge);
      const [x1, y1] = this.onScreen(this.graph.nodes[edge.from]);
      const [x2, y2] = this.onScreen(this.graph.nodes[edge.to]);
      context.beginPath();
      context.setLineDash(DASH[edge.kind] ?? []);
      this.line(context, x1, y1, x2, y2);
      context.strokeStyle = this.colours.edges[edge.kind];
      context.lineWidth = WIDTH[edge.kind] + 0.8;
      context.stroke();
      context.setLineDash([]);
      if (edge.kind !== "related" && edge.kind !== "contains") this.arrow(context, x1, y1, x2, y2, this.radius(this.graph.nodes[edge.to]));
    }
    const near = [...neighbours.keys(), focus];
    for (const node of near) {
      const [x, y] = this.onScreen(node);
      const radius = this.radius(node);
      context.beginPath();
      this.outline(context, node, x, y, radius);
      this.fill(context, node, radius);
    }
    const [x, y] = this.onScreen(focus);
    context.beginPath();
    context.arc(x, y, this.radius(focus) + 5, 0, TAU);
    context.strokeStyle = this.colours.accent;
    context.lineWidth = 2.5;
    context.stroke();
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    const placed = new Taken();
    const order = near.reverse().sort((a, b) => (b === focus) - (a === focus) || weight(b) - weight(a));
    for (const node of order) {
      const [x, y] = this.onScreen(node);
      if (this.seen(x, y, 30)) this.name(context, node, x, y, this.radius(node), node === focus ? null : placed, 2);
    }
  }

  arrow(context, x1, y1, x2, y2, radius) {
    const angle = Math.atan2(y2 - y1, x2 - x1);
    const [x, y] = [x2 - Math.cos(angle) * (radius + 2), y2 - Math.sin(angle) * (radius + 2)];
    context.beginPath();
    context.moveTo(x, y);
    for (const turn of [0.45, -0.45]) context.lineTo(x - Math.cos(angle + turn) * 8, y - Math.sin(angle + turn) * 8);
    context.closePath();
    context.fillStyle = context.strokeStyle;
    context.fill();
  }

  /** The node at a place on the screen. */
  find(x, y, reach) {
    let best = null;
    let least = Infinity;
    for (const node of this.graph.nodes) {
      if (this.hooks.shows(node) === 0) continue;
      const [nx, ny] = this.onScreen(node);
      const away = Math.hypot(nx - x, ny - y) - this.radius(node);
      if (away < reach && away < least) {
        least = away;
        best = node;
      }
    }
    return best;
  }

  /** The part of the host that panels leave free. */
  free() {
    const { left, right, bottom } = this.hooks.covered();
    return { x: left, y: 0, width: Math.max(120, this.width - left - right), height: Math.max(120, this.height - bottom) };
  }

  /** Shows all of these nodes. */
  fit(duration = 450, nodes = null) {
    const all = nodes ?? this.graph.nodes.filter((node) => this.hooks.shows(node) === 2);
    if (all.length === 0) return;
    let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { x, y, size } of all) {
      x1 = Math.min(x1, x - size);
      y1 = Math.min(y1, y - size);
      x2 = Math.max(x2, x + size);
      y2 = Math.max(y2, y + size);
    }
    const free = this.free();
    const zoom = Math.min(2.4, Math.max(LEAST_ZOOM, Math.min((free.width - 70) / (x2 - x1 || 1), (free.height - 80) / (y2 - y1 || 1))));
    this.go((x1 + x2) / 2, (y1 + y2) / 2, zoom, duration);
  }

  centre(node) {
    this.touched = true;
    this.go(node.x, node.y, Math.max(this.view.zoom, 1.35), 450);
  }

  /** Moves so that a place of the map stands in the middle of what is free. */
  go(x, y, zoom, duration) {
    const free = this.free();
    const to = {
      x: x - (free.x + free.width / 2 - this.width / 2) / zoom,
      y: y - (free.y + free.height / 2 - this.height / 2) / zoom,
      zoom,
    };
    cancelAnimationFrame(this.moving);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (duration === 0 || still) {
      this.view = to;
      this.draw();
      return;
    }
    const from = { ...this.view };
    const begun = performance.now();
    const step = () => {
      const part = Math.min(1, (performance.now() - begun) / duration);
      const eased = 1 - Math.pow(1 - part, 3);
      const now = from.zoom * Math.pow(to.zoom / from.zoom, eased);
      // Places move as the zoom does, so that the way is straight on the screen.
      const along = to.zoom === from.zoom ? eased : (now - from.zoom) / (to.zoom - from.zoom) * (to.zoom / now);
      this.view = { x: from.x + (to.x - from.x) * along, y: from.y + (to.y - from.y) * along, zoom: now };
      this.drawMoving();
      if (part < 1) this.moving = requestAnimationFrame(step);
    };
    step();
  }

  zoomBy(factor, x = this.width / 2, y = this.height / 2) {
    cancelAnimationFrame(this.moving);
    this.touched = true;
    const { view } = this;
    const zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, view.zoom * factor));
    const [dx, dy] = [x - this.width / 2, y - this.height / 2];
    this.view = { x: view.x + dx / view.zoom - dx / zoom, y: view.y + dy / view.zoom - dy / zoom, zoom };
    this.drawMoving();
  }

  pan(dx, dy) {
    cancelAnimationFrame(this.moving);
    this.touched = true;
    this.view = { ...this.view, x: this.view.x - dx / this.view.zoom, y: this.view.y - dy / this.view.zoom };
    this.drawMoving();
  }

  listen() {
    const { host } = this;
    const held = new Map();
    let moved = 0;
    const at = (event) => {
      const { left, top } = host.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    };
    host.addEventListener("wheel", (event) => {
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 18 : 1;
      const strength = event.ctrlKey ? 0.012 : 0.0018;
      this.zoomBy(Math.exp(-event.deltaY * lines * strength), ...at(event));
    }, { passive: false });
    host.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      host.setPointerCapture(event.pointerId);
      held.set(event.pointerId, at(event));
      moved = 0;
    });
    host.addEventListener("pointermove", (event) => {
      const now = at(event);
      const before = held.get(event.pointerId);
      if (!before) {
        const found = event.pointerType === "mouse" ? this.find(...now, 5) : null;
        if (found !== this.hovered) {
          this.hovered = found;
          host.classList.toggle("pointing", found !== null);
          this.drawTop();
        }
        return;
      }
      moved += Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]);
      if (held.size === 1) {
        if (moved > 4) this.pan(now[0] - before[0], now[1] - before[1]);
      } else {
        const other = [...held].find(([id]) => id !== event.pointerId)[1];
        const apart = (one) => Math.hypot(one[0] - other[0], one[1] - other[1]) || 1;
        this.zoomBy(apart(now) / apart(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
        this.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
      }
      held.set(event.pointerId, now);
    });
    const let_go = (event) => {
      const was = held.delete(event.pointerId);
      if (was && event.type === "pointerup" && held.size === 0 && moved <= 4) this.hooks.click(this.find(...at(event), event.pointerType === "mouse" ? 5 : 14));
    };
    host.addEventListener("pointerup", let_go);
    host.addEventListener("pointercancel", let_go);
    host.addEventListener("pointerleave", () => {
      if (this.hovered === null || held.size) return;
      this.hovered = null;
      this.drawTop();
    });
    host.addEventListener("dblclick", (event) => this.zoomBy(1.8, ...at(event)));
  }
}

const FONT = 'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

/** What is named first. */
function weight(node) {
  const kind = node.kind === "note" ? 22 : node.parent < 0 ? 6 : 0;
  const term = node.kind === "term" ? -2 : 0;
  return kind + term + node.size + (node.standing === "open" ? 0.6 : 0) + Math.min(10, node.children) * 0.5;
}

/** Where names stand already, in cells. */
class Taken {
  cells = new Map();

  keys(x, y, width, height) {
    const keys = [];
    for (let column = Math.floor(x / 64); column <= Math.floor((x + width) / 64); column++) {
      for (let row = Math.floor(y / 32); row <= Math.floor((y + height) / 32); row++) keys.push(row * 4096 + column);
    }
    return keys;
  }

  /** Takes a rectangle, free or not. */
  put(x, y, width, height) {
    for (const key of this.keys(x, y, width, height)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push([x, y, width, height]);
    }
  }

  /** Takes a rectangle if it is free. */
  take(x, y, width, height) {
    for (const key of this.keys(x, y, width, height)) {
      for (const [ox, oy, ow, oh] of this.cells.get(key) ?? []) {
        if (x < ox + ow && ox < x + width && y < oy + oh && oy < y + height) return false;
      }
    }
    this.put(x, y, width, height);
    return true;
  }
}

// What a note says, for reading in the panel: a small part of Markdown as elements, everything else as its text.
import { make } from "./dom.js";

const INLINE = /(`+)([^`]+)\1|\*\*([^*\n]+)\*\*|__([^_\n]+)__|!\[([^\]]*)\]\([^)]*\)|\[([^\]]+)\]\([^)\s]*(?:\s"[^"]*")?\)|!?\[\[([^\]|]+)(?:\|([^\]]+))?\]\]/g;

function inline(text) {
  const parts = [];
  let done = 0;
  const shown = text.replace(/<br\s*\/?>/gi, "\n").replace(/<!--.*?-->/g, "").replace(/<\/?[a-z][^<>]*>/gi, "");
  for (const found of shown.matchAll(INLINE)) {
    parts.push(shown.slice(done, found.index));
    const [, , code, strong, alsoStrong, picture, link, wiki, label] = found;
    if (code !== undefined) parts.push(make("code", {}, code));
    else if (strong ?? alsoStrong) parts.push(make("strong", {}, strong ?? alsoStrong));
    else if (picture !== undefined) parts.push(make("em", {}, picture ? `[picture: ${picture}]` : "[picture]"));
    else parts.push(make("span", { className: "link" }, link ?? label ?? wiki));
    done = found.index + found[0].length;
  }
  parts.push(shown.slice(done));
  return parts.filter((part) => part !== "");
}

export function prose(text) {
  const out = make("div", { className: "prose" });
  const lines = text.split(/\r\n?|\n/);
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    const fence = /^\s*(`{3,}|~{3,})/.exec(line);
    if (fence) {
      const code = [];
      for (at += 1; at < lines.length && !lines[at].trim().startsWith(fence[1]); at++) code.push(lines[at]);
      at += 1;
      out.append(make("pre", {}, code.join("\n")));
    } else if (/^\s*\|/.test(line)) {
      const rows = [];
      for (; at < lines.length && /^\s*\|/.test(lines[at]); at++) if (!/^[\s|:-]+$/.test(lines[at])) rows.push(lines[at]);
      const cells = (row) => row.trim().replace(/^\||\|$/g, "").split("|");
      out.append(make("table", {}, rows.map((row) => make("tr", {}, cells(row).map((cell) => make("td", {}, inline(cell.trim())))))));
    } else if (/^\s*([-*+]|\d+[.)、])\s+/.test(line)) {
      const list = make("ul");
      for (; at < lines.length && /^\s*([-*+]|\d+[.)、])\s+/.test(lines[at]); at++) {
        list.append(make("li", {}, inline(lines[at].replace(/^\s*([-*+]|\d+[.)、])\s+(\[[ xX]\]\s)?/, ""))));
      }
      out.append(list);
    } else if (line.trim() === "") {
      at += 1;
    } else {
      const of = [];
      for (; at < lines.length && lines[at].trim() !== "" && !/^\s*(`{3,}|~{3,}|\||[-*+]\s)/.test(lines[at]); at++) of.push(lines[at].replace(/^\s*>\s?/, "").trim());
      if (of.length === 0) of.push(lines[at++].trim());
      const words = inline(of.join("\n"));
      if (words.length) out.append(make("p", {}, words));
    }
  }
  return out;
}

// Finding nodes by what is typed: all words anywhere, or the letters in their order.

/** Text as it is compared: width, case and accents make no difference. */
export function plain(text) {
  return text.normalize("NFKC").toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
}

export function index(nodes, files) {
  return nodes.map((node) => ({
    node,
    title: plain(node.title),
    around: plain(`${node.chapter ?? ""} ${files[node.file].path}`),
    text: plain(node.text),
  }));
}

const KIND = { note: 8, topic: 6, term: 4 };

/** How well an entry fits, or 0. */
function fit(entry, words, whole) {
  let score = 0;
  for (const word of words) {
    const at = entry.title.indexOf(word);
    if (at >= 0) score += 100 - Math.min(30, at) + (at === 0 ? 20 : 0);
    else if (entry.around.includes(word)) score += 24;
    else if (entry.text.includes(word)) score += 10;
    else {
      const loose = subsequence(entry.title, word);
      if (loose === 0) return 0;
      score += loose;
    }
  }
  if (entry.title === whole) score += 120;
  return score / words.length + KIND[entry.node.kind] - Math.min(12, entry.title.length / 8) + Math.min(4, entry.node.degree / 8);
}

/** All characters of a word in their order: the closer together the better. */
function subsequence(title, word) {
  const letters = [...word];
  if (letters.length < 2) return 0;
  let at = -1;
  let first = -1;
  for (const letter of letters) {
    at = title.indexOf(letter, at + 1);
    if (at < 0) return 0;
    if (first < 0) first = at;
  }
  const spread = at - first + 1;
  return spread > letters.length * 4 + 2 ? 0 : Math.round((40 * letters.length) / spread);
}

/** The nodes that fit a query, the best first. */
export function find(entries, query, keeps) {
  const whole = plain(query.trim());
  const words = whole.split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const found = [];
  for (const entry of entries) {
    if (!keeps(entry.node)) continue;
    const score = fit(entry, words, whole);
    if (score > 0) found.push({ node: entry.node, score });
  }
  found.sort((a, b) => b.score - a.score || a.node.at - b.node.at);
  return found.map(({ node }) => node);
}

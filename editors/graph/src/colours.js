// Colours of the map, read from the style so that it follows light, dark and a host's theme.

export function colours(regions) {
  const style = getComputedStyle(document.body);
  const value = (name) => style.getPropertyValue(name).trim();
  const dark = value("--scheme") === "dark";
  const of = (hue, light, chroma) => `oklch(${light} ${chroma} ${hue.toFixed(1)})`;
  return {
    dark,
    ground: value("--ground"),
    ink: value("--ink"),
    faint: value("--faint"),
    open: value("--open"),
    stub: value("--stub"),
    term: value("--term"),
    accent: value("--accent"),
    edges: Object.fromEntries(["contains", "links", "defines", "mentions", "related", "answers"].map((kind) => [kind, value(`--edge-${kind}`)])),
    // What asks and is answered is strong, what only groups is soft.
    strong: regions.map(({ hue }) => of(hue, dark ? 0.74 : 0.6, 0.135)),
    soft: regions.map(({ hue }) => of(hue, dark ? 0.55 : 0.78, 0.075)),
    deep: regions.map(({ hue }) => of(hue, dark ? 0.86 : 0.42, 0.1)),
  };
}

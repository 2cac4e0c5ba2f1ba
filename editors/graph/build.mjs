// Builds the page of `studymark graph` into src/features/graph/page, where the program takes it in.
//
//   npm ci --ignore-scripts && npm run build
//
// The first line of both files has the sum of all sources; a test compares it, so that no built file grows stale.
import { build } from "esbuild";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../../src/features/graph/page");

/** FNV-1a of the names and contents of all sources, in the order of their names. */
function sum() {
  const sources = ["build.mjs", "package.json", "package-lock.json", ...readdirSync(join(here, "src")).map((name) => `src/${name}`)];
  let hash = 0xcbf29ce484222325n;
  for (const name of sources.sort()) {
    for (const byte of Buffer.concat([Buffer.from(`${name}\0`), readFileSync(join(here, name)), Buffer.from([0])])) {
      hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
    }
  }
  return hash.toString(16).padStart(16, "0");
}

/** The licences of what is bundled. */
function licences() {
  const packages = ["d3-dispatch", "d3-force", "d3-quadtree", "d3-timer"];
  const text = (name) => readFileSync(join(here, "node_modules", name, "LICENSE"), "utf8").trim();
  return packages.map((name) => `${name}: ${text(name)}`).join("\n\n");
}

const common = { bundle: true, minify: true, format: "iife", target: "es2022", charset: "utf8", legalComments: "none", write: false };

/** `import source from "source:./x.js"` gives the bundled text of a program, for a worker. */
const asSource = {
  name: "source",
  setup(of) {
    of.onResolve({ filter: /^source:/ }, (args) => ({ path: join(args.resolveDir, args.path.slice(7)), namespace: "source" }));
    of.onLoad({ filter: /.*/, namespace: "source" }, async (args) => {
      const built = await build({ ...common, entryPoints: [args.path] });
      return { contents: built.outputFiles[0].text, loader: "text" };
    });
  },
};

const head = `made by editors/graph from sources with the sum ${sum()}`;
const program = await build({ ...common, entryPoints: [join(here, "src/main.js")], plugins: [asSource] });
const style = await build({ ...common, entryPoints: [join(here, "src/page.css")] });
writeFileSync(join(out, "page.js"), `/*! ${head}\n\n${licences()}\n*/\n${program.outputFiles[0].text}`);
writeFileSync(join(out, "page.css"), `/* ${head} */\n${style.outputFiles[0].text}`);

// What a page loads before anything shows (the page, its scripts and styles and
// all that those import statically), and all that it can ever load, in each
// language. Over a budget is an error.
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { languages } from "./languages.mjs";

/** Bytes, gzip -9 as they are served, summed over the files. */
const budgets = [
  { page: "index.html", first: 90_000, all: 100_000 },
  { page: "console.html", first: 140_000, all: 150_000 },
];
/**
 * The host's controls on a guest's page. Nobody loads them but a person whom the host made the host, so they are no
 * part of what guests can load; the console, which holds them from the start, counts them.
 */
const hosting = { chunk: "src/hosting/HostPanel.tsx", most: 15_000 };

const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
if (!existsSync(join(dist, languages[0]))) {
  console.error("the pages are not built: run npm run build");
  process.exit(1);
}
/** The graph of the language that is weighed. */
let manifest = {};

/** Chunks of the graph that are reached from one, also through imports that wait for something when `lazy`. */
function reach(from, lazy, without) {
  const seen = new Set();
  const wanted = [from];
  while (wanted.length > 0) {
    const key = wanted.pop();
    if (seen.has(key) || key === without) continue;
    seen.add(key);
    const { imports = [], dynamicImports = [] } = manifest[key];
    wanted.push(...imports, ...(lazy ? dynamicImports : []));
  }
  return seen;
}

/** The files of chunks, each once. */
const filesOf = (chunks) => [...new Set([...chunks].flatMap((key) => [manifest[key].file, ...(manifest[key].css ?? [])]))];
const size = (file) => statSync(join(dist, `${file}.gz`)).size;
const sum = (files) => files.reduce((total, file) => total + size(file), 0);

let failed = false;
function weigh(what, files, most) {
  const total = sum(files);
  console.log(`${what}: ${total} of at most ${most} bytes gzipped`);
  if (total <= most) return;
  console.error(`${what} is ${total - most} bytes over its budget`);
  failed = true;
}

for (const language of languages) {
  manifest = JSON.parse(readFileSync(join(dist, language, "graph.json"), "utf8"));
  for (const { page, first, all } of budgets) {
    const document = `${language}/${page}`;
    const without = page === "index.html" ? hosting.chunk : null;
    const ever = [document, ...filesOf(reach(page, true, without))];
    if (language === languages[0]) for (const file of ever) console.log(`  ${String(size(file)).padStart(7)}  ${file}`);
    weigh(`${document} first load`, [document, ...filesOf(reach(page, false, without))], first);
    weigh(`${document} everything`, ever, all);
  }
  const guests = new Set(filesOf(reach("index.html", true, hosting.chunk)));
  weigh(`${language} hosting`, filesOf(reach(hosting.chunk, true, null)).filter((file) => !guests.has(file)), hosting.most);
}
process.exit(failed ? 1 : 0);

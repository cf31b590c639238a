// What a page loads before anything shows (the page, its scripts and styles and
// all that those import statically), and all that it can ever load. Over a
// budget is an error.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** Bytes, gzip -9, summed over the files. */
const budgets = [
  { page: "index.html", first: 90_000, all: 100_000 },
  { page: "console.html", first: 140_000, all: 150_000 },
];
const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const inScript = { first: /(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g, all: /["'](?:\.\/|assets\/)([\w.-]+\.(?:js|css))["']/g };

function reach(page, which) {
  const html = readFileSync(join(dist, page), "utf8");
  const wanted = [...html.matchAll(/(?:src|href)="\/assets\/([\w.-]+\.(?:js|css))"/g)].map((m) => m[1]);
  const seen = new Set();
  while (wanted.length > 0) {
    const file = wanted.pop();
    if (seen.has(file)) continue;
    seen.add(file);
    if (!file.endsWith(".js")) continue;
    for (const m of readFileSync(join(dist, "assets", file), "utf8").matchAll(inScript[which])) wanted.push(m[1]);
  }
  return [page, ...[...seen].sort().map((file) => `assets/${file}`)];
}

const size = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
const sum = (files) => files.reduce((total, file) => total + size(file), 0);

let failed = false;
for (const { page, ...most } of budgets) {
  if (!existsSync(join(dist, page))) {
    console.error(`${page} is not built: run npm run build`);
    process.exit(1);
  }
  for (const file of reach(page, "all")) console.log(`  ${String(size(file)).padStart(7)}  ${file}`);
  for (const which of ["first", "all"]) {
    const total = sum(reach(page, which));
    console.log(`${page} ${which === "first" ? "first load" : "everything"}: ${total} of at most ${most[which]} bytes gzipped`);
    if (total > most[which]) {
      console.error(`${page} is ${total - most[which]} bytes over its budget`);
      failed = true;
    }
  }
}
process.exit(failed ? 1 : 0);

// Builds the pages once for each language into dist: LANGUAGE/index.html, LANGUAGE/console.html, and all their files
// side by side under assets. What languages share has one name and is there once. Beside each file lie its .br and .gz.
import { readdirSync, readFileSync, renameSync, rmSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "vite";
import { languages } from "./languages.mjs";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
for (const old of readdirSync(dist)) if (old !== ".keep") rmSync(join(dist, old), { recursive: true });

for (const language of languages) {
  process.env["JAM_LANGUAGE"] = language;
  await build({ logLevel: "warn" });
  mkdirSync(join(dist, language));
  for (const page of ["index.html", "console.html"]) renameSync(join(dist, page), join(dist, language, page));
  // Which chunk imports which, for size.mjs.
  renameSync(join(dist, ".vite", "manifest.json"), join(dist, language, "graph.json"));
}
rmSync(join(dist, ".vite"), { recursive: true });

for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) => /\.(html|js|css|svg|webmanifest)$/.test(name))) {
  const content = readFileSync(join(dist, name));
  writeFileSync(join(dist, `${name}.gz`), gzipSync(content, { level: 9 }));
  writeFileSync(join(dist, `${name}.br`), brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }));
}

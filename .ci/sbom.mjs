// Makes the bill of materials of a binary, in CycloneDX 1.6: every Go module in it, as the binary itself tells, with the
// checksum of go.sum; every npm package that the embedded web app is made of; their licences, read from their own files.
// It holds no time and no random number: of the same binary it is the same, byte by byte.
//
//   sbom.mjs BINARY FILE
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const [binary, file] = process.argv.slice(2);
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const go = (...args) => execFileSync("go", args, { encoding: "utf8", maxBuffer: 1 << 26 });
const hash = (alg, content) => ({ alg, content });

/** The licences that a text may be, by words that only it has; in the order in which they are looked for. */
const known = [
  ["Apache-2.0 OR MIT", /Permissive License Stack.*Apache-2\.0.*MIT Software License/],
  ["Apache-2.0", /Apache License,? Version 2\.0/],
  ["MPL-2.0", /Mozilla Public License,? version 2\.0/i],
  ["BSD-3-Clause", /Neither the name of|may not be used to endorse/i],
  ["BSD-2-Clause", /Redistributions in binary form must reproduce/],
  ["MIT", /Permission is hereby granted, free of charge, to any person obtaining a copy/],
  ["ISC", /Permission to use, copy, modify, and(\/or)? distribute this software/],
  ["Unlicense", /This is free and unencumbered software/],
];

/** The licences of a folder. Of several files who keeps to all of them is right, whether they are for parts or to be chosen from. */
function licencesOf(folder) {
  const found = new Set();
  for (const name of readdirSync(folder).filter((name) => /^(licen[cs]e|copying|unlicense)/i.test(name)).sort()) {
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    const text = readFileSync(path, "utf8").replace(/^[#/*;\s]+/gm, " ").replace(/\s+/g, " ");
    const licence = known.find(([, words]) => words.test(text));
    if (licence) found.add(licence[0]);
  }
  return [...found].sort();
}

const licences = (ids) => (ids.length === 0 ? {} : { licenses: ids.length > 1 || / /.test(ids[0]) ? [{ expression: ids.join(" AND ") }] : [{ license: { id: ids[0] } }] });

const build = JSON.parse(go("version", "-m", "-json", binary));
const folders = new Map(go("list", "-m", "-f", "{{.Path}}\t{{.Dir}}", "all").trim().split("\n").map((line) => line.split("\t")));
const modules = build.Deps.map(({ Path, Version, Sum, Replace }) => {
  const { Path: path = Path, Version: version = Version, Sum: sum = Sum } = Replace ?? {};
  const folder = folders.get(Path);
  const purl = `pkg:golang/${path}@${encodeURIComponent(version)}`;
  return {
    type: "library", "bom-ref": purl, name: path, version, purl,
    ...licences(folder ? licencesOf(folder) : []), properties: [{ name: "go.sum", value: sum }],
  };
});
const language = build.GoVersion.replace(/^go/, "");
const standard = { type: "library", "bom-ref": `pkg:golang/std@${language}`, name: "std", version: language, purl: `pkg:golang/std@${language}`, ...licences(["BSD-3-Clause"]) };

// What is not for building and testing only is in the pages; .ci/sbom looks into the pages themselves whether that is so.
const lock = JSON.parse(readFileSync("webapp/package-lock.json", "utf8")).packages;
const packages = Object.entries(lock).filter(([path, { dev }]) => path !== "" && !dev).map(([path, { version, license, integrity }]) => {
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const [algorithm, sum] = integrity.split("-");
  return {
    type: "library", "bom-ref": purl, name, version, purl, ...licences([license]),
    hashes: [hash(algorithm.replace("sha", "SHA-"), Buffer.from(sum, "base64").toString("hex"))],
  };
});

const files = readdirSync("webapp/dist", { recursive: true, encoding: "utf8" }).filter((name) => statSync(join("webapp/dist", name)).isFile() && name !== ".keep").sort();
const pages = {
  type: "application", "bom-ref": "soul-jam/webapp", name: "soul-jam/webapp",
  // The sum of what `sha256sum` prints of its files, by their names.
  hashes: [hash("SHA-256", sha256(files.map((name) => `${sha256(readFileSync(join("webapp/dist", name)))}  ${name}\n`).join("")))],
};

const components = [standard, ...modules, pages, ...packages];
const content = sha256(readFileSync(binary));
const bill = {
  bomFormat: "CycloneDX", specVersion: "1.6",
  // A UUID of version 8, made of the binary.
  serialNumber: `urn:uuid:${content.slice(0, 8)}-${content.slice(8, 12)}-8${content.slice(13, 16)}-8${content.slice(17, 20)}-${content.slice(20, 32)}`,
  version: 1,
  metadata: {
    component: {
      type: "application", "bom-ref": build.Path, name: basename(binary), hashes: [hash("SHA-256", content)],
      properties: build.Settings.map(({ Key, Value }) => ({ name: `go build ${Key}`, value: Value })),
    },
  },
  components,
  dependencies: [
    { ref: build.Path, dependsOn: [standard, ...modules, pages].map((part) => part["bom-ref"]) },
    { ref: pages["bom-ref"], dependsOn: packages.map((part) => part["bom-ref"]) },
  ],
};
writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
const silent = components.filter((part) => part.licenses === undefined && part !== pages).map((part) => part.name);
if (silent.length > 0) console.error(`${basename(file)}: no licence was read of ${silent.join(", ")}`);

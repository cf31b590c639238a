// Holds npm's lock: every package with a checksum, from the registry and from nowhere else, with no script that would run when
// it is installed; what is installed is what the lock says; what we ask for ourselves is one version each.
import { existsSync, readFileSync } from "node:fs";

const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const complaints = [];
const complain = (what) => complaints.push(what);

const asked = read("webapp/package.json");
const { lockfileVersion, packages } = read("webapp/package-lock.json");
if (lockfileVersion !== 3) complain(`the lock has version ${lockfileVersion}`);
for (const script of ["preinstall", "install", "postinstall", "prepare", "prepublish"]) {
  if (asked.scripts[script] !== undefined) complain(`package.json: a script "${script}" runs when somebody installs`);
}
for (const kind of ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"]) {
  for (const [name, version] of Object.entries(asked[kind] ?? {})) {
    if (!/^\d+\.\d+\.\d+$/.test(version)) complain(`package.json: ${name} is asked for as ${version}: say one version`);
    if (packages[""][kind]?.[name] !== version) complain(`${name}: package.json and its lock do not agree`);
  }
}
if (asked.overrides !== undefined) complain("package.json: overrides put other packages in the place of those that were asked for");
let locked = 0;
for (const [path, one] of Object.entries(packages)) {
  if (path === "") continue;
  locked++;
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(one.integrity ?? "")) complain(`${path}: no SHA-512 in the lock`);
  // .npmrc leaves the registry's name out; an address that stands there would be another place.
  if (one.resolved !== undefined) complain(`${path}: comes from ${one.resolved}`);
  if (one.link || one.inBundle || !/^\d/.test(one.version)) complain(`${path}: is no package of the registry's own`);
  if (one.hasInstallScript) complain(`${path}: wants to run a script when it is installed`);
}
const installed = "webapp/node_modules/.package-lock.json";
if (existsSync(installed)) {
  for (const [path, { version, integrity }] of Object.entries(read(installed).packages)) {
    if (packages[path]?.version !== version || packages[path]?.integrity !== integrity) complain(`${path}: installed is ${version}, which the lock does not say`);
  }
}
for (const what of complaints) console.error(what);
if (complaints.length > 0) process.exit(1);
console.log(`${locked} npm packages, each with its SHA-512, none with a script`);

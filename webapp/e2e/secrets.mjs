// Searches all that the programs of a run have said (logs at debug level, standard output, metrics, arguments, dumps,
// the pages' consoles) for every secret that the run issued. What is kept, and how, is in world/secrets.ts.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Lines that hold a secret on purpose: what a person at the terminal asked for. */
const meant = /^(open the console: |\s+link {2}|\s+code {2}|link |https?:\/\/\S+$)/;

/** A secret as it is and as programs write bytes down. */
export function formsOf(text) {
  const forms = new Set([text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text), encodeURIComponent(text).replaceAll("%20", "+"), `${text}`.replaceAll("-", "%2D").replaceAll("_", "%5F")]);
  const readings = [Buffer.from(text)];
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length >= 12 && bytes.toString("base64url") === text) readings.push(bytes);
  for (const reading of readings) {
    const hex = reading.toString("hex");
    for (const form of [hex, hex.toUpperCase(), [...reading].join(" "), [...reading].join(",")]) forms.add(form);
    // Base64 of a text that it is part of: the letters at its edges depend on what stands there.
    for (let before = 0; before < 3; before++) {
      const inside = Buffer.concat([Buffer.alloc(before), reading]).toString("base64").replaceAll("=", "");
      const whole = inside.slice(before === 0 ? 0 : before + 1, inside.length - 1);
      forms.add(whole).add(whole.replaceAll("+", "-").replaceAll("/", "_"));
    }
  }
  return [...forms].filter((form) => form.length >= Math.min(8, text.length));
}

/** Letters by which a form is looked up. There are thousands of forms and megabytes of logs: each place of a text is looked at once. */
const start = 12;

function find(issued, said) {
  const long = new Map(), short = [];
  for (const { kind, text } of issued) {
    for (const form of formsOf(text)) {
      if (form.length < start) short.push({ kind, form });
      else long.set(form.slice(0, start), [...(long.get(form.slice(0, start)) ?? []), { kind, form }]);
    }
  }
  const found = [];
  for (const { where, text } of said) {
    for (const { kind, form } of short) if (text.includes(form)) found.push({ kind, form, where });
    for (let at = 0; at + start <= text.length; at++) {
      for (const { kind, form } of long.get(text.slice(at, at + start)) ?? []) if (text.startsWith(form, at)) found.push({ kind, form, where });
    }
  }
  return found;
}

/** A search that finds nothing must be able to find: a planted secret is put into each place, in all its forms. */
function control(said) {
  const text = "kP2_plantedSecret-0123456789abcdefghijklmno", forms = formsOf(text);
  return said.filter((place) => {
    const found = new Set(find([{ kind: "planted", text }], [{ ...place, text: `${place.text} ${forms.join(" | ")}` }]).map(({ form }) => form));
    return forms.some((form) => !found.has(form));
  });
}

const linesOf = (file) => (existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line)) : []);

/** Gives a row of the table of promises, null when no program ran. */
export function search(dir) {
  const said = linesOf(join(dir, "said")).map(({ where, text }) => ({ where, text: where.endsWith("stdout") ? text.split("\n").filter((line) => !meant.test(line)).join("\n") : text }));
  const issued = linesOf(join(dir, "issued"));
  if (said.length === 0) return null;
  // A browser names addresses in the console of whoever opened them, and the code is part of the address.
  const found = find(issued, said).filter(({ kind, where }) => kind !== "share_code" || where !== "a page's console"), missed = control(said);
  for (const { kind, where } of found) console.error(`a secret (${kind}) is in: ${where}`);
  for (const { where } of missed) console.error(`the search does not find a planted secret in: ${where}`);
  const size = said.reduce((sum, { text }) => sum + text.length, 0);
  return {
    promise: "A whole run of the browser scenes at debug level, searched for every secret it issued: logs, metrics, arguments, dumps, consoles",
    figure: `${found.length} found; ${issued.length} secrets in ${said.length} texts of ${(size / 1e6).toFixed(1)} MB, in up to ${Math.max(0, ...issued.map(({ text }) => formsOf(text).length))} forms`,
    goal: "0 found, and each planted one found",
    held: found.length === 0 && missed.length === 0 && issued.length > 0,
  };
}

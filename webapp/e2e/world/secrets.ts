import { appendFileSync, existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";

// What a run issued and what its programs said, for the search at its end: see e2e/secrets.mjs. Without a search nothing is kept.
const dir = process.env.JAM_SECRETS;
const known = new Set<string>();

/** Keeps a secret to be searched for. */
export function issued(kind: string, text: string): void {
  if (dir === undefined || text === "" || known.has(text)) return;
  known.add(text);
  appendFileSync(join(dir, "issued"), `${JSON.stringify({ kind, text })}\n`);
}

/** Keeps what a program has said, to be searched. */
export function said(where: string, text: string): void {
  if (dir !== undefined && text !== "") appendFileSync(join(dir, "said"), `${JSON.stringify({ where, text })}\n`);
}

/** Finds the secrets in a message, an answer or an address. */
function listen(text: string): void {
  for (const [, kind = "", secret = ""] of text.matchAll(/"(resume_token|user_token|join_key|token|password|api_key|share_code)":"([^"]+)"/g)) issued(kind, secret);
  for (const [, secret = ""] of text.matchAll(/[#&](?:tv=|token=)?([\w-]{22,})/g)) {
    issued("behind a link's #", secret);
    // The link's own: a hash, and the join secret.
    if (secret.length === 43) issued("join secret", Buffer.from(secret, "base64url").subarray(16).toString("base64url"));
  }
}

/** Hears every page of a browser: what it asks, what it gets, what it opens and what it says of itself. */
export function overhear(browser: Browser): Browser {
  if (dir === undefined) return browser;
  const open = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await open(options);
    await tap(context);
    return context;
  };
  return browser;
}

async function tap(context: BrowserContext): Promise<void> {
  await context.exposeBinding("overheard", (_, text: string) => listen(text));
  await context.addInitScript(hearJSON);
  context.on("console", (message) => said("a page's console", message.text()));
  context.on("request", (request) => {
    listen(`${request.url()} ${request.postData() ?? ""}`);
    issued("authorization", (request.headers().authorization ?? "").replace(/^Bearer /, ""));
  });
  context.on("response", (response) => {
    if (/\/api\/(console\/|jam\/sessions$)/.test(response.url())) response.text().then(listen, () => undefined); // the page may be gone
  });
  context.on("page", (page) => page.on("framenavigated", (frame) => listen(frame.url())));
}

/** Runs in the page: messages are JSON on every path, sealed ones too once they are open. */
function hearJSON(): void {
  const tell = (text: unknown) => {
    if (typeof text === "string" && /token"|join_key"|password"/.test(text)) (window as unknown as { overheard(text: string): void }).overheard(text);
  };
  const { parse, stringify } = JSON;
  JSON.parse = (...args: Parameters<typeof parse>) => {
    tell(args[0]);
    return parse(...args) as unknown;
  };
  JSON.stringify = ((...args: Parameters<typeof stringify>) => {
    const text = stringify(...args);
    tell(text);
    return text;
  }) as typeof stringify;
}

/** Keeps the secrets in a program's files: tokens, keys and salts of a line each, and passwords. */
export function issuedBy(data: string): void {
  if (dir === undefined || !existsSync(data)) return;
  for (const name of readdirSync(data)) {
    if (/\.(token|key|salt)$/.test(name)) issued(name, readFileSync(join(data, name), "utf8").trim());
    if (name === "config.json") listen(readFileSync(join(data, name), "utf8").replaceAll(/":\s+"/g, "\":\""));
  }
}

/** Keeps what a program and those it started were called with. */
export function calledWith(pid: number): void {
  if (dir === undefined) return;
  try {
    said("arguments", readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
    for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean)) calledWith(Number(child));
  } catch {
    // It is gone, and has no arguments any more.
  }
}

/** Keeps what a program shows to whoever measures it. */
export async function measured(url: string): Promise<void> {
  if (dir === undefined) return;
  const answer = await fetch(url, { signal: AbortSignal.timeout(3000) }).catch(() => null);
  said("metrics", (await answer?.text()) ?? "");
}

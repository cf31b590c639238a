import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asFile, asName, hostile, isUnharmed, makeHostileSong } from "./world/hostile";
import { Guest, type Host } from "./world/people";
import { World } from "./world/world";

// Names, jam names, titles, artists, albums, playlists and messages of people who mean ill, through the real daemon and on
// every page: they are text, nothing of them runs or becomes an element, and no page grows wider than its window.
let world: World;
let engine: Page;
let link: string;
let code: string;
const complaints: string[] = [];

/** A window that tells whatever ran, was refused, or should not be there. Its policy holds, as for everybody. */
async function open(url: string, [width, height]: readonly [number, number]): Promise<Page> {
  const context = await world.browser.newContext({ viewport: { width, height }, reducedMotion: "reduce" });
  context.setDefaultTimeout(30_000);
  await context.addInitScript(() => {
    const page = window as unknown as { hacked: number; refused: string[] };
    [page.hacked, page.refused] = [0, []];
    document.addEventListener("securitypolicyviolation", (event) => page.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  const page = await context.newPage();
  page.on("dialog", (dialog) => {
    complaints.push(dialog.message());
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => /Content Security Policy|Trusted|Permissions/.test(message.text()) && complaints.push(message.text()));
  page.on("framenavigated", (frame) => frame !== page.mainFrame() && complaints.push(`a frame ${frame.url()}`));
  await page.goto(url);
  return page;
}

const unharmed = async (page: Page, what: string) => {
  await isUnharmed(page, what);
  expect(complaints).toEqual([]);
};

interface Told {
  type: string;
  id?: string;
  code?: string;
  tracks?: { track_id: string; title: string }[];
  session?: { settings: { name: string | null }; queue: { id: string; track_info: { title: string; artist: string } }[]; participants: { display_name: string }[]; chat: { message: string; from: string }[] };
}

/** Connections of people who have no page; the console's own port, where the host may speak too. */
async function makeEngine(): Promise<Page> {
  const page = await (await world.browser.newContext()).newPage();
  await page.goto(`${world.hostd.console}/healthz`);
  await page.evaluate(() => {
    const sockets = new Map<string, WebSocket>();
    /** Sends one frame on a connection, which is opened if need be, and waits for what answers it. */
    const speak = (who: string, url: string, frame: string, until: string[]) => new Promise<unknown>((done, failed) => {
      let socket = sockets.get(who);
      if (socket === undefined) sockets.set(who, (socket = new WebSocket(url)));
      const listening = new AbortController();
      socket.addEventListener("message", (event) => {
        const told = [JSON.parse(String(event.data)) as { type: string }].flat().find(({ type }) => until.includes(type));
        if (told === undefined) return;
        listening.abort();
        done(told);
      }, listening);
      socket.addEventListener("close", () => failed(new Error(`closed: ${frame.slice(0, 100)}`)), listening);
      if (socket.readyState === 1) socket.send(frame);
      else socket.addEventListener("open", () => socket.send(frame), { once: true });
    });
    const hang = (who?: string) => {
      for (const [name, socket] of sockets) {
        if (who !== undefined && who !== name) continue;
        socket.close();
        sockets.delete(name);
      }
    };
    Object.assign(window, { speak, hang });
  });
  return page;
}

/** JSON.stringify writes a lone surrogate as an escape: it reaches the daemon as it is. */
function speaks(who: string, message: object, ...until: string[]): Promise<Told> {
  const url = `${world.hostd.console.replace("http", "ws")}/ws/jam/${code}`;
  return engine.evaluate(([who, url, frame, until]) => (window as unknown as { speak(...all: unknown[]): Promise<Told> }).speak(who, url, frame, until), [who, url, JSON.stringify(message), until] as const);
}

/** Hangs up for one of them, or for all. */
const hangUp = (who?: string) => engine.evaluate((who) => (window as unknown as { hang(who?: string): void }).hang(who), who);

async function asks(who: string, message: object): Promise<void> {
  const told = await speaks(who, { ...message, id: `${who} ${Math.random()}` }, "ack", "error");
  expect(told, JSON.stringify(message).slice(0, 200)).toMatchObject({ type: "ack" });
}

/** The jam as the daemon tells it now. */
async function truth(): Promise<NonNullable<Told["session"]>> {
  const { session } = await speaks("watch", { type: "watch" }, "joined");
  await hangUp("watch");
  if (session === undefined) throw new Error("no session");
  return session;
}

/** Patient: the machine may have other work. */
const soon: typeof expect.poll = (what, options) => expect.poll(what, { timeout: 20_000, interval: 20, ...options });

const rounds = 4;
const each = hostile.length / rounds;
let host: Host;
let alice: Guest;
let phone: Guest;
let screen: Page;
let landing: Page;

beforeAll(async () => {
  world = await World.open([]);
  const music = join(world.dir, "music");
  const files = hostile.map((text, n) => makeHostileSong(music, text, n));
  for (const text of hostile) writeFileSync(join(music, `${asFile(text)}.m3u`), `${basename(files[0] ?? "")}\n`);
  await world.hostd.stop();
  await world.hostd.again();
}, 300_000);
afterAll(() => world.close());

test("playlists, before any jam", async () => {
  const page = await open(world.hostd.consoleLink, [1280, 860]);
  host = Guest.in(page) as unknown as Host;
  await soon(() => page.getByText("Playlists", { exact: true }).first().isVisible(), { timeout: 60_000 }).toBe(true);
  await unharmed(page, "the player");
  await page.getByText("Playlists", { exact: true }).first().click();
  await soon(() => page.getByTestId("playlist").count(), { timeout: 60_000 }).toBeGreaterThan(180);
  await unharmed(page, "playlists");
  await page.getByRole("button", { name: "Start the jam" }).click();
  await page.getByTestId("code").waitFor();
  code = await page.getByTestId("code").innerText();
  link = `${world.hostd.lan}/jam/${code}`;
  engine = await makeEngine();
  await page.context().close();
}, 120_000);

test("200 names of a jam", async () => {
  screen = await open(`${link}/display`, [1280, 720]);
  landing = await open(link, [360, 740]);
  alice = Guest.in(await open(link, [1280, 860]));
  await alice.joins(link, "Alice");
  phone = Guest.in(await open(link, [360, 740]));
  await phone.joins(link, "Phone");
  await speaks("host", { type: "join_request", display_name: "x", user_token: world.hostd.token }, "joined");
  await asks("host", { type: "update_settings", settings: { max_participants: 500, chat: true, skip_threshold: 1 } });
  for (const [n, text] of hostile.entries()) {
    await asks("host", { type: "update_settings", settings: { name: asName(text) } });
    if (n % 20 !== 0 && n < hostile.length - 5) continue;
    const { settings: { name } } = await truth();
    const want = (name ?? "").replaceAll(/\s+/g, " ").trim();
    for (const page of [alice.page, screen]) await soon(() => page.title()).toContain(want);
    await soon(() => alice.page.getByTestId("jam-name").textContent()).toBe(name);
    await landing.reload();
    await landing.getByTestId("jam-name").waitFor();
    for (const page of [alice.page, phone.page, screen, landing]) await unharmed(page, `the jam ${want}`);
  }
  await hangUp();
}, 200_000);

test("200 names, titles, artists, albums and messages", async () => {
  const page = await open(world.hostd.consoleLink, [1280, 860]);
  host = Guest.in(page) as unknown as Host;
  await host.nowPlaying.waitFor();
  for (let round = 0; round < rounds; round++) {
    for (const [n, text] of hostile.slice(round * each, (round + 1) * each).entries()) {
      const who = `${round}/${n}`;
      await speaks(who, { type: "join_request", display_name: asName(text) }, "joined");
      const found = await speaks(who, { type: "search", id: who, q: text.slice(-4) }, "search_results", "error");
      const track = found.tracks?.[0];
      expect(track?.title, JSON.stringify(text)).toContain(text.slice(-4));
      await asks(who, { type: "add_track", track_id: track?.track_id ?? "" });
      await asks(who, { type: "chat", message: text });
    }
    await verify(round);
    await hangUp();
  }
}, 600_000);

/** Everything of the daemon's truth stands on the pages as it is, and as text. */
async function verify(round: number): Promise<void> {
  console.log(`round ${round} of ${rounds}`);
  const { queue, participants, chat } = await truth();
  const titles = queue.map(({ track_info }) => track_info.title);
  const last = chat[chat.length - 1]?.message ?? "";
  await alice.page.getByRole("button", { name: "Chat", exact: false }).first().click();
  await soon(async () => (await alice.page.getByTestId("chat-line").last().textContent()) ?? "").toContain(last);
  const lines = await alice.page.getByTestId("chat-line").allTextContents();
  for (const { message } of chat.slice(-each)) expect(lines.some((line) => line.includes(message)), JSON.stringify(message)).toBe(true);
  for (const page of [alice.page, host.page]) {
    const shown = await page.locator("[data-testid=queue-item] .track-title").allTextContents();
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.filter((title) => !titles.includes(title))).toEqual([]);
    const people = await page.locator("[data-testid=participant]").allTextContents();
    expect(people.length).toBeGreaterThan(10);
    expect(people.filter((text) => !participants.some(({ display_name }) => text.includes(display_name)))).toEqual([]);
  }
  for (const part of ["Add", "People", "Chat", "Queue"] as const) {
    await phone.looksAt(part);
    if (part === "Add") await phone.page.getByRole("searchbox").fill(`h${String(round * each).slice(0, 2)}`);
    await unharmed(phone.page, `round ${round}, the phone's ${part}`);
  }
  for (const page of [alice.page, host.page, screen]) await unharmed(page, `round ${round}, ${page.url().slice(0, 40)}`);
  await alice.page.getByRole("button", { name: "Chat", exact: false }).first().click();
  // Some of them as what plays: in the headings and in the windows' titles.
  for (const title of titles.slice(-6)) {
    const before = await screen.locator("h1").textContent();
    await host.page.getByRole("button", { name: "Skip this song" }).click();
    await soon(() => screen.locator("h1").textContent()).not.toBe(before);
    const now = (await screen.locator("h1").textContent()) ?? "";
    expect(titles, title).toContain(now);
    await soon(() => alice.nowPlaying.textContent()).toBe(now);
    for (const page of [screen, alice.page]) await soon(() => page.title()).toContain(now.replaceAll(/\s+/g, " ").trim());
    for (const page of [screen, alice.page]) await unharmed(page, `playing ${now}`);
  }
  await landing.reload();
  await landing.getByTestId("jam-name").waitFor();
  await unharmed(landing, "the landing");
}

test("the end, its recap, and the history", async () => {
  await fetch(`${world.hostd.console}/api/jam/sessions/${code}`, { method: "DELETE", headers: { Authorization: `Bearer ${world.hostd.token}` } });
  for (const page of [alice.page, phone.page, screen]) {
    await page.getByText("This jam session has ended").waitFor();
    await unharmed(page, "the end");
  }
  expect((await alice.page.getByTestId("recap").textContent())?.length).toBeGreaterThan(500);
  await host.page.reload();
  await host.page.getByRole("button", { name: "History" }).click();
  await unharmed(host.page, "the history");
  await host.page.getByTestId("history-row").first().click();
  await host.page.getByTestId("history-track").first().waitFor();
  await unharmed(host.page, "one jam of the history");
});

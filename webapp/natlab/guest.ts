import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import type { Network } from "./network";

/** What a guest may wait for anything of the page. */
const patienceMs = 20_000;
/** A path that is not direct by then is believed to stay as it is. */
const settledMs = 8_000;

/** The real browser, in the guest's namespace: the lab speaks to it through pipes, which know no networks. */
export async function openBrowser(network: Network, dir: string, home: string): Promise<Browser> {
  const wrapper = join(dir, "chromium");
  const [command, ...within] = network.within("guest", "/usr/bin/chromium");
  writeFileSync(wrapper, `#!/bin/sh\nexec ${[command, ...within].join(" ")} "$@"\n`, { mode: 0o755 });
  return chromium.launch({
    executablePath: wrapper,
    env: { ...process.env, HOME: home } as Record<string, string>,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false, // the lab closes it
  });
}

/** How one guest's way in went. */
export interface Way {
  /** From the click on Join until the queue is shown. */
  queueMs: number;
  /** From that click until the badge says direct; null if it never did. */
  directMs: number | null;
  /** What the badge says in the end. */
  path: string;
}

/** What the page's observer notes, in its own clock. */
interface Notes {
  clicked: number | null;
  queue: number | null;
  badges: { state: string; at: number }[];
}

export class Guest {
  private constructor(private readonly context: BrowserContext, readonly page: Page) {}

  /** A fresh window: nothing stored, nothing cached. */
  static async arrives(browser: Browser): Promise<Guest> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    context.setDefaultTimeout(patienceMs);
    await context.addInitScript(takeNotes);
    return new Guest(context, await context.newPage());
  }

  /** From the click on Join, on a page that has all its parts, until the queue is shown, ms. */
  async enters(link: string, name: string): Promise<number> {
    await this.page.goto(link);
    await this.page.getByRole("textbox", { name: "Your name" }).fill(name);
    await this.page.waitForLoadState("networkidle");
    await this.page.getByRole("button", { name: "Join" }).click();
    await this.page.waitForFunction(() => (window as unknown as { lab: Notes }).lab.queue !== null);
    const { clicked, queue } = await this.notes();
    if (clicked === null || queue === null) throw new Error("the page was loaded anew on the way in");
    return queue - clicked;
  }

  /** Enters, and waits for the best path. */
  async joins(link: string, name: string): Promise<Way> {
    const queueMs = await this.enters(link, name);
    await this.page.waitForFunction(
      (ms) => {
        const { clicked, badges } = (window as unknown as { lab: Notes }).lab;
        const last = badges.at(-1)?.state;
        return last === "direct" || last === "lan" || performance.now() - (clicked ?? 0) > ms;
      },
      settledMs,
    );
    const { clicked, badges } = await this.notes();
    const direct = badges.find(({ state }) => state === "direct");
    return { queueMs, directMs: direct === undefined ? null : direct.at - (clicked ?? 0), path: await this.path() };
  }

  /** Whether the page says that this guest is in the jam, and by which path. */
  async path(): Promise<string> {
    return (await this.page.getByTestId("network-badge").getAttribute("data-state")) ?? "none";
  }

  /** When the badge last began to say so, by the clock of the machine. */
  async shownSince(state: string): Promise<number> {
    const { badges } = await this.notes();
    const origin = await this.page.evaluate(() => performance.timeOrigin);
    return origin + (badges.findLast((badge) => badge.state === state)?.at ?? Infinity);
  }

  async notes(): Promise<Notes> {
    return this.page.evaluate(() => (window as unknown as { lab: Notes }).lab);
  }

  /** Searches a song, adds it, and waits for the host's word on it: until then its row is another one. */
  async adds(title: string): Promise<void> {
    await this.page.getByRole("searchbox", { name: "Search songs" }).fill(title);
    await this.page.getByRole("button", { name: `Add ${title}`, exact: true }).click();
    await this.page.getByTestId("queue-item").filter({ has: this.page.getByText(title, { exact: true }) }).waitFor();
  }

  async looksAtChat(): Promise<void> {
    await this.page.getByRole("button", { name: /^Chat/ }).filter({ visible: true }).click();
    await this.page.getByRole("textbox", { name: "Message" }).waitFor();
  }

  async says(text: string): Promise<void> {
    await this.page.getByRole("textbox", { name: "Message" }).fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** What was said, oldest first. */
  async heard(): Promise<string[]> {
    return this.page.locator("[data-testid=chat-line] p").allTextContents();
  }

  /** The words on the page, for whoever looks for what went wrong. */
  async sees(): Promise<string> {
    return `${this.page.url().replace(/#.*/, "")}\n${await this.page.locator("body").innerText({ timeout: 1000 }).catch(() => "nothing")}`;
  }

  async leaves(): Promise<void> {
    await this.context.close();
  }
}

/** Runs in the page, from its first moment on: a clock inside is not slowed by who looks at it from outside. */
function takeNotes(): void {
  const notes: Notes = { clicked: null, queue: null, badges: [] };
  Object.assign(window, { lab: notes });
  addEventListener("submit", () => (notes.clicked ??= performance.now()), true);
  const look = () => {
    if (document.querySelector("[data-testid=queue-item]") !== null) notes.queue ??= performance.now();
    const state = document.querySelector<HTMLElement>("[data-testid=network-badge]")?.dataset["state"];
    if (state !== undefined && state !== notes.badges.at(-1)?.state) notes.badges.push({ state, at: performance.now() });
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-state"] });
}

import type { Page } from "playwright-core";

/** Hears a page as a screen reader reads out its live regions: what is put into one that was there already, or an alert that comes. */
export class Listener {
  private constructor(private readonly page: Page) {}

  /** Before the page goes anywhere. */
  static async sits(page: Page): Promise<Listener> {
    await page.addInitScript(listens);
    return new Listener(page);
  }

  /** What was read out since the last time, and what the focus went to. */
  async heard(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as { heard: string[] }).heard.splice(0));
  }

  /** The same, left there. */
  async soFar(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  }
}

/** Runs in the page before its own scripts. */
function listens(): void {
  const heard: string[] = [];
  Object.assign(window, { heard });
  const live = "[role=status], [role=alert], [role=log], [aria-live=polite], [aria-live=assertive]";
  const silent = "[aria-hidden=true], [hidden], [aria-live=off], button";
  /** What is read of a part of the page: not what is hidden, nor the buttons in it. */
  const words = (node: Node): string => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? "";
    if (!(node instanceof Element) || node.matches(silent)) return "";
    const blocks = /^(P|LI|DIV|UL|H\d)$/.test(node.tagName) ? " " : "";
    return blocks + [...node.childNodes].map(words).join("") + blocks;
  };
  const say = (text: string) => {
    const clean = text.replace(/\s+/g, " ").trim();
    if (clean !== "") heard.push(clean);
  };
  /** Those that have been in the page for a while: what a new one holds from the start is not read out. */
  const known = new WeakSet<Element>();
  const learn = () => document.querySelectorAll(live).forEach((region) => known.add(region));
  const told = new WeakMap<Element, string>();
  const changed = (records: MutationRecord[]) => {
    const regions = new Map<Element, Node[]>();
    for (const { type, target, addedNodes } of records) {
      const from = target instanceof Element ? target : target.parentElement;
      const region = from?.closest(live) ?? null;
      for (const added of addedNodes) if (added instanceof Element && added.matches("[role=alert]")) regions.set(added, [added]);
      if (region === null || from?.closest(silent) != null || !known.has(region)) continue;
      regions.set(region, [...(regions.get(region) ?? []), ...(type === "childList" ? addedNodes : [target])]);
    }
    for (const [region, nodes] of regions) {
      if (!region.isConnected) continue;
      // A status is read as a whole unless it says otherwise, a log only where it is new.
      const atomic = region.getAttribute("aria-atomic") ?? (region.matches("[role=status], [role=alert]") ? "true" : "false");
      const text = atomic === "true" ? words(region) : nodes.filter((node) => node.isConnected).map(words).join(" ");
      if (atomic !== "true" || told.get(region) !== text) say(text);
      told.set(region, text);
    }
    learn();
  };
  addEventListener("DOMContentLoaded", () => {
    learn();
    new MutationObserver(changed).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement && target.matches("h1, h2, main, section, [role=dialog]")) say(`(focus) ${target.getAttribute("aria-label") ?? words(target)}`.slice(0, 120));
  });
}

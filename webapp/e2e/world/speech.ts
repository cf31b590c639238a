import type { Page } from "playwright-core";
import { expect } from "vitest";
import { desk as deDesk } from "../../src/sentences/de/desk";
import { display as deDisplay } from "../../src/sentences/de/display";
import { guest as deGuest } from "../../src/sentences/de/guest";
import { host as deHost } from "../../src/sentences/de/host";
import { hosting as deHosting } from "../../src/sentences/de/hosting";
import { jam as deJam } from "../../src/sentences/de/jam";
import { music as deMusic } from "../../src/sentences/de/music";
import * as deTold from "../../src/sentences/de/told";
import { desk as enDesk } from "../../src/sentences/en/desk";
import { display as enDisplay } from "../../src/sentences/en/display";
import { guest as enGuest } from "../../src/sentences/en/guest";
import { host as enHost } from "../../src/sentences/en/host";
import { hosting as enHosting } from "../../src/sentences/en/hosting";
import { jam as enJam } from "../../src/sentences/en/jam";
import { music as enMusic } from "../../src/sentences/en/music";
import * as enTold from "../../src/sentences/en/told";
import { desk as jaDesk } from "../../src/sentences/ja/desk";
import { display as jaDisplay } from "../../src/sentences/ja/display";
import { guest as jaGuest } from "../../src/sentences/ja/guest";
import { host as jaHost } from "../../src/sentences/ja/host";
import { hosting as jaHosting } from "../../src/sentences/ja/hosting";
import { jam as jaJam } from "../../src/sentences/ja/jam";
import { music as jaMusic } from "../../src/sentences/ja/music";
import * as jaTold from "../../src/sentences/ja/told";
import { seemsRight } from "./looks";

/** What the pages say, by language. */
export const sentences = {
  en: { desk: enDesk, display: enDisplay, guest: enGuest, host: enHost, hosting: enHosting, jam: enJam, music: enMusic },
  de: { desk: deDesk, display: deDisplay, guest: deGuest, host: deHost, hosting: deHosting, jam: deJam, music: deMusic },
  ja: { desk: jaDesk, display: jaDisplay, guest: jaGuest, host: jaHost, hosting: jaHosting, jam: jaJam, music: jaMusic },
};
export type Language = keyof typeof sentences;

/** How they say what the host refuses and tells. */
export const told = { en: enTold, de: deTold, ja: jaTold };

/** Stands where an argument does; numbers, since every function takes them. */
const hole = 7777;

/** What a table says: each sentence, and each function's sentence with `hole` where an argument stands. */
function saidBy(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "function") {
    const args = Array.from({ length: value.length }, () => hole);
    try {
      return [String((value as (...args: unknown[]) => unknown)(...args))];
    } catch {
      return [];
    }
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(saidBy) : [];
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const pattern = (text: string) => `^${escaped(text).replace(/7,?777/g, ".+")}$`;

/** English sentences as patterns, but those that the language says with the same words. */
function englishBut(language: Language): string[] {
  const theirs = new Set(saidBy(sentences[language]));
  return [...new Set(saidBy(sentences.en))].filter((text) => !theirs.has(text) && /\p{L}{2}/u.test(text.replace(/7,?777/g, ""))).map(pattern);
}

/** Words without which hardly any English sentence does; a host's own words would have them, too. */
const plainEnglish = "\\b(the|and|of|you|your|is|are|not|this|that|with|they|them|could|cannot)\\b";

/** Whatever a person sees, hears or meets in the page: texts, also of folded parts, and what stands in attributes. */
function heard(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const words: string[] = [...document.title.split(" · ")];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      // Paths, commands and what is marked as English are no sentences of the page.
      if (node.parentElement?.closest("script, style, .folder, code, pre, [lang=en]") === null) words.push(node.textContent ?? "");
    }
    for (const element of document.body.querySelectorAll("*")) {
      for (const name of ["aria-label", "aria-valuetext", "aria-description", "aria-roledescription", "title", "placeholder", "alt"]) words.push(element.getAttribute(name) ?? "");
    }
    return [...new Set(words.map((word) => word.trim()))].filter((word) => word !== "");
  });
}

/** Buttons, tabs and the like whose words do not fit. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => [...document.querySelectorAll<HTMLElement>("button, summary, .tab-text, .tag, label, legend, h1, h2, h3, .segments span")]
    .filter((element) => element.checkVisibility() && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline")
    .map((element) => `${element.innerText.replace(/\s+/g, " ")} (${element.scrollWidth} of ${element.clientWidth} px)`));
}

/** Words that go on in the next line in their middle. Links and the like must. */
function broken(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const of = node.parentElement;
      if (of === null || !of.checkVisibility() || of.clientWidth === 1 || of.closest("script, style, noscript, textarea, .link, .folder, code, [data-testid=words]") !== null) continue;
      for (const { 0: word, index } of (node.textContent ?? "").matchAll(/[A-Za-zÄÖÜäöüß]{3,}/g)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        const tops = [...range.getClientRects()].map(({ top }) => Math.round(top));
        if (Math.max(...tops) - Math.min(...tops) > 4) found.push(`${word} in: ${node.textContent ?? ""}`);
      }
    }
    return found;
  });
}

/** The page as it stands says nothing in English, has its language, and room for all its words. */
async function speaks(page: Page, language: Exclude<Language, "en">): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
  const english = new RegExp(englishBut(language).join("|"), "u");
  const plain = new RegExp(plainEnglish, "i");
  const wrong = [...(await heard(page)).filter((text) => english.test(text) || plain.test(text)).map((text) => `English: ${text}`), ...(await cutOff(page)).map((text) => `cut off: ${text}`), ...(await broken(page)).map((text) => `broken: ${text}`)];
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}

/** What was wrong with the pages of one language, state by state. */
export class Faults {
  readonly found: string[] = [];
  constructor(private readonly language: Exclude<Language, "en">) {}

  /** Looks at the page as it stands; with JAM_PICTURES=DIR, takes a picture of it. */
  async look(page: Page, state: string): Promise<void> {
    const note = (error: unknown) => void this.found.push(`${state}: ${String(error)}`);
    await seemsRight(page, `${this.language}-${state}`).catch(note);
    await speaks(page, this.language).catch(note);
  }
}

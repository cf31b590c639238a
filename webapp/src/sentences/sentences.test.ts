// @vitest-environment node
import { describe, expect, it } from "vitest";
import type { Translation } from "./translation";

// All tables of all languages beside each other: files, keys, and what they say.
const modules = import.meta.glob<Record<string, unknown>>("./*/*.ts", { eager: true });
const languages = ["de", "ja"] as const;
type Language = (typeof languages)[number];

/** The modules of one language by their file's name, but what speaks for the host: told.test.ts has that. */
function tablesOf(language: "en" | Language): Record<string, unknown> {
  return Object.fromEntries(Object.entries(modules).flatMap(([path, module]) => {
    const [, of, file = ""] = /^\.\/(..)\/(\w+)\.ts$/.exec(path) ?? [];
    return of === language && file !== "told" ? [[file, module]] : [];
  }));
}

type Say = (...args: unknown[]) => unknown;

/** Sentences and functions by their path, such as jam.because.artist. */
function leaves(value: unknown, path = ""): [string, string | Say][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") return [[path, value as Say]];
  if (typeof value !== "object" || value === null) throw new Error(`${path} is neither a sentence nor a function`);
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

const english = new Map(leaves(tablesOf("en")));
const tables = { de: new Map(leaves(tablesOf("de"))), ja: new Map(leaves(tablesOf("ja"))) };

/** Arguments of every kind that there is: nothing at run time says which a function takes. */
function samples(count: number): unknown[][] {
  const all = (make: (at: number) => unknown) => Array.from({ length: count }, (_, at) => make(at));
  const words = (at: number) => ["Quux", "Zonk", "Blib"][at];
  const numbers = [0, 1, 2, 3, 11, 61, 90, 1234, 54321, -7].map((n) => all((at) => n + at));
  const decisions = [true, false].map((yes) => all((at) => (at === count - 1 ? yes : words(at))));
  return [...numbers, all(words), ...decisions, all(() => ["Quux", "Zonk"]), all(() => params)];
}

/** The host's params: a word for each key. */
const params = new Proxy({}, { get: (_, key) => (key === Symbol.toPrimitive ? () => "params" : `Quux-${String(key)}`) });
/** Arguments as they may stand in a sentence. */
const wordsOf = (args: unknown[], text: string): string[] => args.flatMap((arg) => (arg === params ? (text.match(/Quux-\w+/g) ?? []) : [arg].flat())).filter((word): word is string => typeof word === "string");

/** One sentence for the report of a failure. */
const shown = ({ path, args, en, there }: Said): string => `${path}(${args.map(String).join("; ")}): ${en} | ${there}`;

interface Said {
  path: string;
  args: unknown[];
  en: string;
  there: string;
}

function attempt(ask: () => unknown): unknown {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

/** What the tables say for the same arguments. An argument of a kind that the English function cannot take is left out. */
function said(language: Language): Said[] {
  return [...english].flatMap(([path, sentence]) => {
    const other = tables[language].get(path);
    if (typeof sentence === "string") return [{ path, args: [], en: sentence, there: other as string }];
    const pairs = samples(sentence.length).flatMap((args) => {
      const en = attempt(() => sentence(...args));
      return typeof en === "string" ? [{ path, args, en, there: String((other as Say)(...args)) }] : [];
    });
    expect(pairs.length, `${path} could be asked`).toBeGreaterThan(0);
    return pairs;
  });
}

/** 12,345 and 12.345 are the same number. */
const numbersIn = (text: string): string[] => text.replace(/(\d)[.,\u202f](?=\d{3}(\D|$))/g, "$1").match(/\d+/g) ?? [];

/** The same in English: names, and words that have come over. */
const same: Record<Language, RegExp> = {
  de: /^(Soul Jam|HQRS-2K4M|Code|Chat|Host|Link|Jam|Browser|Player|Playlists?|Genres|Autoplay|Esc|CSV|JSON|Playlist \(M3U\)|hostd console|Applaus|Party)$/,
  ja: /^(Soul Jam|HQRS-2K4M|Esc|CSV|JSON|hostd console)$/,
};
/** Words that no sentence of that language has, and signs that are another language's. */
const foreign: Record<Language, RegExp> = {
  de: /\b(the|and|of|you|your|is|are|not|this|that|with|song’s|they|them|it)\b|["']|“[^“”]*”|,,/i,
  ja: /\b(the|and|of|you|your|is|are|not|this|that|with|song|jam|host|guest)\b|["“”„']|[ぁ-んァ-ヶ一-龠][,.?!:;()]|[,?!;()][ぁ-んァ-ヶ一-龠]/,
};

describe.each(languages)("the tables in %s", (language) => {
  it("have every file and key that the English ones have, and no other", () => {
    expect([...tables[language].keys()].sort()).toEqual([...english.keys()].sort());
    const kinds = (table: Map<string, unknown>) => [...table].map(([path, leaf]) => `${path} ${typeof leaf}`).sort();
    expect(kinds(tables[language])).toEqual(kinds(english));
  });
  it("say something wherever English does, of what it was asked", () => {
    const wrong = said(language).filter(({ args, en, there }) => {
      if ((there.trim() === "") !== (en.trim() === "")) return true;
      const numbers = numbersIn(there);
      return !wordsOf(args, en).every((word) => !en.includes(word) || there.includes(word)) || !numbersIn(en).every((n) => numbers.includes(n));
    });
    expect(wrong.map(shown)).toEqual([]);
  });
  it("have left no English", () => {
    // Given the same arguments, what is the same was not translated, unless it is a figure, a name or arguments only.
    const left = said(language).filter(({ args, en, there }) => en === there && !same[language].test(there) && bare(there, args) !== "");
    expect(left.map(shown)).toEqual([]);
    expect(said(language).filter(({ there }) => foreign[language].test(there)).map(shown)).toEqual([]);
  });
});

/** A sentence without its arguments, figures, signs and units. */
function bare(text: string, args: unknown[]): string {
  const without = wordsOf(args, text).reduce((rest, word) => rest.split(word).join(""), text);
  return without.replace(/NaN|true|false|params|undefined|Autoplay|\b(ms|min|h|s)\b|[^\p{L}]/gu, "");
}

it("English has curly quotes and no others", () => {
  const straight = [...english].flatMap(([, sentence]) => (typeof sentence === "string" ? [sentence] : [])).filter((sentence) => /["']/.test(sentence));
  expect(straight).toEqual([]);
});

it("a translation with other keys or kinds is a type error", () => {
  const table = { hello: "Hello", many: (n: number) => `${n} songs`, inner: { yes: "Yes" } } as const;
  type Other = Translation<typeof table>;
  const right: Other = { hello: "Hallo", many: (n) => `${n} Songs`, inner: { yes: "Ja" } };
  // @ts-expect-error a key too few
  const few: Other = { hello: "Hallo", many: (n) => `${n} Songs`, inner: {} };
  // @ts-expect-error a key too many
  const many: Other = { hello: "Hallo", many: (n) => `${n} Songs`, inner: { yes: "Ja" }, no: "Nein" };
  // @ts-expect-error a sentence where a function must be
  const flat: Other = { hello: "Hallo", many: "Songs", inner: { yes: "Ja" } };
  // @ts-expect-error another argument
  const asked: Other = { hello: "Hallo", many: (n: string) => `${n} Songs`, inner: { yes: "Ja" } };
  expect([right, few, many, flat, asked]).toHaveLength(5);
});

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** What runs, or is made, only where text is taken for something else. All of it would set `hacked`, or make an element named x-hostile. */
const markup = [
  "<script>hacked=1</script>", "<svg onload=hacked=1>", "<img src=x onerror=hacked=1>", "\"><svg/onload=hacked=1>", "'><img src onerror=hacked=1>", "</title><svg onload=hacked=1>", "<x-hostile>", "<iframe srcdoc='<svg onload=top.hacked=1>'>",
  "<style>*{display:none}</style>", "<link rel=stylesheet href=//x>", "<base href=//x>", "<meta http-equiv=refresh content=0;//x>", "<a href=javascript:hacked=1>x</a>", "javascript:hacked=1", "JaVaScRiPt&colon;hacked=1", "data:text/html,<svg onload=hacked=1>",
  "&lt;x-hostile&gt;", "&#60;x-hostile&#62;", "&#x3c;x-hostile&#x3e;", "&amp;lt;x-hostile&amp;gt;", "＜x-hostile＞", "‹x-hostile›", "<!--", "-->", "<![CDATA[", "]]>", "<noscript><x-hostile>", "<template><x-hostile>", "<math><x-hostile>", "<details open ontoggle=hacked=1>",
  "<video><source onerror=hacked=1>", "<form action=//x><button>", "<object data=//x>", "<embed src=//x>", "<body onload=hacked=1>", "<input autofocus onfocus=hacked=1>", "<marquee onstart=hacked=1>", "</textarea><x-hostile>", "</style><x-hostile>", "</script><x-hostile>",
];
const templates = ["${hacked=1}", "{{hacked=1}}", "{{constructor.constructor('hacked=1')()}}", "#{hacked=1}", "<%=hacked=1%>", "$(hacked=1)", "`hacked=1`", "{hacked}", "%s%n%x%d", "%00", "{0}{1}", "\\u003cx-hostile\\u003e", "\\x3cx-hostile\\x3e", "$&$`$'$1", "__proto__", "constructor", "toString", "hasOwnProperty"];
const others = ["'; DROP TABLE jams;--", "\" OR 1=1 --", "*{color:red}", "};body{display:none}", "url(//x)", "expression(hacked=1)", "@import '//x'", "../../../etc/passwd", "..\\..\\boot.ini", "|| rm -rf /", "$(reboot)", "`reboot`", "null", "undefined", "NaN", "true", "0", "-1", "[object Object]", "[]", "{}", "\"", "'", "\\", "\\\\\"", "/", "#tv=x", "?a=b&c=d", "http://x/", "=cmd|'/c calc'!A1", "@SUM(1)", "+1", "-1+1"];
const scripts = ["\u202eevil\u202c", "\u2067right\u2069", "\u200f\u200fמימין", "שלום <x-hostile>", "مرحبا بالجميع", "\u200b\u200b\u200b", "a\u200db\u200cc", "\ufeffbom", "\u2028line\u2029para", "z̴̢̛͓a̸̡͝l̵͎͛g̶̠̈́o̷̗̿".repeat(4), "👩‍👩‍👧‍👦🏳️‍🌈", "𝕳𝖊𝖑𝖑𝖔 𐍈𒀱", "😀".repeat(20), "日本語の名前", "ﷺ".repeat(8), "İıſß", "x".repeat(38), "ㅤ", "\u00ad\u00ad", "\ud83d", "\udc00\ud800", "a\nb\r\nc", "\ta\t", "\0null\0", "\x1b[31mred", "\x07\x08\x7f", "\ue000\uf8ff", "\u0300\u0301", "A\u0308\u0323", "<\u200bscript>"];

/** 200 of them, each with a mark of its own behind it so that it can be found. */
export const hostile: readonly string[] = [...markup, ...templates, ...others, ...scripts].flatMap((text) => [text, `Song ${text} of the year`]).slice(0, 200)
  .map((text, i) => `${text} h${String(i).padStart(3, "0")}`);

/** The same as a name of at most 40 characters, with its mark. */
export const asName = (text: string): string => `${[...text].slice(0, -5).slice(0, 34).join("")}${text.slice(-5)}`;

/** Programs and file systems are given no half characters. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

/** As it can stand in a file's name. */
export const asFile = (text: string): string => wellFormed(text.replaceAll(/[/\0]/g, "_")).slice(0, 60);

/** Real audio whose tags hold it. Neither a program's arguments nor ffmpeg take a zero byte: it is written into the file. */
export function makeHostileSong(music: string, text: string, n: number): string {
  const file = join(music, `${String(n).padStart(3, "0")}.flac`);
  const tag = wellFormed(text).replaceAll("\0", "\u0001\u0002");
  execFileSync("ffmpeg", [
    "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", `sine=frequency=${200 + n}:duration=60:sample_rate=8000`,
    "-metadata", `title=${tag}`, "-metadata", `artist=${tag}`, "-metadata", `album=${tag}`, "-metadata", `genre=${tag}`, file,
  ]);
  const bytes = readFileSync(file);
  for (let at = bytes.indexOf("\u0001\u0002"); at >= 0; at = bytes.indexOf("\u0001\u0002")) bytes.fill(0, at, at + 2);
  writeFileSync(file, bytes);
  return file;
}

/** What should never be in a page of ours. */
export async function isUnharmed(page: Page, what: string): Promise<void> {
  const found = await page.evaluate(() => {
    const { hacked, refused } = window as unknown as { hacked: number; refused: string[] };
    const all = [...document.querySelectorAll("*")];
    return {
      hacked, refused,
      made: all.filter((e) => /^(x-hostile|iframe|object|embed|base|marquee|math|template|video|source|style|noscript)$/i.test(e.localName) && e.parentElement?.id !== "" && e.localName !== "noscript").map((e) => e.outerHTML.slice(0, 80)),
      foreign: all.flatMap((e) => [...e.attributes].filter(({ name, value }) => /^on/i.test(name) || /^(href|src|action|data|srcdoc)$/.test(name) && !/^(\/|blob:|data:image|soul-jam:|#|http:\/\/127)/.test(value)).map(({ name, value }) => `${e.localName} ${name}=${value.slice(0, 60)}`)),
      wider: Math.max(0, document.documentElement.scrollWidth - innerWidth),
    };
  });
  expect({ ...found, what }).toEqual({ hacked: 0, refused: [], made: [], foreign: [], wider: 0, what });
}

// node scripts/icons.mjs: draws src/ui/icon.svg as the pictures that systems ask of an installed app, into icons/. They
// are kept with the sources: run it again after the drawing has changed. Needs Debian's chromium.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const drawing = readFileSync(here("src/ui/icon.svg"), "utf8");
/** Systems cut the corners themselves, each its own way: what they cut must be ground. A maskable one keeps all that matters within 80 % of its width. */
const square = drawing.replace(' rx="8"', "");
const ground = /<rect[^>]*fill="([^"]+)"/.exec(drawing)[1];
const pictures = [
  { name: "icon-192", size: 192, svg: drawing, part: 1 },
  { name: "icon-512", size: 512, svg: drawing, part: 1 },
  { name: "maskable-512", size: 512, svg: square, part: 0.86 },
  { name: "apple-180", size: 180, svg: square, part: 0.92 },
];

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
for (const { name, size, svg, part } of pictures) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const round = svg === drawing;
  await page.setContent(`<style>*{margin:0}body{display:grid;place-items:center;height:100vh;${round ? "" : `background:${ground}`}}svg{width:${part * 100}%;height:${part * 100}%}</style>${svg}`);
  writeFileSync(here(`icons/${name}.png`), await page.screenshot({ omitBackground: round }));
  await page.close();
}
await browser.close();

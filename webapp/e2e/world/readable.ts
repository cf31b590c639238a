import type { Page } from "playwright-core";
import { expect } from "vitest";

/** What stands on the screen: the smallest letters as a part of its height, what leaves the window, and which texts stand on each other. */
function measure(page: Page) {
  return page.evaluate(() => {
    const smallest = { part: 1, text: "" };
    const outside: string[] = [];
    const boxes: { text: string; of: Element; box: DOMRect }[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const of = node.parentElement;
      const text = node.textContent?.trim() ?? "";
      if (of === null || text === "" || of.closest("noscript, style, script, .floats") !== null || !of.checkVisibility()) continue;
      const part = parseFloat(getComputedStyle(of).fontSize) / innerHeight;
      if (part < smallest.part) [smallest.part, smallest.text] = [part, text];
      const box = of.getBoundingClientRect();
      if (box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight) outside.push(text);
      boxes.push({ text, of, box });
    }
    for (const picture of document.querySelectorAll(".cover, .display-join img")) boxes.push({ text: picture.className || "QR", of: picture, box: picture.getBoundingClientRect() });
    const meet = boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => !a.of.contains(b.of) && !b.of.contains(a.of) &&
      Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 1 && Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top) > 1)
      .map((b) => `${a.text} / ${b.text}`));
    const { scrollWidth, scrollHeight } = document.documentElement;
    return { smallest, outside, meet, scrolls: scrollWidth > innerWidth || scrollHeight > innerHeight, cursor: getComputedStyle(document.querySelector("main") ?? document.body).cursor,
      clickable: document.querySelectorAll("a, button, input, select, textarea, summary, [tabindex]").length };
  });
}

/** Read from across the room, whole, without anything to click or to scroll. */
export async function isReadable(page: Page): Promise<void> {
  await page.waitForTimeout(100); // fonts and the first layout
  const { smallest, ...rest } = await measure(page);
  expect(smallest.part, `the smallest text, ${smallest.text}, as a part of the screen's height`).toBeGreaterThanOrEqual(0.024);
  expect(rest).toEqual({ outside: [], meet: [], scrolls: false, cursor: "none", clickable: 0 });
}

/** The code to scan is there. */
export async function drawn(page: Page): Promise<void> {
  await page.getByTestId("qr").evaluate((image: HTMLImageElement) => image.decode());
}

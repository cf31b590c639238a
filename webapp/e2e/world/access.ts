import type { Page } from "playwright-core";

// What can be measured of whether everybody can use a page, besides what axe finds. Each gives what is wrong, one line each.

/** A finger needs so much, CSS px. */
const finger = 44;

/** Controls that are smaller than a finger, with what a label or a ::before adds to them. Links in a line of text may be. */
export function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate((finger) => {
    const controls = [...document.querySelectorAll<HTMLElement>("a[href], button:not(:disabled), input:not(:disabled), select, textarea, summary, [role=button], [role=slider]")];
    const modal = document.querySelector("[aria-modal=true]");
    const at = [scrollX, scrollY] as const;
    const small = controls.filter((control) => {
      if (!control.checkVisibility({ visibilityProperty: true }) || control.closest("[aria-hidden=true], [inert]") !== null || (modal !== null && !modal.contains(control))) return false;
      control.scrollIntoView({ block: "center", inline: "nearest" });
      const labels = control instanceof HTMLInputElement ? [...(control.labels ?? [])] : [];
      // A label that holds the control, or stands beside it, is pressed as well.
      const boxes = [control, ...labels].map((one) => one.getBoundingClientRect());
      if (boxes.some(({ width, height }) => width >= finger - 0.5 && height >= finger - 0.5)) return false;
      if (control instanceof HTMLAnchorElement && getComputedStyle(control).display === "inline" && (control.parentElement?.textContent ?? "").length > control.textContent.length) return false;
      const box = control.getBoundingClientRect();
      const [x, y, far] = [box.left + box.width / 2, box.top + box.height / 2, finger / 2 - 1];
      const mine = (u: number, v: number) => {
        const hit = document.elementFromPoint(u, v);
        return hit !== null && (control.contains(hit) || labels.some((label) => label.contains(hit)));
      };
      return ![[x - far, y], [x + far, y], [x, y - far], [x, y + far]].every(([u = 0, v = 0]) => mine(u, v));
    });
    scrollTo(...at);
    return small.map((control) => {
      const { width, height } = control.getBoundingClientRect();
      return `smaller than a finger, ${Math.round(width)} × ${Math.round(height)}: ${control.outerHTML.replace(/>[^]*/, ">").slice(0, 160)} ${(control.getAttribute("aria-label") ?? control.textContent).slice(0, 40)}`;
    });
  }, finger);
}

/** Headings in order, the first of them an h1, and one main part. */
export function outOfOrder(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wrong: string[] = [];
    const mains = document.querySelectorAll("main, [role=main]").length;
    if (mains !== 1) wrong.push(`${mains} main parts`);
    const headings = [...document.querySelectorAll<HTMLElement>("h1, h2, h3, h4, h5, h6")].filter((one) => one.checkVisibility() && one.closest("[role=dialog]") === null);
    let before = 0;
    for (const heading of headings) {
      const level = Number(heading.tagName[1]);
      if (level > before + 1) wrong.push(`a heading ${level} after a ${before}: ${heading.textContent}`);
      before = level;
    }
    const firsts = headings.filter(({ tagName }) => tagName === "H1").length;
    if (firsts !== 1) wrong.push(`${firsts} headings of the first level`);
    return wrong;
  });
}

/** What does not fit: wider than the window, controls beside it, text that is cut off without a sign. */
export function doesNotFit(page: Page, when: string): Promise<string[]> {
  return page.evaluate((when) => {
    const wrong: string[] = [];
    const name = (one: Element) => `${one.tagName.toLowerCase()}.${one.className} ${one.textContent.trim().slice(0, 40)}`;
    const all = [...document.body.querySelectorAll<HTMLElement>("*")].filter((one) => one.checkVisibility() && one.closest(".unseen, svg, [aria-hidden=true]") === null);
    const wide = document.documentElement.scrollWidth - innerWidth;
    if (wide > 0) wrong.push(`${when}: ${wide} px wider than the window: ${all.filter((one) => one.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map(name).join("; ")}`);
    for (const one of all) {
      const style = getComputedStyle(one);
      const box = one.getBoundingClientRect();
      if (one.matches("button, input, select, textarea, a[href]") && (box.right > innerWidth + 1 || box.left < -1)) wrong.push(`${when}: beside the window: ${name(one)}`);
      const words = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim() !== "");
      const cuts = ["hidden", "clip"].includes(style.overflowX) && style.textOverflow !== "ellipsis" && style.webkitLineClamp === "none";
      if (words && cuts && one.clientWidth > 1 && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)) wrong.push(`${when}: cut off: ${name(one)}`);
    }
    return [...new Set(wrong)];
  }, when);
}

/** As people set it who read better so (WCAG 1.4.12). */
export async function spacedOut(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    const style = document.head.appendChild(Object.assign(document.createElement("style"), { id: "spaced" }));
    style.textContent = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }";
  });
  const wrong = await doesNotFit(page, "with more space in the text");
  await page.evaluate(() => document.getElementById("spaced")?.remove());
  return wrong;
}

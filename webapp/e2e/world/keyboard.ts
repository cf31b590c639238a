import type { Page } from "playwright-core";
import { bringAxe, type Axe } from "./axe";

interface Stop {
  /** Which of the controls; -1 = none, the page itself. */
  index: number;
  wrong: string[];
}

/** More stops than any page has. */
const most = 400;

/** Goes round by Tab: what it does not reach, and stops that cannot be seen, have no mark of the focus or no name. */
export async function tabWalk(page: Page): Promise<string[]> {
  await bringAxe(page);
  const count = await page.evaluate(listControls);
  const seen = new Set<number>();
  const wrong: string[] = [];
  // Twice at none means that nothing can be reached.
  for (let steps = 0, nowhere = 0; steps < most && nowhere < 2; steps++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(lookAtFocus);
    if (stop.index < 0) {
      nowhere += 1;
      continue;
    }
    if (seen.has(stop.index) && (seen.size >= count || nowhere > 0 || steps > count * 2)) break;
    if (!seen.has(stop.index)) wrong.push(...stop.wrong);
    seen.add(stop.index);
  }
  const missed = await page.evaluate((seen) => {
    const { controls, named } = (window as unknown as Walk).walk;
    return controls.filter((_, i) => !seen.includes(i)).map(named);
  }, [...seen]);
  return [...wrong, ...missed.map((name) => `Tab does not reach ${name}`)];
}

interface Walk {
  walk: { controls: Element[]; expected: number; named(one: Element): string };
}

/** Everything that Tab should reach; where a dialog stands open, in it alone. Gives how many. */
function listControls(): number {
  const within = document.querySelector("[aria-modal=true]") ?? document;
  const controls = [...within.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, summary, [tabindex]")].filter((one) => {
    if (one.tabIndex < 0 || one.matches(":disabled") || !one.checkVisibility({ visibilityProperty: true }) || one.closest("[inert]") !== null) return false;
    if (!(one instanceof HTMLInputElement) || one.type !== "radio") return true;
    // Of a group of radio buttons one is a stop, and the arrows go on from there.
    const group = [...document.querySelectorAll<HTMLInputElement>("input[type=radio]")].filter(({ name, form }) => name === one.name && form === one.form);
    return one === (group.find(({ checked }) => checked) ?? group[0]);
  });
  const named = (one: Element) => `${one.tagName.toLowerCase()}.${one.className} “${(one.getAttribute("aria-label") ?? one.textContent).trim().slice(0, 50)}”`;
  Object.assign(window, { walk: { controls: [...controls], expected: controls.length, named } });
  return controls.length;
}

/** Looks at what has the focus now. */
function lookAtFocus(): Stop {
  const { walk, axe } = window as unknown as Walk & Axe;
  const one = document.activeElement;
  if (one === null || one === document.body || one === document.documentElement) return { index: -1, wrong: [] };
  const modal = document.querySelector("[aria-modal=true]");
  const wrong: string[] = [];
  let index = walk.controls.indexOf(one);
  // A box that scrolls is a stop by itself in newer browsers.
  if (index < 0) index = walk.controls.push(one) - 1;
  const told = walk.named(one);
  if (modal !== null && !modal.contains(one)) wrong.push(`the focus leaves the dialog: ${told}`);
  const box = one.getBoundingClientRect();
  const [left, right, top, bottom] = [Math.max(0, box.left), Math.min(innerWidth, box.right), Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
  const labels = one instanceof HTMLInputElement ? [...(one.labels ?? [])] : [];
  const shown = [0.1, 0.3, 0.5, 0.7, 0.9].some((u) => [0.1, 0.5, 0.9].some((v) => {
    const hit = document.elementFromPoint(left + (right - left) * u, top + (bottom - top) * v);
    // A passing sentence goes by itself, and can be closed.
    return hit !== null && (hit.closest(".toasts") !== null || one.contains(hit) || hit.contains(one) && hit.closest("label") !== null || labels.some((label) => label.contains(hit)));
  }));
  if (right - left < 1 || bottom - top < 1) wrong.push(`has the focus outside the window: ${told}`);
  else if (!shown) wrong.push(`has the focus and is hidden behind something: ${told}`);
  const marked = [one, one.parentElement].some((part) => {
    if (part === null) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(part);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });
  if (!marked) wrong.push(`has the focus without a mark: ${told}`);
  axe.setup();
  if (axe.commons.text.accessibleText(one) === "" && index < walk.expected) wrong.push(`has no name: ${told}`);
  axe.teardown();
  return { index, wrong };
}

/** Escape closes the dialog that stands open, and gives the focus back to where it came from. */
export async function closesByEscape(page: Page, openedBy: string | RegExp): Promise<string[]> {
  await page.keyboard.press("Escape");
  if ((await page.getByRole("dialog").count()) > 0) return ["Escape does not close the dialog"];
  const opener = page.getByRole("button", { name: openedBy, exact: true });
  const back = await opener.evaluate((one) => one === document.activeElement);
  return back ? [] : [`the dialog gives the focus to ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120))}`];
}

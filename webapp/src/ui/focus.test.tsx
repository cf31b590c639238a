import { act } from "react";
import { afterEach, expect, it } from "vitest";
import { show, unmount } from "../testing/render";
import { keepFocus } from "./focus";

afterEach(unmount);

async function page() {
  const app = await show(<main><section aria-label="near"><ul><li><button id="b">go</button><button id="c">stay</button></li></ul></section></main>);
  const stop = keepFocus(app);
  const one = (what: string) => app.querySelector(what) as HTMLElement;
  return { app, stop, one };
}
const focused = () => document.activeElement;
const settle = () => act(async () => undefined);

it("the focus of what goes stays in its part of the page", async () => {
  const { one, stop } = await page();
  one("#b").focus();
  one("#b").remove();
  await settle();
  expect(focused()).toBe(one("section"));
  stop();
});
it("goes further out when the part goes, too", async () => {
  const { one, stop } = await page();
  one("#b").focus();
  one("section").remove();
  await settle();
  expect(focused()).toBe(one("main"));
  stop();
});
it("is not taken from where somebody put it", async () => {
  const { one, stop } = await page();
  one("#b").focus();
  one("#c").focus();
  one("#b").remove();
  await settle();
  expect(focused()).toBe(one("#c"));
  one("#c").blur();
  one("ul").append("more");
  await settle();
  expect(focused()).toBe(document.body);
  stop();
});

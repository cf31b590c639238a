import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWindow, seemsRight, sizes, themes } from "./world/looks";
import { Guest } from "./world/people";
import { Relay } from "./world/relay";
import { World } from "./world/world";

// What a guest of a soul-server meets that nobody on the host's Wi-Fi does, in both themes, on a phone and on a desk: nothing for
// axe to find, nothing wider than the window, and, with JAM_PICTURES=DIR, a picture of each.
const songs = ["Midnight Ferry", "Paper Lanterns"].map((title, i) => ({ title, artist: "The Bells", hz: 300 + 77 * i, seconds: 600 }));
const looks = themes.flatMap((theme) => sizes.map((size) => ({ theme, size })));

let dir: string;
let relay: Relay;
let world: World;
let link: string;
let typed: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "jam-relay-"));
  relay = await Relay.start(dir);
  world = await World.open(songs, { args: ["--relay", relay.url, "--start", "Friday at Hanna’s"] });
  const host = await world.host();
  await host.page.getByTestId("code").waitFor();
  link = await host.link();
  typed = link.replace(/#.*/, "");
  await host.leaves();
  await relay.knows((typed.split("/").at(-1)) ?? "");
}, 120_000);
afterAll(async () => {
  await world.close();
  await relay.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe.each(looks)("$size, $theme", ({ theme, size }) => {
  const looksRight = (page: Page, state: string) => seemsRight(page, `${state}-${size}-${theme}`);
  const window = () => openWindow(world.browser, theme, size);

  test("a typed code is not verified, and says what that means", async () => {
    const page = await window();
    const guest = Guest.in(page);
    await guest.joins(typed, `Tim ${size} ${theme}`);
    const mark = page.getByTestId("network-mark");
    await looksRight(page, "not-verified");
    await mark.locator("summary").click();
    await mark.locator("p").waitFor();
    await looksRight(page, "not-verified-why");
    await guest.leaves();
  });

  test("without the browser's cryptography it is not encrypted, and says so", async () => {
    const page = await window();
    await page.addInitScript(() => Object.defineProperty(Crypto.prototype, "subtle", { get: () => undefined }));
    const guest = Guest.in(page);
    await guest.joins(typed, `Pat ${size} ${theme}`);
    await page.getByTestId("network-mark").locator("summary").click();
    expect(await page.getByTestId("network-mark").getAttribute("data-state")).toBe("plain");
    await looksRight(page, "not-encrypted");
    await guest.leaves();
  });

  test("a link that lost its end, or is another host's", async () => {
    const page = await window();
    await page.goto(link.slice(0, -9));
    await page.getByText("This link is cut off").waitFor();
    await looksRight(page, "link-cut");
    const key = link.split("#")[1] ?? "";
    await page.goto("about:blank");
    const guest = Guest.in(page);
    await guest.asks(link.replace(key, (key.startsWith("A") ? "B" : "A") + key.slice(1)), "Eve");
    await page.getByText("This link does not belong to the host that answers").waitFor();
    await looksRight(page, "link-of-another");
    await guest.leaves();
  });

  test("the host's daemon goes, and comes back", async () => {
    const page = await window();
    const guest = Guest.in(page);
    await guest.joins(link, `Gina ${size} ${theme}`);
    await world.hostd.stop("SIGKILL");
    await expect.poll(() => page.getByTestId("network-badge").getAttribute("data-state")).toBe("host-away");
    await looksRight(page, "host-away");
    const late = await window();
    await late.goto(typed);
    await late.getByText("The host is away").first().waitFor();
    await looksRight(late, "host-away-landing");
    await late.context().close();
    await world.hostd.again();
    await expect.poll(() => page.getByTestId("network-badge").getAttribute("data-state"), { timeout: 15_000 }).toMatch(/direct|relayed/);
    await guest.leaves();
  });
});

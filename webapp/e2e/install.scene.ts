import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWindow, seemsRight, themes } from "./world/looks";
import type { Guest } from "./world/people";
import { Relay } from "./world/relay";
import { World } from "./world/world";

// The guests' page as an app of the phone: what the browser asks of one, from both programs and in each language; and what may be kept of the files.
let world: World;
let relay: Relay;
let link: string;
let alice: Guest;

beforeAll(async () => {
  world = await World.open([{ title: "Night Boat", artist: "The Bells", hz: 300, seconds: 100 }], { args: ["--start", "Friday at Hanna’s"] });
  relay = await Relay.start(world.dir);
  const host = await world.host();
  await host.page.getByTestId("code").waitFor();
  link = await host.link();
  await host.leaves();
});
afterAll(async () => {
  await relay.stop();
  await world.close();
});

/** As in scripts/languages.mjs. */
const languages = ["en", "de", "ja"];
const places = { hostd: () => world.hostd.lan, relay: () => relay.url };

interface Icon {
  src: string;
  sizes: string;
  type: string;
  purpose?: string;
}

describe.each(Object.entries(places))("from %s", (_, at) => {
  test.each(languages)("can be installed (%s)", async (language) => {
    const context = await world.browser.newContext({ locale: language });
    const page = await context.newPage();
    await page.goto(at());
    const devtools = await context.newCDPSession(page);
    const { data = "", errors, url } = await devtools.send("Page.getAppManifest");
    expect(errors).toEqual([]);
    const manifest = JSON.parse(data) as { name: string; short_name: string; description: string; lang: string; start_url: string; scope: string; display: string; icons: Icon[] };
    expect(manifest).toMatchObject({ lang: language, start_url: "/", scope: "/", id: "/", display: "standalone", name: "Soul Jam", short_name: "Soul Jam" });
    expect(manifest.short_name.length).toBeLessThanOrEqual(12);
    const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
    // A private window installs nothing: that it is one is all that stands in the way.
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito")).toEqual([]);
    expect(manifest.icons.map(({ sizes, purpose = "any" }) => `${sizes} ${purpose}`)).toEqual(["any any", "192x192 any", "512x512 any", "512x512 maskable"]);
    for (const { src, sizes, type } of manifest.icons) {
      const answer = await fetch(new URL(src, url));
      expect([answer.status, answer.headers.get("content-type"), answer.headers.get("cache-control")], src).toEqual([200, type, "public, max-age=31536000, immutable"]);
      const wide = await page.evaluate((src) => new Promise<string>((done) => {
        const image = Object.assign(new Image(), { src });
        image.onload = () => done(`${image.naturalWidth}x${image.naturalHeight}`);
        image.onerror = () => done("broken");
      }), src);
      if (sizes !== "any") expect(wide).toBe(sizes);
      else expect(wide).not.toBe("broken");
    }
    expect((await fetch(url)).headers.get("content-type")).toBe("application/manifest+json");
    expect(await page.locator("link[rel=apple-touch-icon]").getAttribute("href")).toMatch(/^\/assets\/apple-180-\w{8}\.png$/);
    await context.close();
  });

  test.each(["/", "/jam/HQRS-2K4M", "/jam/HQRS-2K4M/session", "/jam/HQRS-2K4M/display"])("%s is never kept, and names nothing that may change under its name", async (path) => {
    for (const language of languages) {
      const answer = await fetch(at() + path, { headers: { "Accept-Language": language } });
      expect([answer.status, answer.headers.get("cache-control"), answer.headers.get("etag"), answer.headers.get("last-modified")]).toEqual([200, "no-cache", null, null]);
      const names = [...(await answer.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? "");
      expect(names.length).toBeGreaterThan(5);
      for (const name of names) {
        expect(name).toMatch(/^\/assets\/[\w-]+-[\w-]{8}\.(js|css|svg|png|webmanifest)$/);
        const file = await fetch(at() + name);
        expect([file.status, file.headers.get("cache-control")], name).toEqual([200, "public, max-age=31536000, immutable"]);
      }
    }
  });
});

test("the console is kept as little, and is no app", async () => {
  const answer = await fetch(world.hostd.console);
  expect(answer.headers.get("cache-control")).toBe("no-cache");
  expect(await answer.text()).not.toContain("manifest");
});

test("the start page leads back into the jam, while one has a seat there", async () => {
  alice = await world.guest();
  await alice.joins(link, "Alice");
  await alice.page.goto(new URL("/", link).href);
  await alice.page.getByRole("button", { name: "Back to Friday at Hanna’s" }).click();
  await alice.page.waitForURL(/\/session$/);
  await alice.hears("Nothing is playing yet");
  const state = await alice.context.storageState();
  for (const theme of themes) {
    const page = await openWindow(world.browser, theme, "phone", { storageState: state });
    await page.goto(new URL("/", link).href);
    await seemsRight(page, `start-again-phone-${theme}`);
    await page.context().close();
  }
  await alice.page.getByRole("button", { name: "Leave", exact: true }).click();
  await alice.page.getByRole("dialog").getByRole("button", { name: "Leave", exact: true }).click();
  await alice.page.waitForURL(/\/jam\/[\w-]+$/);
  await alice.page.goto(new URL("/", link).href);
  await alice.page.getByRole("textbox").waitFor();
  expect(await alice.page.getByRole("button", { name: "Back to" }).count()).toBe(0);
});

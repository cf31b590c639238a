import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWindow, seemsRight, themes, type Theme } from "./world/looks";
import { Guest, type Host } from "./world/people";
import { drawn, isReadable } from "./world/readable";
import { Road } from "./world/relay";
import { World } from "./world/world";

// A screen in the corner: what plays, what comes, how to join. It is nobody, and needs the console's link where not everyone is let in.
const song = (title: string, artist = "The Bells") => ({ title, artist, hz: 300 + title.length, seconds: 300 });
const long = "Symphony No. 9 in E Minor, Op. 95 “From the New World”: IV. Allegro con fuoco (Live at the Great Hall of the Conservatory, 1962, Remastered)";
const japanese = "夜の渡し船と紙の灯籠がゆっくりと川を下りながら遠い港の明かりを数えていた長い長い夏の終わりの歌";
const songs = [song("Midnight Ferry"), song("Paper Lanterns", "Ines Okafor"), song("Slow River", "Kites"), song("Northern Line"), song(long, "The Philharmonic Orchestra of a City with a Very Long Name Indeed"), song(japanese, "とても長い名前の交響楽団とその仲間たち")];
const longName = "Maximiliane Wolkenstein-Trostburg zu Tal";

let world: World;
let host: Host;
let link: string;
let alice: Guest;

beforeAll(async () => {
  world = await World.open(songs, { args: ["--start", "Friday at Hanna’s", "--allow-host", "127.0.0.1"] });
  host = await world.host();
  await host.page.getByTestId("code").waitFor();
  link = await host.link();
  alice = await world.guest(1200);
  await alice.joins(link, longName);
});
afterAll(() => world.close());

const screens = { hd: [1280, 720], fullHd: [1920, 1080], uhd: [3840, 2160], tablet: [768, 1024], old: [1024, 768] } as const;

async function screen(theme: Theme, [width, height]: readonly [number, number], more = {}): Promise<Page> {
  const page = await openWindow(world.browser, theme, "desk", { viewport: { width, height }, ...more });
  await page.goto(`${link}/display`);
  return page;
}

describe("on a screen", () => {
  const states = {
    async silence() {},
    async playing() {
      await alice.add("Midnight Ferry");
      for (const title of ["Paper Lanterns", "Slow River", "Northern Line"]) await alice.add(title);
      for (const name of ["Bob", "Carol"]) await (await world.guest()).joins(link, name); // one vote of four is not enough
      await alice.page.getByRole("button", { name: "Vote to skip" }).click();
      await alice.sees(/1.2 votes/);
    },
    async long() {
      for (const title of [long, japanese]) {
        await alice.add(title, title.slice(0, 12));
        await host.page.getByRole("region", { name: "Up next" }).getByRole("button", { name: `Play ${title} now` }).click();
        await host.hears(title);
      }
    },
  };
  for (const [state, begin] of Object.entries(states)) {
    describe(state, () => {
      test("begins", begin);
      test.each(Object.entries(screens))("is read from across the room (%s)", async (name, size) => {
        for (const theme of themes) {
          const page = await screen(theme, size);
          await page.locator("h1.display-title").waitFor();
          await drawn(page);
          await isReadable(page);
          await seemsRight(page, `display-${state}-${name}-${theme}`);
          await page.context().close();
        }
      });
    });
  }
});

test("is nobody, follows the queue, and shows what people do", async () => {
  const page = await screen("dark", screens.hd);
  await page.getByText("Paper Lanterns").waitFor();
  expect(await alice.people()).toHaveLength(4);
  await alice.add("Midnight Ferry");
  await page.getByText(/and 1 more song|Midnight Ferry/).first().waitFor();
  await alice.page.getByRole("button", { name: "Party" }).click();
  await page.getByTestId("reaction").first().waitFor();
  const dan = await world.guest();
  await dan.joins(link, "Dan");
  await page.getByText("Dan joined").waitFor();
  const qr = await (await fetch(new URL((await page.getByTestId("qr").getAttribute("src")) ?? "", link))).text();
  expect(qr).toBe(await (await fetch(`${new URL(link).origin}/api/jam/sessions/${link.slice(-9)}/qr.svg`)).text());
  await dan.leaves();
  await page.context().close();
});

describe("over the evening", () => {
  const minutes = 60_000;
  /** Where the page stands, and on which side what plays is. */
  const place = (page: Page) => page.evaluate(() => {
    const main = document.querySelector("main");
    const { e: x, f: y } = new DOMMatrix(getComputedStyle(main ?? document.body).transform);
    const [now, side] = [".display-now", ".display-side"].map((part) => document.querySelector(part)?.getBoundingClientRect().left ?? 0);
    return { x, y, right: (now ?? 0) > (side ?? 0) };
  });

  test("nothing stays where it is", async () => {
    const page = await openWindow(world.browser, "dark", "desk", { viewport: { width: 1920, height: 1080 }, reducedMotion: "no-preference" });
    await page.clock.install({ time: new Date("2026-05-01T20:00:02Z") });
    await page.goto(`${link}/display`);
    await page.locator("h1.display-title").waitFor();
    const places: Awaited<ReturnType<typeof place>>[] = [];
    let widest = 0;
    for (let minute = 0; minute < 60; minute++) {
      const before = await place(page);
      await page.clock.runFor(4_100);
      const after = await place(page);
      widest = Math.max(widest, Math.abs(after.x - before.x), Math.abs(after.y - before.y));
      await page.clock.fastForward(minutes);
      places.push(after);
      if (minute % 10 === 0) await isReadable(page);
    }
    expect(widest, "pixels at once, which nobody sees").toBeLessThanOrEqual(2);
    for (const axis of ["x", "y"] as const) {
      const all = places.map((one) => one[axis]);
      expect(Math.max(...all) - Math.min(...all), `${axis}, of 1080 px`).toBeGreaterThan(30);
      expect(new Set(all).size).toBeGreaterThan(12);
    }
    expect(new Set(places.map(({ right }) => right)), "sides").toEqual(new Set([true, false]));
    await page.context().close();
  });

  test("it dims while nothing plays for long, and is bright at once when something does", async () => {
    const page = await openWindow(world.browser, "dark", "desk");
    await page.clock.install();
    await host.page.getByRole("button", { name: "Pause", exact: true }).click();
    await page.goto(`${link}/display`);
    await page.getByText("Paused", { exact: true }).waitFor();
    const dims = () => page.locator(".display-dim").count();
    await page.clock.fastForward(10 * minutes + 1_000);
    await expect.poll(dims).toBe(1);
    await seemsRight(page, "display-dim-hd-dark");
    await host.page.getByRole("button", { name: "Play", exact: true }).click();
    await expect.poll(dims, { timeout: 10_000 }).toBe(0);
    await page.context().close();
  });

  test.each([["en-US", /^\d?\d:\d\d [AP]M$/], ["en-GB", /^\d\d:\d\d$/], ["de-DE", /^\d\d:\d\d$/], ["ja-JP", /^\d?\d:\d\d$/]])("the clock is as in %s", async (locale, shape) => {
    const page = await screen("dark", screens.hd, { locale });
    expect(await page.locator("time").innerText()).toMatch(shape);
    await isReadable(page);
    await seemsRight(page, `display-${locale}-hd-dark`);
    await page.context().close();
  });
});

test("needs the link of the console where the host lets people in one by one", async () => {
  await host.sets("I let each one in", true);
  const page = await screen("dark", screens.hd);
  await page.getByText("This screen needs the TV link of the console").waitFor();
  await isReadable(page);
  await seemsRight(page, "display-denied-hd-dark");
  const url = await tvLink();
  await page.goto(url); // only what is behind the # differs
  await page.getByTestId("code").waitFor();
  await page.context().close();

  // The host changes the rule while a screen hangs there refused: it asks again by itself.
  const patient = await openWindow(world.browser, "light", "desk");
  await patient.clock.install();
  await patient.goto(`${link}/display`);
  await patient.getByText("This screen needs the TV link of the console").waitFor();
  await host.sets("I let each one in", false);
  await patient.clock.fastForward(61_000);
  await patient.getByTestId("code").waitFor();
  await patient.context().close();
});

async function tvLink(): Promise<string> {
  const status = await host.page.evaluate(async () => {
    const token = sessionStorage.getItem("jam.hostToken") ?? "";
    const answer = await fetch("/api/console/status", { headers: { Authorization: `Bearer ${token}` } });
    return (await answer.json()) as { jam: { tv_url: string } };
  });
  return status.jam.tv_url;
}

test("says what is wrong while it is", async () => {
  const page = await screen("dark", screens.hd);
  await page.getByTestId("code").waitFor();
  await world.hostd.stop();
  await page.getByText("The connection is gone").waitFor();
  await isReadable(page);
  await seemsRight(page, "display-reconnecting-hd-dark");
  const early = await openWindow(world.browser, "light", "desk");
  await early.routeWebSocket(/\/ws\//, (socket) => socket.close({ code: 1011 }));
  await world.hostd.again();
  await early.goto(`${link}/display`);
  await early.getByText("The host doesn’t answer").waitFor();
  await isReadable(early);
  await seemsRight(early, "display-unreachable-hd-light");
  await page.locator(".display-trouble").waitFor({ state: "detached" });
  await page.context().close();
  await early.context().close();
});

test("lives through a day of restarts and cuts, and keeps nothing of them", async () => {
  const road = await Road.build({ url: world.hostd.lan });
  const page = await openWindow(world.browser, "dark", "desk");
  await page.goto(`${road.to(link)}/display`);
  await page.getByTestId("code").waitFor();
  const devtools = await page.context().newCDPSession(page);
  // Not by locators: what they leave in the page would be weighed with it.
  const troubled = async (yes: boolean) => {
    const expression = `(document.querySelector(".display-trouble") !== null) + " " + (document.querySelector("[data-testid=code]") !== null)`;
    await expect.poll(async () => (await devtools.send("Runtime.evaluate", { expression })).result.value as unknown, { timeout: 30_000, interval: 20 }).toBe(`${yes} true`);
  };
  const breaks = async (times: number) => {
    for (let n = 0; n < times; n++) {
      const restart = n % 3 === 2;
      if (restart) await world.hostd.stop(n % 2 === 0 ? "SIGTERM" : "SIGKILL");
      else road.mend(); // what is open breaks
      await troubled(true);
      if (restart) await world.hostd.again();
      await troubled(false);
    }
  };
  const weigh = async () => {
    await page.waitForTimeout(9_000); // the news and the timers of before are over
    for (let n = 0; n < 3; n++) await devtools.send("HeapProfiler.collectGarbage");
    const { usedSize } = await devtools.send("Runtime.getHeapUsage");
    const { nodes, jsEventListeners } = await devtools.send("Memory.getDOMCounters");
    return { usedSize, nodes, jsEventListeners };
  };
  await breaks(24); // by now all of the page's code is compiled, which counts as heap
  const before = await weigh();
  await breaks(48);
  const after = await weigh();
  console.log("48 breaks more:", before, after);
  expect(after.usedSize - before.usedSize, "bytes of heap").toBeLessThan(300_000);
  expect(after.nodes - before.nodes).toBeLessThan(60);
  expect(after.jsEventListeners - before.jsEventListeners).toBeLessThan(10);
  await page.context().close();
  road.close();
}, 300_000);

test("says that it is over", async () => {
  const page = await screen("dark", screens.hd);
  await page.getByTestId("code").waitFor();
  const token = world.hostd.token;
  await fetch(`${world.hostd.console}/api/jam/sessions/${link.slice(-9)}`, { method: "DELETE", headers: { Authorization: `Bearer ${token}` } });
  await page.getByText("This jam session has ended").waitFor();
  await isReadable(page);
  await seemsRight(page, "display-ended-hd-dark");
  await page.context().close();
});

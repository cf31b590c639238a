import { linkSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWindow, seemsRight, sizes, themes, type Size, type Theme } from "./world/looks";
import type { Host } from "./world/people";
import { World } from "./world/world";

// What the host's console tells of the machine, and what it gives away of past evenings.
const songs = ["Harbour", "Lantern"].map((title, i) => ({ title, artist: "Night & Co", hz: 300 + i, seconds: 90 }));
/** Names of one file, so many that reading them takes some seconds. */
const many = 8_000;

let world: World;
let host: Host;

beforeAll(async () => {
  world = await World.open(songs);
  host = await world.host();
});
afterAll(() => world.close());

test("a long scan says how far it is, how fast, and how long it will take", async () => {
  await host.sees("2 songs in the library");
  await world.hostd.stop();
  const dir = join(world.dir, "music", "many");
  mkdirSync(dir);
  for (let i = 0; i < many; i++) linkSync(join(world.dir, "music", "Harbour.flac"), join(dir, `${i}.flac`));
  await world.hostd.again();
  await host.page.reload();
  const words = host.page.getByTestId("scan");
  await expect.poll(() => words.textContent({ timeout: 20_000 }), { timeout: 20_000 }).toMatch(/^[\d,]+ of 8,00\d files · [\d,]+ a second · about \d+\u00a0(s|min) left$/);
  expect(Number(await host.page.getByRole("progressbar").getAttribute("aria-valuenow"))).toBeLessThanOrEqual(100);
  await host.page.getByText("2 songs in the library").waitFor({ timeout: 60_000 });
  expect(await words.count()).toBe(0);
});

test("a file that cannot be read is listed with the reason, and nothing is said when there is none", async () => {
  expect(await host.page.getByTestId("broken").count()).toBe(0);
  writeFileSync(join(world.dir, "music", "<b>Noise.flac"), "this is no music");
  await host.page.getByRole("button", { name: "1 file could not be read" }).click({ timeout: 20_000 });
  const file = host.page.getByTestId("broken-file");
  await expect.poll(() => file.allTextContents()).toEqual([expect.stringMatching(/<b>Noise\.flac.{8,}/s)]);
  await host.page.keyboard.press("Escape");
  await expect.poll(() => host.page.getByRole("dialog").count()).toBe(0);
});

test("a past evening is saved in three formats", async () => {
  await host.starts("Saved / Night");
  const code = await host.code();
  for (const { title } of songs) await host.add(title);
  await host.hears("Harbour");
  await host.page.getByRole("button", { name: "Skip this song" }).click();
  await host.hears("Lantern");
  await host.page.getByRole("button", { name: "End jam" }).click();
  await host.page.getByRole("button", { name: "End it" }).click();
  await host.sees("The jam has ended");
  await host.page.getByRole("button", { name: "History" }).click();
  await host.page.getByTestId("history-row").click();
  const name = new RegExp(`^jam-\\d{4}-\\d\\d-\\d\\d-${code}\\.`);

  const csv = await saved("CSV");
  expect(csv.name).toMatch(new RegExp(`${name.source}csv$`));
  expect(csv.text).toMatch(/^played_at,title,[\s\S]*Harbour,Night & Co,[\s\S]*Lantern,/);
  const playlist = await saved("Playlist (M3U)");
  expect(playlist.name).toMatch(new RegExp(`${name.source}m3u8$`));
  expect(playlist.text).toMatch(/^#EXTM3U\n/);
  expect(playlist.text).toContain(join(world.dir, "music"));
  const json = await saved("JSON");
  expect(json.name).toMatch(new RegExp(`${name.source}json$`));
  expect((JSON.parse(json.text) as { tracks: { title: string; skipped: boolean }[] }).tracks).toMatchObject([{ title: "Harbour", skipped: true }, { title: "Lantern" }]);
});

async function saved(button: string): Promise<{ name: string; text: string }> {
  const coming = host.page.waitForEvent("download");
  await host.page.getByRole("button", { name: button, exact: true }).click();
  const download = await coming;
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}

/** What no machine of a scene has by itself: a scan that stands still, several networks, neighbours. */
async function pretend(page: Page): Promise<void> {
  await page.route("**/api/console/status", async (route) => {
    const response = await route.fetch();
    const status = (await response.json()) as { library: object };
    const library = { ...status.library, scanning: true, files: 3214, total: 8_004, per_second: 812.4, seconds_left: 15 };
    const addresses = ["http://192.168.178.21:7420", "http://10.8.0.6:7420", "http://[fd12:3456:789a:1::15]:7420"];
    const nearby = [
      { name: "Roof Terrace", code: "ABCD-EFGH", url: "http://192.168.178.40:7420/jam/ABCD-EFGH", own: false },
      { name: "A Jam With a Very Long Name That Goes On and On", code: "KMNP-QRST", url: "http://192.168.178.41:7420/jam/KMNP-QRST", own: false },
    ];
    await route.fulfill({ response, json: { ...status, library, addresses, nearby } });
  });
  // An address that is not the machine's own would be refused.
  await page.route(/qr\.svg\?base=/, async (route) => route.fulfill({ response: await route.fetch({ url: route.request().url().replace(/\?.*/, "") }) }));
}

/** Nor a soul-server, and all that can be wrong. */
async function pretendSoul(page: Page): Promise<void> {
  await page.route("**/api/console/status", async (route) => {
    const response = await route.fetch();
    const status = (await response.json()) as { jam: { url: string; share_code: string } };
    const trouble = (code: string, params: Record<string, string> = {}) => ({ code, text: code, params });
    const troubles = [
      trouble("no_mpv", { system: "linux" }), trouble("cannot_play"), trouble("folder_missing", { folder: "/media/hanna/Music on the Blue Disk" }),
      trouble("soul_server", { server: "https://soul.example", reason: "The soul-server cannot be reached, so guests from elsewhere cannot come: no such host" }),
      trouble("port_taken", { wanted: "7420", port: "7422" }),
    ];
    const jam = { ...status.jam, url: `https://soul.example/jam/${status.jam.share_code}#dGhlIGtleSBvZiB0aGUgbGlu.am9pbiBzZWNyZXQ` };
    await route.fulfill({ response, json: { ...status, jam, troubles, addresses: ["https://soul.example", "http://192.168.178.21:7420", "http://10.8.0.6:7420"] } });
  });
  await page.route(/qr\.svg\?base=/, async (route) => route.fulfill({ response: await route.fetch({ url: route.request().url().replace(/\?.*/, "") }) }));
}

/** Questions of the page may still be on their way. */
async function close(page: Page): Promise<void> {
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.context().close();
}

const everyWindow = themes.flatMap((theme) => sizes.map((size): [Theme, Size] => [theme, size]));

describe.each(everyWindow)("%s, %s", (theme, size) => {
  test("before a jam", async () => {
    const page = await openWindow(world.browser, theme, size);
    await pretend(page);
    await page.goto(world.hostd.consoleLink);
    await page.getByTestId("nearby").first().scrollIntoViewIfNeeded();
    await seemsRight(page, `start-${size}-${theme}`);
    await page.getByTestId("broken").click();
    await page.getByTestId("broken-file").waitFor();
    await seemsRight(page, `broken-${size}-${theme}`);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "History" }).click();
    await page.getByTestId("history-row").first().click();
    await page.getByRole("button", { name: "CSV" }).waitFor();
    await seemsRight(page, `history-${size}-${theme}`);
    await close(page);
  });
});

test("the next jam begins", async () => {
  await host.page.getByRole("button", { name: "Back" }).click();
  await host.page.getByRole("button", { name: "Back" }).click();
  await host.page.getByRole("button", { name: "Back to the player" }).click();
  await host.starts("Several Networks");
  expect(host.complaints).toEqual([]);
  // Only one window plays the host at a time.
  await host.leaves();
});

describe.each(everyWindow)("%s, %s", (theme, size) => {
  test("in a jam, with another address for the link", async () => {
    const page = await openWindow(world.browser, theme, size);
    await pretend(page);
    await page.goto(world.hostd.consoleLink);
    await page.getByRole("radio", { name: "10.8.0.6:7420" }).check();
    await expect.poll(() => page.getByTestId("link").textContent()).toBe(`http://10.8.0.6:7420/jam/${await page.getByTestId("code").innerText()}`);
    await page.getByTestId("qr").waitFor();
    await page.getByRole("heading", { name: "Invite" }).scrollIntoViewIfNeeded();
    await page.evaluate(() => scrollBy(0, 300));
    await seemsRight(page, `networks-${size}-${theme}`);
    await page.getByTestId("nearby").last().scrollIntoViewIfNeeded();
    await seemsRight(page, `neighbours-${size}-${theme}`);
    // The choice is remembered.
    await page.reload();
    await expect.poll(() => page.getByRole("radio", { name: "10.8.0.6:7420" }).isChecked()).toBe(true);
    await close(page);
  });
});

describe.each(everyWindow)("%s, %s", (theme, size) => {
  test("with a soul-server the host chooses how guests come, and reads what is wrong and what to do", async () => {
    const page = await openWindow(world.browser, theme, size);
    await pretendSoul(page);
    await page.goto(world.hostd.consoleLink);
    const code = await page.getByTestId("code").innerText();
    await page.getByText("sudo apt install mpv").waitFor();
    await seemsRight(page, `troubles-${size}-${theme}`);
    await expect.poll(() => page.getByTestId("link").textContent()).toContain(`https://soul.example/jam/${code}#`);
    expect(await page.getByTestId("address").count()).toBe(0);
    await page.getByTestId("qr").waitFor();
    await page.getByRole("heading", { name: "Invite" }).scrollIntoViewIfNeeded();
    await page.evaluate(() => scrollBy(0, 300));
    await seemsRight(page, `ways-${size}-${theme}`);
    await page.getByRole("radio", { name: "On this Wi-Fi" }).check();
    await expect.poll(() => page.getByTestId("link").textContent()).toBe(`http://192.168.178.21:7420/jam/${code}`);
    await page.getByRole("radio", { name: "10.8.0.6:7420" }).check();
    await expect.poll(() => page.getByTestId("link").textContent()).toBe(`http://10.8.0.6:7420/jam/${code}`);
    await page.getByTestId("qr").waitFor();
    await seemsRight(page, `ways-here-${size}-${theme}`);
    await close(page);
  });
});

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Desk } from "./world/desk";
import { openWindow, sizes, type Size } from "./world/looks";
import { Faults, sentences, told } from "./world/speech";
import { World } from "./world/world";

// A German and a Japanese evening from the first page to the last: on every page and in every state nothing is English,
// nothing is wider than a phone of 360 px, and every word has room. With JAM_PICTURES=DIR there is a picture of each.
const songs = ["Nachtboot", "Lampions", "Langer Fluss", "紙の灯籠", "Nordring"]
  .map((title, i) => ({ title, artist: ["Ines Okafor", "Kites", "夜の渡し船"][i % 3] ?? "", hz: 300 + 77 * i, seconds: 600, genre: "Jazz" }));

describe.each([{ language: "de", locale: "de-DE", name: "German" }, { language: "ja", locale: "ja-JP", name: "Japanese" }] as const)("in $name", ({ language, locale }) => {
  const say = sentences[language];
  const opens = (size: Size) => openWindow(world.browser, "dark", size, { locale });
  let world: World;
  let console: Page;
  let desk: Desk;
  let link: string;

  beforeAll(async () => {
    world = await World.open(songs);
    console = await opens("desk");
    desk = new Desk(console);
  });
  afterAll(() => world.close());

  // The evening goes on when something is wrong; the last test names it all.
  const faults = new Faults(language);
  const right = (page: Page, state: string, size: Size) => faults.look(page, `${state}-${size}`);
  const rightConsole = (state: string) => right(console, `console-${state}`, "desk");
  const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });
  const sees = (page: Page, text: string) => page.getByText(text, { exact: true }).first().waitFor();
  const asks = async (page: Page, name: string) => {
    await page.getByRole("textbox", { name: say.guest.nameLabel }).fill(name);
    await button(page, say.guest.join).click();
  };

  test("the console asks for its key, is a player, and starts a jam", async () => {
    await console.goto(world.hostd.console);
    await sees(console, say.host.noTokenTitle);
    await rightConsole("no-key");
    await console.goto(`${world.hostd.console}/#token=${"x".repeat(32)}`);
    await sees(console, say.host.badTokenTitle);
    await rightConsole("bad-key");
    await console.goto(world.hostd.consoleLink);
    await sees(console, say.host.tracks(songs.length));
    await console.getByText(say.music.rules, { exact: true }).click();
    await rightConsole("player");
    await button(console, say.host.start).click();
    // Until the daemon has told the link, the console's own address stands there.
    await expect.poll(() => desk.shown("link")).toContain(world.hostd.lan);
    link = await desk.shown("link");
    await rightConsole("empty");
  });

  describe.each(sizes)("a guest on a %s", (size) => {
    const name = size === "phone" ? "Paul" : "Dora";
    let page: Page;
    const looksRight = (state: string) => right(page, state, size);
    const looksAt = async (tab: string) => {
      const there = page.getByRole("navigation").getByRole("button", { name: tab });
      if (await there.isVisible()) await there.click();
    };

    test("types codes", async () => {
      page = await opens(size);
      await page.goto(new URL("/", link).href);
      await looksRight("code");
      for (const [typed, told] of [["", say.guest.codeEmpty], ["ABC", say.guest.codeLength], ["ABCD-1234", say.guest.codeNeverUsed("1")], ["ABCD-ß%?!", /2/]] as const) {
        await page.getByTestId("code-input").fill(typed);
        await button(page, say.guest.codeGo).click();
        await page.getByText(told).first().waitFor();
        await looksRight(`code-${typed.length}-${typed.slice(5, 6).charCodeAt(0) || 0}`);
      }
      await page.goto(new URL("/jam/ZZZZ-ZZZZ", link).href);
      await sees(page, say.guest.notFoundTitle);
      await looksRight("not-found");
    });

    test("waits at the door, is turned away, and comes in", async () => {
      await desk.switches(say.hosting.requireApproval, true);
      await page.goto(link);
      await page.getByTestId("jam-name").waitFor();
      await looksRight("landing");
      await asks(page, name);
      await sees(page, say.guest.waitingPlace(0));
      await looksRight("waiting");
      await button(console, say.hosting.denyOne(name)).waitFor();
      await rightConsole(`request-${size}`);
      await button(console, say.hosting.denyOne(name)).click();
      await sees(page, say.guest.turnedAwayTitle);
      await looksRight("turned-away");
      await desk.switches(say.hosting.requireApproval, false);
      await page.goto(link);
      await asks(page, name);
      await page.getByTestId("now-playing-title").waitFor();
      await looksRight("in");
    });

    test("looks for songs, adds them, and is refused", async () => {
      await looksAt(say.guest.tabAdd);
      await looksRight("add");
      const search = page.getByRole("searchbox", { name: say.jam.searchLabel });
      await search.fill("qqqq");
      await sees(page, say.jam.noResults("qqqq"));
      await looksRight("no-results");
      const mine = size === "phone" ? songs.slice(0, 2) : songs.slice(2, 4);
      for (const { title } of mine) {
        await search.fill(title);
        await button(page, say.jam.addTrack(title)).click();
        await page.getByTestId("toast").filter({ hasText: say.jam.added(title) }).waitFor();
      }
      await looksRight("added");
      if (size === "phone") {
        await desk.counts(say.hosting.perPerson, 1);
        const { title } = songs[4] ?? { title: "" };
        await search.fill(title);
        await expect.poll(async () => {
          if (await button(page, say.jam.addTrack(title)).isVisible()) await button(page, say.jam.addTrack(title)).click();
          return page.getByTestId("toast").filter({ hasText: told[language].refusal("queue_full") }).count();
        }).toBe(1);
        await looksRight("refused");
        await desk.counts(say.hosting.perPerson, 0);
        await desk.switches(say.hosting.guestsAdd, false);
        await sees(page, say.jam.mayNotAdd);
        await looksRight("may-not-add");
        await desk.switches(say.hosting.guestsAdd, true);
        await page.getByTestId("toast").filter({ hasText: say.guest.rights.can_add_to_queue.given }).waitFor();
      }
      await looksAt(say.guest.tabQueue);
    });

    test("votes, reacts, chats, and looks at the people", async () => {
      await button(page, say.jam.voteSkip).click();
      await button(page, say.jam.emojis["🎉"]).click();
      // One vote of one guest is enough, of two it is not: only then songs still wait.
      if (size === "desk") {
        await page.getByTestId("queue-item").first().getByRole("button", { expanded: false }).first().click();
        await looksRight("why");
      }
      await (size === "phone" ? looksAt(say.guest.tabChat) : button(page, say.jam.chat).click());
      await looksRight(`chat-${size}-empty`);
      await page.getByRole("textbox", { name: say.jam.chatField }).fill("♪♪♪");
      await page.keyboard.press("Enter");
      await expect.poll(() => page.getByTestId("chat-line").count()).toBeGreaterThan(0);
      await page.getByRole("textbox", { name: say.jam.chatField }).fill("x".repeat(510));
      await sees(page, say.jam.chatLeft(-10));
      await looksRight("chat");
      await page.getByRole("textbox", { name: say.jam.chatField }).fill("");
      if (size === "desk") await button(page, say.jam.chat).click();
      await looksAt(say.guest.tabPeople);
      await looksRight("people");
    });

    test("is muted, made a member, and the host for a while", async () => {
      await button(console, say.hosting.manage(name)).click();
      await rightConsole(`person-${size}`);
      await button(console, say.hosting.mute).click();
      await sees(page, say.guest.rights.can_chat.takenFromYou);
      await looksRight("muted");
      await button(console, say.hosting.unmute).click();
      await button(console, say.hosting.makeMember).click();
      await sees(page, say.guest.youMember);
      await button(console, say.hosting.transfer).click();
      await rightConsole(`transfer-${size}`);
      await console.getByRole("dialog").getByRole("button", { name: say.hosting.transferConfirm, exact: true }).click();
      await page.getByRole("heading", { name: say.guest.hostEntry }).waitFor();
      await rightConsole(`transferred-${size}`);
      await button(page, say.guest.hostOpen).click();
      await sees(page, say.hosting.settings);
      await new Desk(page).unfolds();
      await looksRight("host-panel");
      await button(console, say.hosting.takeBack).click();
      await expect.poll(() => page.getByRole("heading", { name: say.guest.hostEntry }).count()).toBe(0);
    });

    test("leaves, and comes back", async () => {
      await button(page, say.guest.leave).click();
      await looksRight("leave");
      await page.getByRole("dialog").getByRole("button", { name: say.guest.leave, exact: true }).click();
      await page.getByTestId("jam-name").waitFor();
      await looksRight("left");
      await button(page, say.guest.join).click();
      await page.getByTestId("now-playing-title").waitFor();
    });

    test("is in a jam that ends soon, and is removed", async () => {
      await button(console, say.hosting.end).click();
      await console.getByRole("dialog").getByRole("radio", { name: say.hosting.endIn(5), exact: true }).check();
      await rightConsole(`end-${size}`);
      await button(console, say.hosting.endAnnounce).click();
      await page.getByTestId("ending").or(page.getByText(say.guest.ending["host"] ?? "")).first().waitFor();
      await looksRight("ending");
      await rightConsole(`ending-${size}`);
      await button(console, say.hosting.endCancel).first().click();
      if (size === "desk") return;
      await button(console, say.hosting.manage(name)).click();
      await button(console, say.hosting.kick).click();
      await rightConsole("kick");
      await console.getByRole("dialog").getByRole("button", { name: say.hosting.kickConfirm, exact: true }).click();
      await sees(page, say.guest.kickedTitle);
      await looksRight("kicked");
      await page.reload();
      await sees(page, say.guest.bannedText);
      await looksRight("banned");
      // Who comes from the same address next is not let in at once while somebody from there is banned.
      await button(console, say.hosting.unbanOne(name)).click();
    });
  });

  test("the TV says what it is", async () => {
    const tv = await opens("desk");
    await tv.goto(await desk.shown("tv-link"));
    await tv.getByText(await console.getByTestId("code").innerText()).first().waitFor();
    await right(tv, "tv", "desk");
    await tv.context().close();
  });

  test("the console's folded parts and a console of 360 px say nothing else", async () => {
    await desk.unfolds();
    await rightConsole("all-open");
    await console.setViewportSize({ width: 360, height: 740 });
    await right(console, "console-all-open", "phone");
    await console.setViewportSize({ width: 1280, height: 800 });
  });

  test("the jam ends, and is in the history", async () => {
    const late = await opens("phone");
    await late.goto(link);
    await asks(late, "Lea");
    await late.getByTestId("now-playing-title").waitFor();
    await button(console, say.hosting.end).click();
    await button(console, say.hosting.endConfirm).click();
    await sees(console, say.host.endedTitle);
    await rightConsole("ended");
    await late.getByTestId("recap").waitFor();
    await right(late, "ended", "phone");
    await late.reload();
    await sees(late, say.guest.endedBy["host"] ?? "");
    await button(console, say.host.history).click();
    await console.getByTestId("history-row").waitFor();
    await rightConsole("history");
    await console.getByTestId("history-row").click();
    await console.getByTestId("history-track").first().waitFor();
    await rightConsole("one-jam");
  });

  test("everywhere in this language, and with room for it", () => expect(faults.found).toEqual([]));
});

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Album } from "./stage/album";
import { Comparing } from "./stage/compare";
import { consoleStates } from "./stage/consoleStates";
import { guestStates } from "./stage/guestStates";
import { screenStates } from "./stage/screenStates";
import { sessionStates } from "./stage/sessionStates";
import { examine } from "./stage/examine";
import type { State } from "./stage/state";
import { openStudio, Stage } from "./stage/studio";

// Every page in every state that somebody may find it in: it looks as it did when somebody last looked at its picture,
// and everybody can use it. The host behind the pages is played, so that each moment comes as often as it is asked for.
let studio: Browser;
let comparing: Comparing;
let album: Album;
const states = [...guestStates, ...sessionStates, ...screenStates, ...consoleStates];
const renewing = process.env["JAM_SCREENSHOTS"] === "renew";

beforeAll(async () => {
  studio = await openStudio();
  comparing = await Comparing.open(studio);
  album = new Album(comparing, renewing);
});
afterAll(async () => {
  await comparing.close();
  await studio.close();
});

const looksRight = async (state: State): Promise<void> => {
  const stage = await Stage.open(studio, state.script, state.seat === true);
  try {
    await stage.page.goto(state.at);
    await state.go(stage.page, stage.paper);
    expect([...(await examine(stage, state, album)), ...stage.complaints]).toEqual([]);
  } finally {
    await stage.close();
  }
};

describe.concurrent("looks as it did, and everybody can use it", () => {
  test.each(states)("$name", looksRight);
});

test("no picture is of something that is not there any more", () => {
  expect(album.strangers(states.flatMap(({ name, looks }) => looks.map((look) => `${name}-${look}`)))).toEqual([]);
});

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import type { Case } from "./cases";
import type { Certificate } from "./certificate";
import { Bare } from "./bare";
import { roundTrip } from "./distance";
import { movedSentence, type Outcome } from "./grid";
import { Guest, openBrowser } from "./guest";
import { Witness } from "./household";
import { moves } from "./move";
import { Native } from "./native";
import { Network } from "./network";
import { Stage, title } from "./stage";
import { checkRouters } from "./truth";
import type { Undo } from "./undo";

/** The queue that guests find: one plays, the others wait. */
export const songsBefore = 4;

export interface Settings {
  which: Case;
  runs: number;
  /** A folder of the case's own, to be made. */
  dir: string;
  music: string;
  certificate: Certificate;
  /** Where the lab's own programs are. */
  programs: string;
  /** Told how far it is. */
  tell(text: string): void;
}

/** One case from bare namespaces to figures. What it starts is left in undo, whatever happens. */
export async function play(settings: Settings, undo: Undo): Promise<Outcome> {
  const { which, runs, dir, music, certificate, programs, tell } = settings;
  const outcome: Outcome = { which, runs, rttMs: NaN, ways: [], bareMs: [], added: 0, natives: [], nativesAdded: 0, moved: [], complaints: [] };
  const network = new Network(which);
  mkdirSync(dir);
  const stage = new Stage(network, which, dir, certificate);
  undo.push(() => network.remove());
  undo.push(() => stage.strike());
  try {
    network.build();
    await stage.layCable(programs);
    tell(`${which.name}: the network stands${await checkRouters(network, which, programs)}`);
    await stage.set(music);
    outcome.rttMs = roundTrip(network, which);
    const witness = await Witness.joins(stage, network, programs);
    await witness.adds(songsBefore);
    const browser = await openBrowser(network, dir, certificate.home);
    undo.push(() => browser.close());
    const bare = await Bare.starts(stage, network, programs, certificate);
    await enters(browser, await bare.shows()); // the browser's own first time counts for nobody
    for (let run = 1; run <= runs; run++) {
      outcome.bareMs.push(await enters(browser, await bare.shows()));
      await visit(browser, stage.link, run, settings, outcome);
    }
    for (let run = 1; run <= runs; run++) await visitNatively(stage, network, run, settings, outcome);
    for (let run = 1; run <= runs && which.moves === true && outcome.complaints.length === 0; run++) {
      const moved = await moves(browser, network, stage.link, await Witness.joins(stage, network, programs), run);
      tell(`${which.name}: ${movedSentence(moved)}`);
      outcome.moved.push(moved);
    }
  } catch (error) {
    outcome.complaints.push(`${which.name}: ${sentence(error)}`);
  }
  if (outcome.complaints.length > 0) {
    for (const { title, running, logged } of stage.states()) tell(`---- ${title} ${running ? "runs" : "has ended"}; the end of its log:\n${logged}`);
  }
  return outcome;
}

/** Somebody at the baseline: from the click until the queue, ms. */
async function enters(browser: Browser, link: string): Promise<number> {
  const guest = await Guest.arrives(browser);
  try {
    return await guest.enters(link, "Bea");
  } finally {
    await guest.leaves();
  }
}

/** A guest comes, adds a song and goes; one who fails is told of and the next one comes all the same. */
async function visit(browser: Browser, link: string, run: number, { which, tell }: Settings, outcome: Outcome): Promise<void> {
  const guest = await Guest.arrives(browser);
  try {
    const way = await guest.joins(link, `Guest ${run}`);
    outcome.ways.push(way);
    await guest.adds(title(songsBefore + run));
    outcome.added += 1;
    way.path = await guest.path();
    tell(`${which.name}: guest ${run}: queue ${Math.round(way.queueMs)} ms (bare ${Math.round(outcome.bareMs.at(-1) ?? NaN)} ms), direct ${way.directMs === null ? "never" : `${Math.round(way.directMs)} ms`}, ${way.path}`);
  } catch (error) {
    outcome.complaints.push(`${which.name}: guest ${run}: ${sentence(error)}`);
    tell(`---- guest ${run} sees:\n${await guest.sees()}`);
  } finally {
    await guest.leaves();
  }
}

/** The same for a member at a terminal, with a song further down the list. */
async function visitNatively(stage: Stage, network: Network, run: number, { which, runs, dir, certificate, tell }: Settings, outcome: Outcome): Promise<void> {
  const member = Native.starts(stage, network, stage.link, `Member ${run}`, join(dir, "members"), certificate.authority);
  try {
    const way = await member.joins();
    outcome.natives.push(way);
    await member.adds(title(songsBefore + runs + run));
    outcome.nativesAdded += 1;
    tell(`${which.name}: member ${run}: seat ${Math.round(way.seatMs)} ms, direct ${way.directMs === null ? "never" : `${Math.round(way.directMs)} ms`}, ${way.path}`);
  } catch (error) {
    outcome.complaints.push(`${which.name}: member ${run}: ${sentence(error)}`);
  } finally {
    await member.leaves();
  }
}

/** Playwright adds a log to its errors. */
function sentence(error: unknown): string {
  return error instanceof Error ? (error.message.split("\nCall log:")[0] ?? "") : String(error);
}

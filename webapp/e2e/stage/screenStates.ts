import { limits } from "../../src/session/wire.gen";
import { now, quiet, recap, welcome } from "./evening";
import { places } from "./paper";
import { afar, twice, type State } from "./state";

// The screen in the corner, which has no seat.
const nobody = { participant_id: null, resume_token: null };

export const screenStates: State[] = [
  { name: "tv", at: places.tv, script: { entry: [welcome({}, nobody)] }, go: async (page) => void (await page.getByText("Midnight Ferry").first().waitFor()), looks: afar, readme: ["tv-dark", "desk-dark"] },
  { name: "tv-silent", at: places.tv, script: { entry: [welcome(quiet, nobody)] }, go: async (page) => void (await page.getByText("Nothing is playing yet").first().waitFor()), looks: afar },
  {
    name: "tv-reconnecting", at: places.tv, script: { entry: [welcome({}, nobody)] }, looks: ["tv-dark"],
    go: async (page, paper) => {
      await page.getByText("Midnight Ferry").first().waitFor();
      await paper.breaks();
      await page.getByText("The connection is gone").or(page.getByText("Reconnecting")).first().waitFor();
    },
  },
  {
    name: "tv-host-away", at: places.tv, script: { entry: [welcome({}, nobody), { type: "host_status", status: "offline", since: new Date(now).toISOString() }] }, looks: ["tv-dark"],
    go: async (page) => void (await page.getByText("The host is away").first().waitFor()),
  },
  {
    name: "tv-ended", at: places.tv, script: { entry: [welcome({}, nobody), { type: "session_ended", seq: 101, reason: "host", recap }], closes: limits.closeEnded },
    go: async (page) => void (await page.getByText("The host ended it. Thanks for the music.").waitFor()), looks: ["tv-dark"],
  },
  {
    name: "tv-denied", at: places.tv, script: { entry: [{ type: "bye", code: limits.closeDenied, reason: "", retry: false }], closes: limits.closeDenied }, looks: twice,
    go: async (page) => void (await page.getByText("This screen needs the TV link of the console").waitFor()),
  },
];

import type { Page } from "playwright-core";
import type { ErrorCode, ErrorMessage, Landing, ServerMessage } from "../../src/session/wire.gen";
import { errorSentences, limits } from "../../src/session/wire.gen";
import { code, recap, rules, welcome } from "./evening";
import { places, Status } from "./paper";
import { everywhere, twice, type State } from "./state";

// The way in and the ways out.
const landing: Landing = {
  name: rules.name, host_name: "Hanna", participant_count: 5, current_track: { title: "Midnight Ferry", artist: "The Bells" }, is_active: true, state: "active",
};
const about = (answer: unknown): Record<string, unknown> => ({ [`GET /api/jam/sessions/${code}`]: answer });
const open = about(landing);
const refused = (refusal: ErrorCode, status: number, more: object = {}) => about(new Status(status, { code: refusal, message: errorSentences[refusal], ...more }));

export const error = (what: ErrorCode, more: Partial<ErrorMessage> = {}): ErrorMessage => ({ type: "error", code: what, message: errorSentences[what], ...more });
const bye = (what: number, reason = ""): ServerMessage => ({ type: "bye", code: what, reason, retry: false });

const sees = (text: string | RegExp) => async (page: Page) => void (await page.getByText(text).first().waitFor());
const joins = (text: string | RegExp) => async (page: Page) => {
  await page.getByRole("textbox", { name: "Your name" }).fill("Sam");
  await page.getByRole("button", { name: "Join" }).click();
  await sees(text)(page);
};

/** Somebody joins, and that is what comes of it. */
const turned = (name: string, entry: ServerMessage[], closes: number | null, text: string | RegExp): State => ({
  name, at: places.jam, script: { http: open, entry, ...(closes === null ? {} : { closes }) }, go: joins(text), looks: twice,
});

export const guestStates: State[] = [
  { name: "code", at: places.start, script: {}, go: sees("Type the code that your host shows you."), looks: everywhere },
  {
    name: "code-refused", at: places.start, script: {}, looks: twice,
    go: async (page) => {
      await page.getByTestId("code-input").fill("ABCD-1234");
      await page.getByRole("button", { name: "Go" }).click();
      await sees(/never holds/)(page);
    },
  },
  { name: "not-found", at: places.start.replace(/\/$/, "/jam/O0O0-1111"), script: {}, go: sees("Type another code"), looks: twice },
  { name: "link-cut", at: `${places.jam}#cut`, script: {}, go: sees("This link is cut off"), looks: twice },
  { name: "landing", at: places.jam, script: { http: open }, go: sees("Midnight Ferry"), looks: everywhere },
  {
    name: "landing-silent", at: places.jam, script: { http: about({ ...landing, name: null, participant_count: 1, current_track: null }) },
    go: sees("Nothing is playing yet"), looks: twice,
  },
  { name: "landing-joining", at: places.jam, script: { http: open }, go: joins("Joining…"), looks: twice },
  { name: "landing-host-away", at: places.jam, script: { http: refused("host_offline", 503) }, go: sees("The host is away"), looks: twice },
  { name: "landing-unreachable", at: places.jam, script: { http: about(new Status(502, {})) }, go: sees("The host doesn’t answer"), looks: twice },
  { name: "landing-too-many", at: places.jam, script: { http: refused("rate_limited", 429) }, go: sees("Too many at once"), looks: twice },
  { name: "landing-error", at: places.jam, script: { http: refused("internal", 500) }, go: sees("That did not work"), looks: twice },
  { name: "waiting", at: places.jam, script: { http: open, entry: [{ type: "join_pending", message: "", position: 2 }] }, go: joins("1 person is before you."), looks: everywhere },
  turned("turned-away", [{ type: "join_denied", reason: "" }, bye(limits.closeDenied)], limits.closeDenied, "The host did not let you in"),
  turned("guests-not-allowed", [bye(limits.closeDenied)], limits.closeDenied, "This jam lets nobody in right now"),
  turned("full", [error("session_full"), bye(limits.closeFull)], limits.closeFull, "This jam is full"),
  turned("banned", [error("banned"), bye(limits.closeKicked)], limits.closeKicked, /unless the host lets you in again/),
  turned("already-joined", [error("already_joined")], null, "You’re already in this jam"),
  turned("refused", [error("internal")], null, "That did not work"),
  turned("old-page", [error("version_unsupported"), bye(limits.closeBadProtocol)], limits.closeBadProtocol, "Please reload the page"),
  { name: "coming-back", at: places.session, seat: true, script: { http: open }, go: sees("Connecting…"), looks: twice },
  { name: "coming-back-late", at: places.session, seat: true, script: { http: about(new Status(502, {})), unreachable: true }, go: sees("The host doesn’t answer"), looks: twice },
  {
    name: "replaced", at: places.session, seat: true, script: { http: open, entry: [welcome(), bye(limits.closeReplaced)], closes: limits.closeReplaced },
    go: sees("This jam is open in another window"), looks: twice,
  },
  {
    name: "kicked", at: places.session, seat: true, script: { http: open, entry: [welcome(), { type: "kicked", reason: "Please go to bed." }, bye(limits.closeKicked)], closes: limits.closeKicked },
    go: sees("The host removed you from this jam"), looks: twice,
  },
  {
    name: "ended", at: places.session, seat: true, script: { http: open, entry: [welcome(), { type: "session_ended", seq: 101, reason: "host", recap }], closes: limits.closeEnded },
    go: async (page) => void (await page.getByTestId("recap").waitFor()), looks: everywhere,
  },
  { name: "ended-late", at: places.jam, script: { http: refused("session_ended", 410, { end_reason: "idle" }) }, go: sees("Nothing had played for half an hour."), looks: twice },
];

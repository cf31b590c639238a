import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ConsoleStatus, JamSession } from "../session/wire.gen";
import { guestRights, item, joined, person } from "../testing/jam";
import { click, hasButton, show, unmount } from "../testing/render";
import { sharingStatus } from "../testing/sharing";
import { FakeSocket } from "../testing/socket";
import { HostApp } from "./HostApp";
import { soloCode } from "./solo";

const idle: ConsoleStatus = {
  host_name: "Hanna", jam: null, solo: null, player: { name: "silent" }, warnings: [], troubles: [], addresses: [], nearby: [],
  library: { scanning: false, files: 3, total: 3, per_second: 0, seconds_left: null, tracks: 3, broken: 0, folders: ["/music"] },
};
const running = { session_id: "j", share_code: "JAMS-JAMS", url: "http://h/jam/JAMS-JAMS", words: [], tv_url: "http://h/tv", name: "Friday", state: "created" as const, participant_count: 1 };

/** What the daemon says of itself, and every request that changes something. */
let status: ConsoleStatus;
let posts: string[];
let soloAnswer: [number, unknown];

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  localStorage.clear();
  [status, posts, soloAnswer] = [idle, [], [200, { share_code: "SQLQ-SQLQ" }]];
  FakeSocket.all = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("fetch", vi.fn(async (path: string, init?: RequestInit) => {
    if (init?.method === "POST") posts.push(path);
    const table: Record<string, [number, unknown]> = {
      "/api/console/status": [200, status], "/api/console/solo": soloAnswer, "/api/console/sharing": [200, sharingStatus()], "/api/console/members": [200, { members: [] }],
      "/api/console/playlists": [200, { playlists: [] }], "/api/jam/sessions": [201, { session_id: "j", share_code: "JAMS-JAMS", url: "u" }], "/api/jam/history": [200, { sessions: [] }],
    };
    const [code, body] = table[path] ?? [404, { code: "session_not_found", message: "" }];
    return new Response(JSON.stringify(body), { status: code });
  }));
});
afterEach(async () => {
  await unmount();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const rights = { ...guestRights, can_control: true, can_skip: true };
const hanna = person("me", { role: "host", display_name: "Hanna", permissions: rights });
const snapshot = (change: Partial<JamSession> = {}) => joined({ participants: [hanna], queue: [item("c", "me")], current_index: 0, ...change }, { permissions: rights });
const text = () => document.body.textContent ?? "";
const paths = () => FakeSocket.all.map(({ url }) => new URL(url).pathname);
const later = (ms: number) => act(async () => vi.advanceTimersByTimeAsync(ms));
/** The console opened, the session made and joined. */
async function open(): Promise<FakeSocket> {
  await show(<HostApp token="key" />);
  await later(10);
  const socket = FakeSocket.last();
  await socket.accept();
  await socket.tell(snapshot({ share_code: "SQLQ-SQLQ" }));
  return socket;
}

describe("which session plays", () => {
  it("is the one that was told, else the one that was made, and none that is over", () => {
    expect([soloCode("a", "b", null), soloCode(null, "b", null), soloCode("a", null, "a"), soloCode("a", "b", "a"), soloCode(null, null, "a")]).toEqual(["a", "b", null, "b", null]);
  });
});

describe("the console before a jam", () => {
  it("makes a session of its own, and is a player in it", async () => {
    const socket = await open();
    expect([posts, paths(), socket.sent[0]]).toMatchObject([["/api/console/solo"], ["/ws/jam/SQLQ-SQLQ"], { type: "join_request", user_token: "key", display_name: "Hanna" }]);
    expect([text().includes("Song t-c"), hasButton("Pause"), hasButton("Start the jam"), document.querySelector("[role=search]") !== null]).toEqual([true, true, true, true]);
    // Alone there is nobody to invite or to talk to.
    for (const word of ["Invite", "Added by", "Chat and reactions now", "Same Wi-Fi", "1 person"]) expect(text()).not.toContain(word);
  });
  it("takes the one that is there", async () => {
    status = { ...idle, solo: { share_code: "TQLD-TQLD" } };
    await show(<HostApp token="key" />);
    expect([posts, paths()]).toEqual([[], ["/ws/jam/TQLD-TQLD"]]);
  });
  it("makes none where there is no music, and says how to get some", async () => {
    status = { ...idle, library: { ...idle.library, tracks: 0 } };
    await show(<HostApp token="key" />);
    await later(12_000);
    expect([posts, paths(), hasButton("Start the jam")]).toEqual([[], [], true]);
    expect(text()).toContain("There is no music here yet");
  });
  it("asks again where it was refused", async () => {
    soloAnswer = [500, { code: "internal", message: "" }];
    await show(<HostApp token="key" />);
    await later(100);
    expect([posts.length, paths(), hasButton("Start the jam")]).toEqual([1, [], true]);
    soloAnswer = [200, { share_code: "SQLQ-SQLQ" }];
    await later(5_100);
    expect([posts.length, paths()]).toEqual([2, ["/ws/jam/SQLQ-SQLQ"]]);
  });
  it("is not there while a jam runs", async () => {
    status = { ...idle, jam: running };
    await show(<HostApp token="key" />);
    await later(6_000);
    expect([posts, paths()]).toEqual([[], ["/ws/jam/JAMS-JAMS"]]);
  });
});

describe("starting from the player", () => {
  it("goes to the jam at once", async () => {
    await open();
    await click("Start the jam");
    expect([posts, paths()]).toEqual([["/api/console/solo", "/api/jam/sessions"], ["/ws/jam/SQLQ-SQLQ", "/ws/jam/JAMS-JAMS"]]);
    status = { ...idle, jam: running };
    const socket = FakeSocket.last();
    await socket.accept();
    await socket.tell(snapshot({ share_code: "JAMS-JAMS" }));
    expect([text().includes("Song t-c"), hasButton("End jam")]).toEqual([true, true]);
  });
  it("by somebody else's hand leads there too, and the seat of before is forgotten", async () => {
    const socket = await open();
    expect(localStorage.getItem("jam.console.seat.SQLQ-SQLQ")).not.toBeNull();
    status = { ...idle, jam: running };
    await socket.tell({ type: "session_ended", seq: 11, reason: "host", recap: null, followed_by: "JAMS-JAMS" });
    expect([paths().slice(-1), posts, localStorage.getItem("jam.console.seat.SQLQ-SQLQ")]).toEqual([["/ws/jam/JAMS-JAMS"], ["/api/console/solo"], null]);
  });
  it("where one ran already shows that one", async () => {
    await open();
    status = { ...idle, jam: running };
    vi.mocked(fetch).mockImplementationOnce(async () => new Response(JSON.stringify({ code: "already_active", message: "" }), { status: 409 }));
    await click("Start the jam");
    await later(10);
    expect(paths().slice(-1)).toEqual(["/ws/jam/JAMS-JAMS"]);
  });
});

describe("a session that is over", () => {
  it("without a jam is followed by another", async () => {
    const socket = await open();
    soloAnswer = [200, { share_code: "NEXT-NEXT" }];
    await socket.tell({ type: "session_ended", seq: 11, reason: "idle", recap: null });
    await later(10);
    expect([posts.length, paths()]).toEqual([2, ["/ws/jam/SQLQ-SQLQ", "/ws/jam/NEXT-NEXT"]]);
    expect(text()).not.toContain("has ended");
  });
  it("that the daemon does not know any more is left for the one that it tells", async () => {
    await open();
    status = { ...idle, solo: { share_code: "NEXT-NEXT" } };
    await later(5_100);
    expect(paths().slice(-1)).toEqual(["/ws/jam/NEXT-NEXT"]);
  });
  it("taken by another window says so, and comes back when asked", async () => {
    const socket = await open();
    await socket.cut(4002);
    await later(10);
    expect(text()).toContain("The console is open in another window");
    await click("Use it here");
    expect(paths()).toEqual(["/ws/jam/SQLQ-SQLQ", "/ws/jam/SQLQ-SQLQ"]);
  });
});

describe("after a jam", () => {
  it("the summary leads back to the player", async () => {
    status = { ...idle, jam: running };
    await show(<HostApp token="key" />);
    const socket = FakeSocket.last();
    await socket.accept();
    await socket.tell(snapshot({ share_code: "JAMS-JAMS" }));
    await socket.tell({ type: "session_ended", seq: 11, reason: "host", recap: { track_count: 0, participant_count: 1, duration_ms: 1, tracks: [], top_adder: null, top_track: null } });
    await click("Back to the player");
    // The daemon still tells of the old jam.
    expect(posts).toEqual([]);
    status = idle;
    await later(5_100);
    expect([posts, paths().slice(-1), hasButton("Start the jam")]).toEqual([["/api/console/solo"], ["/ws/jam/SQLQ-SQLQ"], true]);
  });
});

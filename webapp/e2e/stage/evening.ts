import { item, joined, person, session, track } from "../../src/testing/jam";
import { defaults, matrix } from "../../src/testing/spelling";
import type { ConsoleStatus, JamParticipant, JamQueueItem, JamSession, JamSettings, JoinedMessage, Recap, TrackInfo } from "../../src/session/wire.gen";

/** When the pictures are taken, in every page's clock. */
export const now = Date.parse("2026-03-06T20:41:00Z");
export const code = "HQRS-2K4M";
/** The host's machine, as guests of its Wi-Fi know it, and the console on it. No page reaches any of them: see Paper. */
export const lan = "http://192.168.178.21:7420";
export const link = `${lan}/jam/${code}`;
export const console_ = "http://127.0.0.1:7421";

const iso = (minutesAgo: number) => new Date(now - minutesAgo * 60_000).toISOString();

const songs: [title: string, artist: string, seconds: number][] = [
  ["Midnight Ferry", "The Bells", 214], ["Paper Lanterns", "Ines Okafor", 187], ["Slow River", "Kites", 242], ["Glass Harbour", "Night & Co", 201],
  ["A Song With a Very Long Name That Goes On and On and On Until It Ends", "An Orchestra That Also Has Quite a Name", 421], ["Northern Line", "Kites", 176],
  ["Hinterland", "Mara Vogel", 233], ["Sunday Radio", "The Bells", 158], ["Ocean of Static", "Ines Okafor", 267], ["Kerosene", "Low Tide", 195],
  ["Postcards", "Mara Vogel", 222], ["Velvet Hour", "Low Tide", 248],
];
/** The library. Every fourth song has no cover. */
export const tracks: TrackInfo[] = songs.map(([title, artist, seconds], i) =>
  track(`song-${i + 1}`, { title, artist, album: "Evening", duration_ms: seconds * 1000, has_art: i % 4 !== 3 }));

export const rules: JamSettings = { ...defaults, name: "Friday at Hanna’s" };

export function someone(id: string, name: string, change: Partial<JamParticipant> = {}, settings = rules): JamParticipant {
  const role = change.role ?? "guest";
  return person(id, { display_name: name, verified: true, joined_at: iso(50), permissions: matrix(role, settings), ...change });
}

/** The page's own seat is always "me". */
export const hanna = someone("host", "Hanna", { role: "host" });
export const me = someone("me", "Sam");
export const friends = [someone("alice", "Alice", { role: "member", user_id: "u1" }), someone("bob", "Bob"), someone("cara", "Cara", { connected: false })];

/** Who added which song: the first plays, the others wait. */
const added: [song: number, by: string | null, upvotes: number, pinned?: boolean][] = [
  [0, "alice", 3], [1, "me", 2], [2, "bob", 1], [3, "alice", 0], [4, "cara", 0], [5, "me", 4, true], [6, "bob", 0], [7, "host", 0],
];

export function queued(song: number, by: string | null, change: Partial<JamQueueItem> = {}): JamQueueItem {
  const info = tracks[song % tracks.length] ?? track("none");
  return item(`item-${song + 1}`, by, { track_id: info.track_id, track_info: info, added_at: iso(20 - song), ...change });
}

/** The evening: a song plays for 73 s, seven wait. */
export function evening(change: Partial<JamSession> = {}): JamSession {
  const queue = added.map(([song, by, upvotes, pinned = false], i) => queued(song, by, { upvotes, pinned, played_at: i === 0 ? iso(1) : null }));
  const participants = change.participants ?? [hanna, me, ...friends];
  const order = queue.slice(1).map(({ id }) => id);
  return session({
    share_code: code, settings: rules, participants, participant_count: participants.length, queue, current_index: 0, seq: 100, created_at: iso(50),
    playback: { playing: true, position_ms: 73_000, at_ms: now, volume: 70 },
    queue_order: { order, why: order.map((id, i) => (i === 4 ? { item_id: id, reason: "pinned", params: {} } : { item_id: id, reason: "turn", params: { turn: 2 + Math.floor(i / 3) } })) },
    chat: [
      { from: "Alice", from_id: "alice", message: "Who brought this one? I have not heard it for years and years!", at: iso(6) },
      { from: "Bob", from_id: "bob", message: "Me. Wait for the end 🎉", at: iso(5) },
      { from: "Sam", from_id: "me", message: "Turn it up, Hanna", at: iso(2) },
    ],
    ...change,
  });
}

/** Nothing played yet, nobody else is here. */
export const quiet: Partial<JamSession> = {
  queue: [], current_index: -1, queue_order: { order: [], why: [] }, chat: [], participants: [hanna, me], playback: { playing: false, position_ms: 0, at_ms: now, volume: 70 },
};

/** So many that nobody is told of each: one page of them, of 160. */
export const crowd: Partial<JamSession> = {
  participants: [hanna, me, ...Array.from({ length: 98 }, (_, i) => someone(`fan-${i}`, `Fan ${i + 1}`))], participant_count: 160,
};

/** What the host answers to who comes in. */
export function welcome(change: Partial<JamSession> = {}, more: Partial<JoinedMessage> = {}): JoinedMessage {
  const jam = evening(change);
  const own = jam.participants.find(({ id }) => id === (more.participant_id === undefined ? "me" : more.participant_id));
  return joined(jam, { participant_id: "me", permissions: own?.permissions ?? matrix("guest", jam.settings), server_time_ms: now, ...more });
}

/** The same as the console is told it. */
export function welcomeHost(change: Partial<JamSession> = {}, more: Partial<JoinedMessage> = {}): JoinedMessage {
  return welcome({ participants: [hanna, me, ...friends], ...change }, { participant_id: "host", pending: [], bans: [], ...more });
}

/** Who waits at the door, one of them long. */
export const knocking = [someone("dora", "Dora", { joined_at: iso(4) }), someone("emil", "Emil With Quite a Long Name", { joined_at: iso(0), connected: false })];

export const recap: Recap = {
  track_count: 6, participant_count: 5, duration_ms: 3 * 3_600_000 + 12 * 60_000,
  tracks: tracks.slice(0, 6).map(({ title, artist }, i) => ({ title, artist, added_by: ["Alice", "Sam", "Bob", null][i % 4] ?? null, upvotes: i % 3, skipped: i === 3 })),
  top_adder: { name: "Alice", tracks: 2 }, top_track: { title: "Slow River", artist: "Kites", added_by: "Bob", upvotes: 2, skipped: false },
};

/** What the daemon says of itself while that jam runs; the player's sound can be heard. */
export function status(change: Partial<ConsoleStatus> = {}): ConsoleStatus {
  return {
    host_name: "Hanna", solo: null, player: { name: "mpv" },
    jam: {
      session_id: "s", share_code: code, url: link, words: ["velvet", "harbor", "onion", "lantern"], tv_url: `${link}/display#tv=9mJ2vQ4nTz8kLw3xRb7cYd`,
      name: rules.name, state: "active", participant_count: 5,
    },
    library: { scanning: false, files: 4_120, total: 4_120, per_second: 0, seconds_left: null, tracks: 4_118, broken: 2, folders: ["/home/hanna/Music"] },
    warnings: [], troubles: [], addresses: [lan], nearby: [],
    ...change,
  };
}

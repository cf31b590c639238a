import type { SharingStatus } from "../session/wire.gen";
import { track } from "./jam";

/** A library of ten songs, of which guests see all. */
export function sharingStatus(change: Partial<SharingStatus> = {}): SharingStatus {
  return {
    limited: false, folders: [], playlists: [], genres: [], no_explicit: false, blocked_tracks: [], blocked_artists: [], blocked: [], shared: 10, tracks: 10,
    choices: {
      folders: [{ name: "/music", tracks: 10 }], genres: [{ name: "Jazz", tracks: 4 }, { name: "Rock", tracks: 3 }],
      playlists: [{ id: "p1", name: "Summer", from: "/music", tracks: 3, missing: 0 }],
    },
    ...change,
  };
}

/** A daemon that keeps the rules, for `fetch`; it can be made to refuse, or to answer when told. */
export function fakeSharing(change: Partial<SharingStatus> = {}) {
  const daemon = { held: sharingStatus(change), puts: [] as Partial<SharingStatus>[], refuses: false };
  return {
    daemon,
    async fetch(_path: string, init?: RequestInit): Promise<Response> {
      if (init?.method === "PUT") {
        if (daemon.refuses) return new Response(JSON.stringify({ code: "internal", message: "" }), { status: 500 });
        const rules = JSON.parse(String(init.body)) as Partial<SharingStatus>;
        daemon.puts.push(rules);
        daemon.held = { ...daemon.held, ...rules, blocked: (rules.blocked_tracks ?? []).filter((id) => id !== "lost").map((id) => track(id)) };
      }
      return new Response(JSON.stringify(daemon.held));
    },
  };
}

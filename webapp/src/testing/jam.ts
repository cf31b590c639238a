import type { JamParticipant, JamPermissions, JamQueueItem, JamSession, JamSettings, JoinedMessage, TrackAddedMessage, TrackInfo, Why } from "../session/wire.gen";

/** Pieces of a jam for tests; each may be changed in part. */
export const nothing: JamPermissions = {
  can_add_to_queue: false, can_remove_own: false, can_remove_any: false, can_reorder: false, can_skip: false,
  can_kick: false, can_vote_skip: false, can_chat: false, can_control: false, can_set_volume: false,
};
export const guestRights: JamPermissions = { ...nothing, can_add_to_queue: true, can_remove_own: true };

export const settings: JamSettings = {
  name: "Friday", allow_guests: true, require_approval: false, guest_can_add: true, guest_can_skip_vote: false,
  max_queue_per_person: 0, expires_at: null, max_participants: 100, skip_threshold: 0.5, allow_chat: false, queue_order: "fifo",
  allow_duplicates: false, max_track_ms: 0, guest_can_remove_own: true, guest_can_control: false, guest_can_set_volume: false,
  autoplay: false, verified_only: false,
};

export function track(id: string, change: Partial<TrackInfo> = {}): TrackInfo {
  return { track_id: id, title: `Song ${id}`, artist: `Artist ${id}`, album: "", duration_ms: 200_000, has_art: false, ...change };
}

export function item(id: string, by: string | null = "alex", change: Partial<JamQueueItem> = {}): JamQueueItem {
  return {
    id, track_id: `t-${id}`, track_info: track(`t-${id}`), added_by: by, added_at: "2024-05-01T20:00:00.000Z",
    played_at: null, upvotes: 0, pinned: false, ...change,
  };
}

export function why(itemId: string, change: Partial<Why> = {}): Why {
  return { item_id: itemId, reason: "added", params: {}, ...change };
}

/** The event of an item that was added by who it says, last of a short queue. */
export function added(seq: number, one: JamQueueItem, position = 0): TrackAddedMessage {
  return { type: "track_added", seq, item: one, by: one.added_by, position, why: why(one.id) };
}

export function person(id: string, change: Partial<JamParticipant> = {}): JamParticipant {
  return {
    id, user_id: null, display_name: id, role: "guest", permissions: guestRights, connected: true, path: "lan", verified: false,
    joined_at: "2024-05-01T20:00:00.000Z", ...change,
  };
}

export function session(change: Partial<JamSession> = {}): JamSession {
  return {
    id: "s", share_code: "HQRS-2K4M", host_user_id: null, host_device_id: "d", settings,
    participants: [person("alex", { role: "host" }), person("me")], queue: [], current_index: -1, is_active: true,
    created_at: "2024-05-01T20:00:00.000Z", state: "active", seq: 10,
    playback: { playing: true, position_ms: 1000, at_ms: 50_000, volume: 80 }, skip_vote: null, chat: [],
    queue_order: { order: [], why: [] }, participant_count: 2, ending: null, ...change,
  };
}

export function joined(change: Partial<JamSession> = {}, more: Partial<JoinedMessage> = {}): JoinedMessage {
  return {
    type: "joined", session: session(change), participant_id: "me", permissions: guestRights, resume_token: "token-1",
    server_time_ms: 1_000_000, ...more,
  };
}

import { counted, withoutPerson, withPage, withPerson, type People } from "./people";
import { advance, inOrder, insertAt, splitQueue, type Queue } from "./queue";
import type {
  JamPermissions, JamSession, JamSettings, Playback, QueueOrder, ServerMessage,
} from "./wire.gen";

/** The jam as this seat knows it. */
export interface JamState extends Queue, People {
  code: string;
  settings: JamSettings;
  state: JamSession["state"];
  playback: Playback;
  why: QueueOrder["why"];
  /** This seat's participant id and what it may do. */
  me: string;
  permissions: JamPermissions;
  /** The last event that is contained here. */
  lastSeq: number;
  /** Why the jam ended; null while it lives. */
  ended: string | null;
}

/**
 * One message of the host applied to what is known. Messages that change
 * nothing, are old or are of unknown type give back the same state.
 */
export function reduce(state: JamState | null, message: ServerMessage): JamState | null {
  switch (message.type) {
    case "joined":
      return fromSession(message.session, message.participant_id, message.permissions, state);
    case "session_update":
      return state === null ? null : fromSession(message.session, state.me, state.permissions, state);
    case "resumed": {
      if (state === null) return null;
      const after = message.events.reduce<JamState | null>(reduce, state) ?? state;
      return after.lastSeq < message.seq ? { ...after, lastSeq: message.seq } : after;
    }
    case "ack":
      // Its seq names the event that the command caused, which may still be on its way.
      return state;
  }
  if (state === null) return null;
  const { seq } = message;
  if (seq === undefined) return apply(state, message);
  if (seq <= state.lastSeq) return state;
  return { ...apply(state, message), lastSeq: seq };
}

/** What one event changes. */
function apply(state: JamState, message: ServerMessage): JamState {
  switch (message.type) {
    case "participant_joined":
    case "participant_updated": {
      const { participant, type } = message;
      const after = withPerson(state, participant, type === "participant_joined");
      return participant.id === state.me ? { ...after, permissions: participant.permissions } : after;
    }
    case "participant_left":
      return withoutPerson(state, message.participant_id);
    case "participant_count":
      return counted(state, message.count);
    case "participants":
      return withPage(state, message);
    case "track_added":
      return { ...state, upcoming: insertAt(state.upcoming, message.item, message.position) };
    case "track_removed":
      return { ...state, upcoming: state.upcoming.filter((item) => item.id !== message.item_id) };
    case "track_updated": {
      const { upvotes, pinned } = message;
      return { ...state, upcoming: state.upcoming.map((item) => (item.id === message.item_id ? { ...item, upvotes, pinned } : item)) };
    }
    case "queue_order":
      return { ...state, upcoming: inOrder(state.upcoming, message.order), why: message.why };
    case "queue_update":
      return { ...state, ...splitQueue(message.queue, message.queue.findIndex((item) => item.id === state.current?.id)) };
    case "now_playing":
      return started(state, advance(state, message));
    case "playback": {
      const { playing, position_ms, at_ms, volume } = message;
      return { ...state, playback: { playing, position_ms, at_ms, volume } };
    }
    case "settings_updated":
      return { ...state, settings: message.settings };
    case "host_status":
      return { ...state, state: message.status === "online" ? "active" : "paused" };
    case "session_ended":
      return { ...state, state: "ended", ended: message.reason, playback: { ...state.playback, playing: false } };
    default:
      return state;
  }
}

/** The position starts anew with the item; a playback event that says so exactly follows. */
function started(state: JamState, queue: Queue): JamState {
  const at = queue.current?.played_at == null ? NaN : Date.parse(queue.current.played_at);
  const playback = { ...state.playback, position_ms: 0, at_ms: Number.isNaN(at) ? state.playback.at_ms : at };
  if (queue.current === null) playback.playing = false;
  return { ...state, ...queue, state: state.state === "created" && queue.current !== null ? "active" : state.state, playback };
}

function fromSession(session: JamSession, me: string, permissions: JamPermissions, before: JamState | null): JamState {
  const self = session.participants.find((person) => person.id === me);
  const names: Record<string, string> = { ...before?.names };
  for (const person of session.participants) names[person.id] = person.display_name;
  return {
    ...splitQueue(session.queue, session.current_index),
    code: session.share_code,
    settings: session.settings,
    state: session.state,
    people: session.participants,
    peopleCount: session.participant_count,
    names,
    listed: null,
    untold: false,
    playback: session.playback,
    why: session.queue_order.why,
    me,
    permissions: self?.permissions ?? permissions,
    lastSeq: session.seq,
    ended: session.state === "ended" ? (before?.ended ?? "host") : null,
  };
}

import { atDoor, awayFromDoor, banned, noDoor, unbanned, type Door } from "./door";
import { counted, crowd, withoutPerson, withPage, withPerson, type People } from "./people";
import { advance, inOrder, insertAt, splitQueue, type Queue } from "./queue";
import type {
  ChatLine, Ending, GrantedMessage, JamParticipant, JamPermissions, JamSession, JamSettings, JoinedMessage, Playback, ServerMessage, SkipVote, Why,
} from "./wire.gen";
import { limits } from "./wire.gen";

/** The jam as this seat knows it. */
export interface JamState extends Queue, People, Door {
  code: string;
  settings: JamSettings;
  state: JamSession["state"];
  playback: Playback;
  /** Songs in a row that could not be played, as far as this page saw; three pause the music. */
  failed: number;
  /** Why each upcoming item stands where it does. */
  why: Why[];
  /** The vote on the current item; null when nobody has voted. */
  skipVote: SkipVote | null;
  /** The last lines, oldest first. */
  chat: ChatLine[];
  /** The end that is announced. */
  ending: Ending | null;
  /** This seat's participant id, null for who only watches; and what it may do. */
  me: string | null;
  permissions: JamPermissions;
  /** The last event that is contained here. */
  lastSeq: number;
  /** Why the jam ended; null while it lives. */
  ended: string | null;
}

/** So many songs in a row that cannot be played pause the music. */
export const failuresInARow = 3;

/**
 * One message of the host applied to what is known. Messages that change
 * nothing, are old or are of unknown type give back the same state.
 */
export function reduce(state: JamState | null, message: ServerMessage): JamState | null {
  switch (message.type) {
    case "joined":
      return fromSession(message.session, message, doorOf(message), state);
    case "session_update":
      return state === null ? null : fromSession(message.session, { participant_id: state.me, permissions: state.permissions }, state, state);
    case "resumed": {
      if (state === null) return null;
      const after = message.events.reduce<JamState | null>(reduce, state) ?? state;
      // Who was a host when the link broke may not be one any more, and the other way about.
      return { ...after, ...doorOf(message), lastSeq: Math.max(after.lastSeq, message.seq) };
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
      return entered(state, message.participant);
    case "participant_updated":
      return known(state, message.participant, false);
    case "participant_left":
      return withoutDoor(state, message.participant_id);
    case "granted":
      return granted(state, message);
    case "join_requested":
      return { ...state, ...atDoor(state, message.participant) };
    case "participant_banned":
      return { ...state, ...banned(state, message.participant) };
    case "participant_unbanned":
      return { ...state, ...unbanned(state, message.participant_id) };
    case "participant_count":
      return counted(state, message.count);
    case "participants":
      return withPage(state, message);
    case "track_added":
      return { ...state, upcoming: insertAt(state.upcoming, message.item, message.position), why: [...without(state.why, message.item.id), message.why] };
    case "track_removed":
      return { ...state, upcoming: state.upcoming.filter((item) => item.id !== message.item_id), why: without(state.why, message.item_id) };
    case "track_updated": {
      const { item_id, upvotes, pinned } = message;
      const upcoming = state.upcoming.map((item) => (item.id === item_id ? { ...item, upvotes, pinned } : item));
      // A vote that moves nothing is told by this alone.
      const why = state.why.map((one) => (one.item_id === item_id && one.reason === "votes" ? { ...one, params: upvotes === 0 ? {} : { votes: upvotes } } : one));
      return { ...state, upcoming, why };
    }
    case "queue_order":
      return { ...state, upcoming: inOrder(state.upcoming, message.order), why: message.why };
    case "queue_update":
      return { ...state, ...splitQueue(message.queue, message.queue.findIndex((item) => item.id === state.current?.id)) };
    case "now_playing":
      return { ...started(state, advance(state, message)), failed: message.previous === "failed" ? state.failed + 1 : 0 };
    case "playback": {
      const { playing, position_ms, at_ms, volume } = message;
      // Somebody pressed play, and the count begins anew.
      return { ...state, failed: playing && state.failed >= failuresInARow ? 0 : state.failed, playback: { playing, position_ms, at_ms, volume } };
    }
    case "settings_updated":
      return { ...state, settings: message.settings };
    case "host_status":
      // Without a number it is soul-server's and about the connection. While an end is announced, that is the state: what it will be without is told when the end is taken back.
      return message.seq === undefined || state.ending !== null ? state : { ...state, state: message.status === "online" ? "active" : "paused" };
    case "skip_vote": {
      const { queue_item_id, votes, required, eligible } = message;
      return { ...state, skipVote: votes === 0 ? null : { queue_item_id, votes, required, eligible } };
    }
    case "chat_message": {
      const { from, from_id, message: text, at } = message;
      return { ...state, chat: [...state.chat, { from, from_id, message: text, at }].slice(-limits.chatKept) };
    }
    case "session_ending":
      return { ...state, ending: message.ending, state: message.state };
    case "session_ended":
      return { ...state, state: "ended", ended: message.reason, ending: null, skipVote: null, playback: { ...state.playback, playing: false } };
    default:
      return state;
  }
}

/** Somebody new or changed; also oneself, whose rights come with it. */
function known(state: JamState, person: JamParticipant, arrives: boolean): JamState {
  const after = withPerson(state, person, arrives);
  return person.id === state.me ? { ...after, permissions: person.permissions } : after;
}

/** The first guest makes a created jam an active one. Who waited at the door does not any more. */
function entered(state: JamState, person: JamParticipant): JamState {
  const after = { ...known(state, person, true), ...awayFromDoor(state, person.id) };
  return state.state === "created" && person.role !== "host" ? { ...after, state: "active" } : after;
}

/** Who leaves the door was never among the people. */
function withoutDoor(state: JamState, id: string): JamState {
  if (state.pending.some((person) => person.id === id)) return { ...state, ...awayFromDoor(state, id) };
  // Who asked before one was a host oneself.
  const stranger = !(id in state.names) && !state.untold && state.peopleCount <= crowd;
  return stranger ? state : withoutPerson(state, id);
}

/** What oneself now is. Who has no right to remove people is not told any more who stands at the door. */
function granted(state: JamState, { role, permissions }: GrantedMessage): JamState {
  const people = state.people.map((person) => (person.id === state.me ? { ...person, role, permissions } : person));
  return { ...state, people, permissions, ...(permissions.can_kick ? {} : noDoor) };
}

/** The position starts anew with the item; a playback event that says so exactly follows. A vote is on the item, and over with it. */
function started(state: JamState, queue: Queue): JamState {
  const at = queue.current?.played_at == null ? NaN : Date.parse(queue.current.played_at);
  const playback = { ...state.playback, position_ms: 0, at_ms: Number.isNaN(at) ? state.playback.at_ms : at };
  if (queue.current === null) playback.playing = false;
  const why = queue.current === null ? state.why : without(state.why, queue.current.id);
  const now = state.state === "created" && queue.current !== null ? "active" : state.state;
  return { ...state, ...queue, why, state: now, playback, skipVote: null };
}

function without(why: Why[], id: string): Why[] {
  return why.filter((one) => one.item_id !== id);
}

const doorOf = ({ pending, bans }: Pick<JoinedMessage, "pending" | "bans">): Door => ({ pending: pending ?? noDoor.pending, bans: bans ?? noDoor.bans });

type Seat = Pick<JoinedMessage, "participant_id" | "permissions">;

function fromSession(session: JamSession, { participant_id: me, permissions }: Seat, { pending, bans }: Door, before: JamState | null): JamState {
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
    pending,
    bans,
    playback: session.playback,
    failed: before?.current?.id === session.queue[session.current_index]?.id ? (before?.failed ?? 0) : 0,
    why: session.queue_order.why,
    skipVote: session.skip_vote,
    chat: session.chat,
    ending: session.ending,
    me,
    permissions: self?.permissions ?? permissions,
    lastSeq: session.seq,
    ended: session.state === "ended" ? (before?.ended ?? "host") : null,
  };
}

import type { JamParticipant, JamPermissions, JamQueueItem, JamSettings, ServerMessage, SkipVote, Why } from "../session/wire.gen";
import { item, nothing, person } from "./jam";
import { defaults, matrix, orderOf, otherThan, plain, reason, rightsOf, soundsOf, unquoted } from "./spelling";

/**
 * The answer lines of the stories in hostd/jam/testdata, as telling_test.go spells them, read back into the messages
 * that they stand for. What a line leaves out (because it goes without saying) is remembered from the lines before.
 */
export class Tellings {
  private readonly people = new Map<string, JamParticipant>();
  private readonly waiting = new Map<string, JamParticipant>();
  private readonly left = new Set<string>();
  /** What a host has fixed of somebody's rights, by what it granted. */
  private readonly fixed = new Map<string, Partial<JamPermissions>>();
  private readonly items = new Map<string, JamQueueItem>();
  /** What the story calls somebody -> id. Who takes a new seat leaves an "old" one behind. */
  private readonly ids = new Map<string, string>();
  private rules: JamSettings;

  /** @param calledOld whether the rest of this jam's story speaks of an "old" person of that name */
  constructor(changed: Partial<JamSettings>, private readonly calledOld: (name: string) => boolean) {
    this.rules = { ...defaults, ...changed };
  }

  /** Who left and is only in the host's list because of a song. */
  hasLeft(call: string): boolean {
    return this.left.has(this.idOf(call));
  }

  idOf(call: string): string {
    return this.ids.get(call) ?? call;
  }

  itemOf(call: string): JamQueueItem | undefined {
    return this.items.get(call);
  }

  /** One event with its seq. Throws on a line that it cannot read. */
  event(line: string): ServerMessage {
    const [, seq = "", text = ""] = /^(\d+) (.*?)(, for( \S+)*)?$/.exec(line) ?? [];
    return { ...this.words(text, line), seq: Number(seq) } as ServerMessage;
  }

  /** A passing message (~) to everyone or to the host; null for what changes nothing or is for somebody else's page. */
  passing(line: string): ServerMessage | null {
    const [, text = "", to = ""] = /^~ (.*?)(?:, to (.+)|, for .*)?$/.exec(line) ?? [];
    if (/^(info|success|warning) [a-z_]+ "/.test(text) || /^reaction \S+ \S+$/.test(text)) return null;
    const granted = /^granted (host|member|guest), may (\S+?)(?: with \S+)?$/.exec(text);
    if (granted !== null) {
      const [role, permissions] = [granted[1] as JamParticipant["role"], rightsOf(granted[2] ?? "")];
      this.fixed.set(this.idOf(to), otherThan(matrix(role, this.rules), permissions));
      return this.idOf(to) === "host" ? { type: "granted", role, permissions } : null;
    }
    const message = this.words(text, line);
    return to === "" || this.idOf(to) === "host" ? message : null;
  }

  private words(text: string, line: string): ServerMessage {
    const [kind = ""] = text.split(" ", 1);
    const rest = text.slice(kind.length).trim();
    const read = this.readers[kind]?.(rest) ?? null;
    if (read === null) throw new Error(`nobody can read: ${line}`);
    return read;
  }

  private readonly readers: Record<string, (rest: string) => ServerMessage | null> = {
    participant_joined: (rest) => {
      const m = /^(\S+) (host|member|guest) ("(?:[^"\\]|\\.)*")(.*)$/.exec(rest);
      return m && { type: "participant_joined", participant: this.arrived(m[1] ?? "", m[2] as JamParticipant["role"], unquoted(m[3] ?? ""), m[4] ?? "") };
    },
    participant_updated: (rest) => {
      const m = /^((?:old )?\S+) (here|away)(?: by (\S+))?( unverified)?(?: as (host|member|guest))?(?: may (\S+))?$/.exec(rest);
      const before = m && this.people.get(this.idOf(m[1] ?? ""));
      if (!before) return null;
      const path = (m[3] ?? "lan") as JamParticipant["path"];
      const participant = { ...before, connected: m[2] === "here", path, verified: m[4] === undefined };
      if (m[5] !== undefined) participant.role = m[5] as JamParticipant["role"];
      if (m[6] !== undefined) participant.permissions = rightsOf(m[6]);
      this.people.set(before.id, participant);
      return { type: "participant_updated", participant };
    },
    participant_left: (rest) => {
      const id = this.idOf(rest);
      if (!this.waiting.delete(id)) this.left.add(id);
      return { type: "participant_left", participant_id: id };
    },
    join_requested: (rest) => {
      const m = /^(\S+) ("(?:[^"\\]|\\.)*") (here|away)(.*)$/.exec(rest);
      if (m === null) return null;
      if (!this.waiting.has(this.idOf(m[1] ?? ""))) this.seat(m[1] ?? "");
      const id = this.idOf(m[1] ?? "");
      const participant = person(id, { display_name: unquoted(m[2] ?? ""), connected: m[3] === "here", permissions: nothing });
      this.waiting.set(id, participant);
      return { type: "join_requested", participant };
    },
    participant_banned: (rest) => {
      const participant = this.people.get(this.idOf(rest));
      return participant === undefined ? null : { type: "participant_banned", participant };
    },
    participant_unbanned: (rest) => ({ type: "participant_unbanned", participant_id: this.idOf(rest) }),
    skip_vote: (rest) => {
      const vote = this.vote(rest);
      return vote && { type: "skip_vote", ...vote };
    },
    chat_message: (rest) => {
      const m = /^((?:old )?\S+) ("(?:[^"\\]|\\.)*"): ("(?:[^"\\]|\\.)*")$/.exec(rest);
      return m && { type: "chat_message", from: unquoted(m[2] ?? ""), from_id: this.idOf(m[1] ?? ""), message: unquoted(m[3] ?? ""), at: when };
    },
    session_ending: (rest) => {
      const m = /^(?:(not)|([a-z_]+) at \S+), ([a-z]+)$/.exec(rest);
      return m && { type: "session_ending", ending: m[1] === undefined ? { reason: m[2] ?? "", ends_at: when } : null, state: m[3] as "ending" };
    },
    track_added: (rest) => {
      const m = /^(#\d+) (\S+) by ((?:old )?\S+) at (\d+)(?: (\(.*\)))?(?: because ([a-z]+)(?: (.+))?)?$/.exec(rest);
      if (m === null) return null;
      const by = m[3] === "autoplay" ? null : this.idOf(m[3] ?? "");
      const because = m[6] === undefined ? {} : { because: { reason: m[6], name: m[7] ?? "" } };
      const added = item(m[1] ?? "", by, { track_id: m[2] ?? "", ...because });
      this.items.set(added.id, added);
      const why: Why = m[5] === undefined ? { item_id: added.id, reason: "added", params: {} } : reason(m[5]);
      return { type: "track_added", item: added, by, position: Number(m[4]), why };
    },
    track_removed: (rest) => {
      const m = /^(#\d+) by (?:the house|((?:old )?\S+))$/.exec(rest);
      return m && { type: "track_removed", item_id: m[1] ?? "", by: m[2] === undefined ? null : this.idOf(m[2]) };
    },
    track_updated: (rest) => {
      const m = /^(#\d+) upvotes=(\d+) pinned=(true|false)$/.exec(rest);
      return m && { type: "track_updated", item_id: m[1] ?? "", upvotes: Number(m[2]), pinned: m[3] === "true" };
    },
    queue_order: (rest) => ({ type: "queue_order", ...orderOf(rest) }),
    now_playing: (rest) => {
      const m = /^(#\d+|nothing)(?:, the one before (finished|skipped|failed|stopped|voted_out))?$/.exec(rest);
      if (m === null) return null;
      const started = this.items.get(m[1] ?? "");
      if ((started === undefined) !== (m[1] === "nothing")) return null;
      return { type: "now_playing", item: started === undefined ? null : { ...started, played_at: when } };
    },
    playback: (rest) => {
      const sounds = soundsOf(rest);
      return sounds && { type: "playback", ...sounds, at_ms: 0 };
    },
    settings_updated: (rest) => {
      for (const part of rest.split(/ (?=[a-z_]+=)/)) {
        const [key = "", value = ""] = part.split(/=(.*)/s);
        if (key !== "") this.rules = { ...this.rules, [key]: plain(value, key) };
      }
      return { type: "settings_updated", settings: this.rules };
    },
    host_status: (rest) => {
      const m = /^(online|offline|paused) since \S+$/.exec(rest);
      return m && { type: "host_status", status: m[1] as "online", since: when };
    },
    session_ended: (rest) => {
      const m = /^([a-z_]+), (?:\d+ tracks, \d+ people, \d+ms|no recap|followed by (\S+))/.exec(rest);
      return m && { type: "session_ended", reason: m[1] ?? "", recap: null, ...(m[2] === undefined ? {} : { followed_by: m[2] }) };
    },
  };

  /** "#1 1 of 2, 3 may vote" */
  vote(text: string): SkipVote | null {
    const m = /^(#\d+) (\d+) of (\d+), (\d+) may vote$/.exec(text);
    return m && { queue_item_id: m[1] ?? "", votes: Number(m[2]), required: Number(m[3]), eligible: Number(m[4]) };
  }

  /** A line does not say whether the seat is a new one; who is still here, or is called old later, has left one behind. */
  private seat(call: string): void {
    const before = this.idOf(call);
    const known = this.people.has(before) || this.waiting.has(before);
    if (!known || (this.left.has(before) && !this.calledOld(call))) return;
    this.ids.set(`old ${call}`, before);
    this.ids.set(call, `${before}’`);
  }

  private arrived(call: string, role: JamParticipant["role"], name: string, path: string): JamParticipant {
    const asked = this.waiting.get(this.idOf(call));
    if (asked === undefined) this.seat(call);
    const id = this.idOf(call);
    const founded = role === "host" && this.people.size === 0;
    // Rights that a host has fixed come back with the seat; the others are what the settings give.
    const permissions = { ...matrix(role, this.rules), ...this.fixed.get(id) };
    const participant = person(id, {
      display_name: name, role, permissions, connected: asked?.connected ?? !founded,
      path: (/ by (\S+)/.exec(path)?.[1] ?? "lan") as JamParticipant["path"], verified: !path.includes("unverified"),
    });
    this.waiting.delete(id);
    this.left.delete(id);
    this.people.set(id, participant);
    return participant;
  }
}

const when = "2025-11-22T20:00:00.000Z";

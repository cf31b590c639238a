import type { JamParticipant, JamPermissions, JamSettings, Playback, QueueOrder, Why } from "../session/wire.gen";
import { nothing, settings as someSettings } from "./jam";

/** A jam's settings when nobody has changed them. */
export const defaults: JamSettings = {
  ...someSettings, name: null, guest_can_skip_vote: true, allow_chat: true, queue_order: "fair", autoplay: true,
};

/** The permission matrix, for who has just come in. */
export function matrix(role: JamParticipant["role"], s: JamSettings): JamPermissions {
  const [host, member, all] = [role === "host", role === "member", s.guest_can_control];
  return {
    can_add_to_queue: host || member || s.guest_can_add, can_remove_own: host || member || s.guest_can_remove_own, can_remove_any: host || all,
    can_reorder: host || all, can_skip: host || all, can_kick: host, can_vote_skip: host || member || s.guest_can_skip_vote, can_chat: s.allow_chat,
    can_control: host || all, can_set_volume: host || s.guest_can_set_volume,
  };
}

export function otherThan(given: JamPermissions, has: JamPermissions): Partial<JamPermissions> {
  const rights = Object.keys(has) as (keyof JamPermissions)[];
  return Object.fromEntries(rights.filter((right) => has[right] !== given[right]).map((right) => [right, has[right]]));
}

/** "add_to_queue,chat" or "nothing" */
export function rightsOf(text: string): JamPermissions {
  const rights = { ...nothing };
  for (const name of text.split(",")) if (`can_${name}` in rights) rights[`can_${name}` as keyof JamPermissions] = true;
  return rights;
}

/** "#5 #2 (#5 turn 1 of Bob) (#2 pinned)"; the reason of fifo goes without saying. */
export function orderOf(text: string): QueueOrder {
  const order = text.replace(/\(.*$/, "").split(" ").filter((word) => word !== "");
  const told = [...text.matchAll(/\(#[^()]*(?:\([^()]*\)[^()]*)*\)/g)].map(([one]) => reason(one));
  const why = order.map((id) => told.find((one) => one.item_id === id) ?? { item_id: id, reason: "added", params: {} });
  return { order, why };
}

export function reason(text: string): Why {
  const turn = /^\((#\d+) turn (\d+) of .*\)$/.exec(text);
  if (turn !== null) return { item_id: turn[1] ?? "", reason: "turn", params: { turn: Number(turn[2]) } };
  const votes = /^\((#\d+) votes (\d+)\)$/.exec(text);
  if (votes !== null) return { item_id: votes[1] ?? "", reason: "votes", params: votes[2] === "0" ? {} : { votes: Number(votes[2]) } };
  const [, item_id = "", why = ""] = /^\((#\d+) ([a-z_]+)\)$/.exec(text) ?? [];
  if (why === "") throw new Error(`nobody can read the reason ${text}`);
  return { item_id, reason: why, params: {} };
}

/** "playing at 30000ms volume 100" */
export function soundsOf(text: string): Omit<Playback, "at_ms"> | null {
  const m = /^(playing|silent) at (\d+)ms volume (\d+)$/.exec(text);
  return m && { playing: m[1] === "playing", position_ms: Number(m[2]), volume: Number(m[3]) };
}

/** As Go prints a value of JSON. */
export function plain(value: string, key: string): unknown {
  if (value === "<nil>") return null;
  if (value === "true" || value === "false") return value === "true";
  return key === "name" || key === "expires_at" || key === "queue_order" ? value : Number(value);
}

/** As Go quotes a text. */
export function unquoted(text: string): string {
  return JSON.parse(text.replace(/\\x([0-9a-f]{2})/g, "\\u00$1").replace(/\\U([0-9a-f]{8})/g, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16)))) as string;
}

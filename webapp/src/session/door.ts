import type { JamParticipant } from "./wire.gen";

/** Who is kept outside, as a host sees it; empty for everyone else. */
export interface Door {
  /** They ask to come in, first come first. `connected` false: their page is closed. */
  pending: JamParticipant[];
  /** They were removed and stay out. */
  bans: JamParticipant[];
}

export const noDoor: Door = { pending: [], bans: [] };

/** Somebody asks, or their page goes or comes back. They keep their place. */
export function atDoor({ pending }: Door, person: JamParticipant): Pick<Door, "pending"> {
  return { pending: replaced(pending, person) };
}

/** Somebody was let in or turned away, or went. */
export function awayFromDoor({ pending }: Door, id: string): Pick<Door, "pending"> {
  return { pending: pending.filter((person) => person.id !== id) };
}

export function banned({ bans }: Door, person: JamParticipant): Pick<Door, "bans"> {
  return { bans: replaced(bans, person) };
}

export function unbanned({ bans }: Door, id: string): Pick<Door, "bans"> {
  return { bans: bans.filter((person) => person.id !== id) };
}

function replaced(people: JamParticipant[], person: JamParticipant): JamParticipant[] {
  const known = people.some(({ id }) => id === person.id);
  return known ? people.map((other) => (other.id === person.id ? person : other)) : [...people, person];
}

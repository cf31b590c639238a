import { limits, type JamParticipant, type ParticipantsMessage } from "./wire.gen";

/** Who is here, as this seat knows it. */
export interface People {
  people: JamParticipant[];
  peopleCount: number;
  /** Every name seen, also of those who left: their songs are still in the queue. */
  names: Readonly<Record<string, string>>;
  /** How far the host's list was asked for, from its beginning; null = `people` began with a snapshot. */
  listed: number | null;
  /** Some came or went without being told by name: `people` may hold who left and lack who came. */
  untold: boolean;
}

type Seated = People & { me: string | null };

/** Over this many people nobody is told by name who comes and goes. */
export const crowd = limits.crowd;

/** Someone new, or someone known who changed. `arrives` = the host counts one more. */
export function withPerson<S extends People>(state: S, person: JamParticipant, arrives: boolean): S {
  const known = state.people.some((other) => other.id === person.id);
  const people = known ? state.people.map((other) => (other.id === person.id ? person : other)) : [...state.people, person];
  // The host says "joined" only of someone new or someone who had left, also when a song of theirs kept them in the list.
  const more = arrives ? 1 : 0;
  const { listed, peopleCount } = state;
  return {
    ...state,
    people,
    peopleCount: peopleCount + more,
    // Who comes stands at the end of the host's list, which this one may not have reached.
    listed: listed === peopleCount ? listed + more : listed,
    names: { ...state.names, [person.id]: person.display_name },
  };
}

export function withoutPerson<S extends People>(state: S, id: string): S {
  const people = state.people.filter((person) => person.id !== id);
  const listed = state.listed !== null && people.length < state.people.length ? Math.max(0, state.listed - 1) : state.listed;
  return { ...state, people, listed, peopleCount: Math.max(0, state.peopleCount - 1) };
}

/** How many there are, when nobody is told by name. A list that holds more than that is asked for anew. */
export function counted<S extends People>(state: S, peopleCount: number): S {
  return { ...state, peopleCount, untold: true, listed: state.listed !== null && peopleCount < state.listed ? null : state.listed };
}

/** A page of the host's list: the first one replaces what was known, the next ones continue it, others are late. */
export function withPage<S extends Seated>(state: S, { offset, total, participants }: ParticipantsMessage): S {
  const peopleCount = total;
  if (offset !== 0 && offset !== state.listed) return { ...state, peopleCount };
  const before = offset === 0 ? state.people.filter(({ id, role }) => id === state.me || role === "host") : state.people;
  const byId = new Map([...before, ...participants].map((person) => [person.id, person]));
  const names = { ...state.names };
  for (const { id, display_name } of participants) names[id] = display_name;
  return { ...state, people: [...byId.values()], peopleCount, names, listed: offset + participants.length };
}

/** Whether the host's list holds people that are not here. */
export function hasMore({ people, peopleCount, listed, untold }: People): boolean {
  return listed === null ? untold || peopleCount > people.length : listed < peopleCount;
}

/** As many as a snapshot holds: who looked through a long list and comes back begins anew. */
export function shortened<S extends Seated>(state: S): S {
  if (state.listed === null) return state;
  let others = 0;
  const people = state.people.filter(({ id, role }) => id === state.me || role !== "guest" || (others += 1) <= limits.participantsShown);
  return { ...state, people, listed: null };
}

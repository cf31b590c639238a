import { ask } from "../session/rest";
import { createStore, type Store } from "../session/store";
import type { SharingStatus, TrackInfo } from "../session/wire.gen";

/** What the host decides; the rest of the status is what comes of it. */
export type Rules = Pick<SharingStatus, "limited" | "folders" | "playlists" | "genres" | "no_explicit" | "blocked_tracks" | "blocked_artists">;
/** What can be chosen by name. */
export type Kind = "folders" | "playlists" | "genres";

export interface SharingView {
  /** The last answer, with what was asked for since; null before the first. */
  status: SharingStatus | null;
  /** What went wrong last: there is no list, or a change was not taken. */
  trouble: "load" | "save" | null;
}

const path = "/api/console/sharing";

export function rulesOf({ limited, folders, playlists, genres, no_explicit, blocked_tracks, blocked_artists }: SharingStatus): Rules {
  return { limited, folders, playlists, genres, no_explicit, blocked_tracks, blocked_artists };
}

/** The list with that name in it, or without; in the order of choosing. */
export function withName(names: string[], name: string, on: boolean): string[] {
  const rest = names.filter((other) => other !== name);
  return on ? [...rest, name] : rest;
}

/** What guests may see of the music, and who is kept out of it altogether. A change stands at once, and goes back when it is refused. */
export class Sharing {
  readonly view: Store<SharingView> = createStore<SharingView>({ status: null, trouble: null });
  /** Changes are made one after the other, each to what the daemon then holds. */
  private last: Promise<void> = Promise.resolve();
  private waiting = 0;

  constructor(private readonly token: string | null) {}

  async load(): Promise<void> {
    const answer = await ask<SharingStatus>(path, this.token);
    // What is being changed is told by the change's own answer.
    if (this.waiting > 0) return;
    this.view.set(answer.ok ? { status: answer.value, trouble: null } : { ...this.view.get(), trouble: "load" });
  }

  choose(kind: Kind, name: string, on: boolean): Promise<boolean> {
    return this.change((rules) => ({ ...rules, [kind]: withName(rules[kind], name, on) }));
  }

  limit(limited: boolean): Promise<boolean> {
    return this.change((rules) => ({ ...rules, limited }));
  }

  explicit(no_explicit: boolean): Promise<boolean> {
    return this.change((rules) => ({ ...rules, no_explicit }));
  }

  blockTrack({ track_id }: Pick<TrackInfo, "track_id">, on: boolean): Promise<boolean> {
    return this.change((rules) => ({ ...rules, blocked_tracks: withName(rules.blocked_tracks, track_id, on) }));
  }

  blockArtist(artist: string, on: boolean): Promise<boolean> {
    return this.change((rules) => ({ ...rules, blocked_artists: withName(rules.blocked_artists, artist, on) }));
  }

  /** True when the daemon has taken it. */
  private change(edit: (rules: Rules) => Rules): Promise<boolean> {
    const { status } = this.view.get();
    if (status !== null) this.view.set({ status: { ...status, ...edit(rulesOf(status)) }, trouble: null });
    this.waiting += 1;
    const done = this.last.then(() => this.save(edit));
    this.last = done.then(() => undefined);
    return done;
  }

  private async save(edit: (rules: Rules) => Rules): Promise<boolean> {
    const held = await ask<SharingStatus>(path, this.token);
    const answer = !held.ok ? held : await ask<SharingStatus>(path, this.token, {
      method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(edit(rulesOf(held.value))),
    });
    this.waiting -= 1;
    // While more changes wait, what is shown is theirs.
    if (answer.ok) {
      if (this.waiting === 0) this.view.set({ status: answer.value, trouble: null });
    } else {
      this.view.set({ status: held.ok ? held.value : this.view.get().status, trouble: "save" });
    }
    return answer.ok;
  }
}

import type { Outcome } from "./outbox";
import { createStore, type Store } from "./store";
import { limits, type ClientMessage, type ServerMessage, type TrackInfo } from "./wire.gen";

/** What the search shows. Results stay until the next answer, so that nothing flickers. */
export interface SearchView {
  q: string;
  /** The text that `tracks` answers; null before the first answer. */
  answered: string | null;
  tracks: TrackInfo[];
  /** What the host suggests where nothing is asked for. */
  suggested: TrackInfo[];
}

/** Wait this long after a keystroke, ms, for the next one. */
const debounceMs = 80;
/** Tracks asked for: the best of what there may be. */
export const wanted = 30;

export interface SearchParts {
  nextId(): string;
  /** False when there is no link: the question is asked again after the next resume. */
  ask(message: Extract<ClientMessage, { type: "search" }>): boolean;
}

/** Search as you type: one question on the way per pause, only the newest answer counts. */
export class Search {
  readonly view: Store<SearchView> = createStore<SearchView>({ q: "", answered: null, tracks: [], suggested: [] });
  private timer: ReturnType<typeof setTimeout> | undefined;
  private newest: string | null = null;

  constructor(private readonly parts: SearchParts) {}

  type(text: string): void {
    const q = [...text].slice(0, limits.maxSearchText).join("");
    this.view.set({ ...this.view.get(), q });
    this.later(debounceMs);
  }

  /** The link is back, or the library changed: ask for what stands in the field. */
  refresh(): void {
    this.later(0);
  }

  answer(message: Extract<ServerMessage, { type: "search_results" }>): void {
    if (message.id !== this.newest) return;
    this.newest = null;
    const { q, tracks } = message;
    this.view.set({ ...this.view.get(), answered: q, tracks, ...(q === "" ? { suggested: tracks } : {}) });
  }

  /** True when the refusal was of the newest question; asked again when the host says when. */
  refused(id: string, outcome: Extract<Outcome, { ok: false }>): boolean {
    if (id !== this.newest) return false;
    this.newest = null;
    if (outcome.code === "rate_limited") this.later(outcome.retryAfterMs ?? 1000);
    return true;
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const id = this.parts.nextId();
      if (this.parts.ask({ type: "search", id, q: this.view.get().q.trim(), limit: wanted })) this.newest = id;
    }, ms);
  }
}

import type { Picture } from "./art";
import { bearer, sessionPath } from "./rest";

export type CoverSize = "small" | "large";

/** Covers kept as blobs at the same time, beyond those on screen; and requests at the same time. */
const kept = 80;
const atOnce = 4;

interface Entry {
  /** Undefined while it is being fetched; null when there is none. */
  url: string | null | undefined;
  watchers: Set<() => void>;
}

/**
 * Covers of the jam's tracks as blob addresses. They need the seat's token, so
 * an <img> cannot fetch them itself. The least recently used are given back.
 */
export class Covers {
  private readonly entries = new Map<string, Entry>();
  private queue: (() => Promise<void>)[] = [];
  private running = 0;

  /** @param ask asks over the link; undefined where that is not sealed: then over HTTP. */
  constructor(private readonly code: string, private readonly token: () => string | null, private readonly ask?: (trackId: string) => Promise<Picture> | undefined) {}

  /** The address if it is known already. */
  peek(trackId: string, size: CoverSize): string | null | undefined {
    return this.entries.get(key(trackId, size))?.url;
  }

  /** Keeps a cover for as long as it is watched, fetching it if need be; returns how to stop. */
  watch(trackId: string, size: CoverSize, onChange: () => void): () => void {
    const name = key(trackId, size);
    const entry = this.entries.get(name) ?? this.begin(name, trackId, size);
    // Used last: to the end of the map, whose order is the order of use.
    this.entries.delete(name);
    this.entries.set(name, entry);
    entry.watchers.add(onChange);
    return () => {
      entry.watchers.delete(onChange);
      this.trim();
    };
  }

  /** Gives every blob back. */
  clear(): void {
    this.queue = [];
    for (const name of [...this.entries.keys()]) this.release(name);
  }

  private begin(name: string, trackId: string, size: CoverSize): Entry {
    const entry: Entry = { url: undefined, watchers: new Set() };
    this.queue.push(async () => {
      const url = entry.watchers.size === 0 ? undefined : await this.fetch(trackId, size);
      if (this.entries.get(name) !== entry || url === undefined) {
        // Nobody waits for it any more, or it failed: the next who wants it asks anew.
        if (typeof url === "string") URL.revokeObjectURL(url);
        if (this.entries.get(name) === entry) this.entries.delete(name);
        return;
      }
      entry.url = url;
      for (const watcher of [...entry.watchers]) watcher();
    });
    queueMicrotask(() => this.pump());
    return entry;
  }

  private pump(): void {
    while (this.running < atOnce) {
      const job = this.queue.shift();
      if (job === undefined) return;
      this.running += 1;
      void job().finally(() => {
        this.running -= 1;
        this.pump();
      });
    }
  }

  private async fetch(trackId: string, size: CoverSize): Promise<string | null | undefined> {
    try {
      const asked = this.ask?.(trackId);
      if (asked !== undefined) return urlOf(await asked);
      const path = `${sessionPath(this.code)}/art/${encodeURIComponent(trackId)}?size=${size}`;
      const response = await fetch(path, { headers: bearer(this.token()) });
      if (response.status === 404) return null;
      if (!response.ok) return undefined;
      return urlOf(await response.blob());
    } catch {
      return undefined;
    }
  }

  private trim(): void {
    let spare = this.entries.size - kept;
    for (const [name, entry] of this.entries) {
      if (spare <= 0) return;
      if (entry.watchers.size > 0) continue;
      this.release(name);
      spare -= 1;
    }
  }

  private release(name: string): void {
    const url = this.entries.get(name)?.url;
    if (typeof url === "string") URL.revokeObjectURL(url);
    this.entries.delete(name);
  }
}

const urlOf = (picture: Picture) => picture && URL.createObjectURL(picture);

function key(trackId: string, size: CoverSize): string {
  return `${size} ${trackId}`;
}

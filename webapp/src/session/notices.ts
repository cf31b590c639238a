import { createStore, type Store } from "./store";

export interface Notice {
  id: number;
  level: "info" | "success" | "warning" | "error";
  text: string;
  /** A later sentence about the same replaces this one: both would contradict each other. */
  about?: string | undefined;
}

/** Shown at once, and for how long, ms. A sentence that says something went wrong stays longer. */
const most = 3;
const staysMs = { info: 5_000, success: 5_000, warning: 8_000, error: 8_000 };
/** Characters; the rest of a longer sentence is cut. */
const longest = 300;

/** Passing sentences, newest last. */
export class Notices {
  readonly view: Store<Notice[]> = createStore<Notice[]>([]);
  private made = 0;

  show(level: Notice["level"], sentence: string, about?: string): void {
    const text = sentence.length > longest ? `${sentence.slice(0, longest)}…` : sentence;
    this.made += 1;
    const notice = { id: this.made, level, text, about };
    // One success says it: songs that are added quickly would cover the page.
    const others = this.view.get().filter((other) => other.text !== text && (about === undefined || other.about !== about) && (level !== "success" || other.level !== level));
    this.view.set([...others, notice].slice(-most));
    setTimeout(() => this.dismiss(notice.id), staysMs[level]);
  }

  dismiss(id: number): void {
    const left = this.view.get().filter((notice) => notice.id !== id);
    if (left.length !== this.view.get().length) this.view.set(left);
  }
}

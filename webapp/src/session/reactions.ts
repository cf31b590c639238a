import { createStore, type Store } from "./store";

/** An emoji on its way up. */
export interface Floating {
  key: number;
  emoji: string;
  fromId: string;
}

/** Shown at once, and for how long, ms. In a crowd the oldest give way. */
export const mostFloating = 12;
export const floatsMs = 3_000;

/** Reactions that pass: nobody keeps them. */
export class Reactions {
  readonly view: Store<Floating[]> = createStore<Floating[]>([]);
  private made = 0;

  show(emoji: string, fromId: string): void {
    this.made += 1;
    const one = { key: this.made, emoji, fromId };
    this.view.set([...this.view.get(), one].slice(-mostFloating));
    setTimeout(() => this.view.set(this.view.get().filter((other) => other !== one)), floatsMs);
  }
}

import { doubleTapMs } from "./adding";
import type { Command, Outcome } from "./outbox";
import { createStore, type Store } from "./store";

/** What this page voted for. The host tells sums only; after a reload it is unknown, and voting again is harmless. */
export interface Ballots {
  /** The item that this person voted to skip. */
  skip: string | null;
  upvotes: ReadonlySet<string>;
}

/** One's own votes: marked at once, taken back when the host refuses. */
export class Ballot {
  readonly view: Store<Ballots> = createStore<Ballots>({ skip: null, upvotes: new Set() });

  private voted = { itemId: "", at: 0 };

  constructor(private readonly tell: (command: Command) => Promise<Outcome>) {}

  /** Votes to skip that item, which is playing, or takes the vote back. */
  async voteSkip(itemId: string, yes: boolean): Promise<void> {
    const { voted } = this;
    this.voted = { itemId, at: Date.now() };
    // The second half of a double tap: the song changed under the finger.
    if (voted.itemId !== itemId && this.voted.at - voted.at < doubleTapMs) return;
    const before = this.view.get().skip;
    this.update({ skip: yes ? itemId : null });
    const { ok } = await this.tell({ type: yes ? "vote_skip" : "unvote_skip" });
    if (!ok) this.update({ skip: before });
  }

  /** Says that one wants to hear an upcoming item, or takes it back. */
  async upvote(itemId: string, yes: boolean): Promise<void> {
    this.mark(itemId, yes);
    const { ok } = await this.tell({ type: yes ? "upvote" : "unupvote", queue_item_id: itemId });
    if (!ok) this.mark(itemId, !yes);
  }

  /** The vote to skip is over. */
  skipOver(): void {
    this.update({ skip: null });
  }

  /** Nothing is voted for: another seat, or one that had left the list. */
  forget(change: Partial<Ballots> = { skip: null }): void {
    this.update({ upvotes: new Set(), ...change });
  }

  private mark(itemId: string, yes: boolean): void {
    const upvotes = new Set(this.view.get().upvotes);
    if (yes) upvotes.add(itemId);
    else upvotes.delete(itemId);
    this.update({ upvotes });
  }

  private update(change: Partial<Ballots>): void {
    this.view.set({ ...this.view.get(), ...change });
  }
}

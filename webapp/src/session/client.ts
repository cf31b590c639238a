import type { OpenLink } from "../link/link";
import { doubleTaps, isQueued, withoutFirst, type Adding } from "./adding";
import { askArt } from "./art";
import { Ballot } from "./ballot";
import { HostClock } from "./clock";
import { Connection } from "./connection";
import { Covers } from "./covers";
import type { Arrival } from "./introduction";
import { fewComings, isNews } from "./news";
import { Notices } from "./notices";
import type { Command, Outcome } from "./outbox";
import { shortened } from "./people";
import { Reactions } from "./reactions";
import { reduce, type JamState } from "./reducer";
import { Search } from "./search";
import type { MemberKeeper, SeatKeeper } from "./seat";
import type { End, LinkStatus } from "./status";
import { createStore, type Store } from "./store";
import { limits, type ErrorCode, type GrantedMessage, type NotificationMessage, type ServerMessage, type TrackInfo } from "./wire.gen";

/** All that the pages show of a jam. */
export interface JamView {
  jam: JamState | null;
  link: LinkStatus;
  rttMs: number | null;
  adding: Adding[];
  /** One's place in the waiting room, 1 = next; null when one does not wait. It stays while the connection is gone. */
  place: number | null;
  /** Null while the jam lives. */
  end: End | null;
}

/** What is said in the language of the page, also for the host's own sentences. */
export interface ClientSentences {
  added(title: string): string;
  offline: string;
  slowDown(seconds: number): string;
  refusal(code: ErrorCode, message: string): string;
  notice(said: NotificationMessage): string;
}

export interface ClientParts {
  code: string;
  open: OpenLink;
  seats: SeatKeeper;
  /** Set for a screen that only watches; see Credentials. */
  watch?: string | undefined;
  /** Keeps a member's token; absent on the host's own page. */
  member?: MemberKeeper;
  /** The console's own session before any jam: nobody else is in it. */
  solo?: boolean;
  visible?: () => boolean;
  sentences: ClientSentences;
}

/** One jam from this page's side: what is known of it and what can be asked of it. */
export class JamClient {
  readonly code: string;
  /** Nobody else is here, and nobody comes. */
  readonly solo: boolean;
  readonly view: Store<JamView> = createStore<JamView>({ jam: null, link: { phase: "idle" }, rttMs: null, adding: [], place: null, end: null });
  readonly notices = new Notices();
  readonly clock = new HostClock();
  readonly covers: Covers;
  readonly search: Search;
  readonly reactions = new Reactions();
  readonly ballot = new Ballot((command) => this.tell(command));
  private readonly connection: Connection;
  private readonly art = askArt((command) => this.connection.outbox.send(command));
  private addings = 0;
  private readonly tappedTwice = doubleTaps();
  private readonly isOneOfFew = fewComings();
  private sealed = false; // The last link was: until the next one nothing is asked over HTTP either.

  constructor(private readonly parts: ClientParts) {
    this.code = parts.code;
    this.solo = parts.solo === true;
    this.connection = new Connection({
      open: parts.open,
      seats: parts.seats,
      member: parts.member,
      watch: parts.watch,
      clock: this.clock,
      visible: parts.visible ?? (() => document.visibilityState === "visible"),
      random: Math.random,
      lastSeq: () => this.view.get().jam?.lastSeq ?? null,
      onMessages: (messages) => this.take(messages),
      onStatus: (link) => this.statusChanged(link),
    });
    this.search = new Search({
      nextId: () => this.connection.outbox.nextId(),
      ask: (message) => this.connection.ask(message),
    });
    this.covers = new Covers(parts.code, () => parts.seats.read()?.resume_token ?? null, (trackId) => (this.sealed ? this.art.fetch(trackId) : undefined));
  }

  hasSeat(): boolean {
    return this.parts.seats.read() !== null;
  }

  /** Takes a seat: the remembered one, else a new one as `arrival` says. Also "Use it here" and "Try again". */
  start(arrival: Arrival | null = null): void {
    this.connection.start(arrival);
  }

  wake(): void {
    this.connection.wake();
  }

  stir(): void {
    this.connection.stir();
  }

  away(): void {
    this.connection.away();
  }

  leave(): void {
    this.connection.leave();
  }

  /** Ends the page's part without a word to the host. */
  stop(): void {
    this.connection.stop();
    this.covers.clear();
  }

  /** Asks, and shows the host's sentence when it refuses. */
  async tell(command: Command): Promise<Outcome> {
    const outcome = await this.connection.outbox.send(command);
    if (!outcome.ok && outcome.code !== "gone") this.notices.show("error", this.sentenceOf(outcome.code, outcome.message, outcome.retryAfterMs));
    return outcome;
  }

  /** Adds a song: it stands in the queue at once, and is taken back when the host refuses. A finger that taps twice adds once. */
  async add(track: TrackInfo): Promise<void> {
    if (this.tappedTwice(track.track_id)) return;
    this.addings += 1;
    const adding = { key: this.addings, track };
    this.update({ adding: [...this.view.get().adding, adding] });
    const outcome = await this.tell({ type: "add_track", track_id: track.track_id });
    this.update({ adding: this.view.get().adding.filter((other) => other !== adding) });
    if (outcome.ok) this.notices.show("success", this.parts.sentences.added(track.title));
  }

  /** Asks for more of the people. The first page is mostly who is known already, so the next comes with it. */
  async morePeople(): Promise<void> {
    const { jam } = this.view.get();
    if (jam === null) return;
    const page = limits.participantsPage;
    const offsets = jam.listed !== null ? [jam.listed] : jam.peopleCount > page ? [0, page] : [0];
    await Promise.all(offsets.map((offset) => this.tell({ type: "list_participants", offset })));
  }

  /** The list is not looked at any more. */
  fewerPeople(): void {
    const { jam } = this.view.get();
    this.update({ jam: jam && shortened(jam) });
  }

  private sentenceOf(code: ErrorCode | "offline", message: string, retryAfterMs: number | null): string {
    const { offline, slowDown, refusal } = this.parts.sentences;
    if (code === "offline") return offline;
    if (code === "rate_limited" && retryAfterMs !== null) return slowDown(Math.max(1, Math.ceil(retryAfterMs / 1000)));
    return refusal(code, message);
  }

  private take(messages: ServerMessage[]): void {
    let { jam, adding } = this.view.get();
    for (const message of messages) {
      const before = jam;
      jam = reduce(jam, message);
      // Only what is news: an event that comes twice must not take two songs back.
      if (message.type === "track_added" && jam !== before && message.by === jam?.me) adding = withoutFirst(adding, message.item.track_id);
      if (message.type === "joined" || message.type === "resumed" || message.type === "session_update") adding = adding.filter(({ track }) => !isQueued(jam, track));
      if (message.type === "joined" && before?.me !== jam?.me) this.ballot.forget();
      this.passing(message, jam);
      if (message.type === "resumed") for (const missed of message.events) this.passing(missed, jam);
    }
    this.update({ jam, adding });
  }

  /** Messages that change nothing in the jam. */
  private passing(message: ServerMessage, jam: JamState | null): void {
    switch (message.type) {
      case "notification":
        if (isNews(message, jam) && this.isOneOfFew(message.kind)) this.notices.show(message.level, this.parts.sentences.notice(message));
        break;
      case "join_pending":
        this.update({ place: message.position });
        break;
      case "joined":
        this.update({ place: null });
        break;
      case "granted":
        this.granted(message);
        break;
      case "skip_vote":
        if (message.votes === 0) this.ballot.skipOver();
        break;
      case "participant_left":
        // The host takes the upvotes of those who are away for long; a vote to skip it keeps.
        if (message.participant_id === jam?.me) this.ballot.forget({});
        break;
      case "reaction":
        this.reactions.show(message.emoji, message.from_id);
        break;
      case "session_ended":
        this.update({ end: { reason: message.reason, recap: message.recap, followedBy: message.followed_by } });
        break;
      case "search_results":
        this.search.answer(message);
        break;
      case "art_data":
        this.art.answer(message);
        break;
      case "error":
        if (message.id !== undefined) {
          this.search.refused(message.id, { ok: false, code: message.code, message: message.message, retryAfterMs: message.retry_after_ms ?? null });
        } else if (message.code === "session_ended") {
          this.update({ end: this.view.get().end ?? { reason: message.end_reason ?? null, recap: null } });
        }
        break;
      case "pong":
        // The connection reads the clock first; the figure shown is rounded so that it does not flicker.
        queueMicrotask(() => this.update({ rttMs: this.clock.rttMs() }));
        break;
    }
  }

  /** What this person now is: a member's token is for the next jam. */
  private granted({ role, user_token }: GrantedMessage): void {
    if (user_token !== undefined) this.parts.member?.write(user_token);
    else if (role === "guest") this.parts.member?.forget();
  }

  private statusChanged(link: LinkStatus): void {
    const { rttMs, place } = this.view.get();
    this.update({ link, rttMs: link.phase === "joined" ? rttMs : null, place: link.phase === "over" ? null : place });
    if (link.phase !== "joined") return;
    this.sealed = link.sealed === true;
    this.search.refresh();
  }

  private update(change: Partial<JamView>): void {
    const now = this.view.get();
    const keys = Object.keys(change) as (keyof JamView)[];
    if (keys.some((key) => !Object.is(now[key], change[key]))) this.view.set({ ...now, ...change });
  }
}

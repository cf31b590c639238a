import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { inJam } from "../testing/client";
import { fakeHost, fakeSeats } from "../testing/host";
import { guestRights, joined } from "../testing/jam";
import { spoken } from "../testing/sentences";
import { JamClient } from "./client";
import { floatsMs, mostFloating } from "./reactions";
import { errorSentences, type ErrorCode } from "./wire.gen";

// What one page knows of its own person beside the jam: votes, place, token, refusals, and how it ended.
beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

describe("one's own votes", () => {
  const refused = { code: "not_authorized", message: "no" } as const;
  it("are marked at once, and taken back when the host refuses", async () => {
    const { host, client, sent } = inJam();
    const done = client.ballot.voteSkip("c", true);
    expect(client.ballot.view.get().skip).toBe("c");
    host.last().tell({ type: "error", id: sent("vote_skip")[0]?.id ?? "", ...refused });
    await done;
    expect(client.ballot.view.get().skip).toBeNull();
  });
  it("to skip are over when the host says so", () => {
    const { host, client } = inJam();
    void client.ballot.voteSkip("c", true);
    host.last().tell({ type: "skip_vote", seq: 11, queue_item_id: "c", votes: 1, required: 2, eligible: 3 });
    expect(client.ballot.view.get().skip).toBe("c");
    host.last().tell({ type: "skip_vote", seq: 12, queue_item_id: "c", votes: 0, required: 2, eligible: 3 });
    expect(client.ballot.view.get().skip).toBeNull();
  });
  it("for songs are many", async () => {
    const { host, client, sent } = inJam();
    void client.ballot.upvote("a", true);
    const second = client.ballot.upvote("b", true);
    void client.ballot.upvote("a", false);
    expect([...client.ballot.view.get().upvotes]).toEqual(["b"]);
    expect([sent("upvote"), sent("unupvote")]).toMatchObject([[{ queue_item_id: "a" }, { queue_item_id: "b" }], [{ queue_item_id: "a" }]]);
    host.last().tell({ type: "error", id: sent("upvote")[1]?.id ?? "", ...refused });
    await second;
    expect([...client.ballot.view.get().upvotes]).toEqual([]);
  });
});

describe("reactions", () => {
  it("float for a while, the oldest giving way, and are kept by nobody", () => {
    const { host, client } = inJam();
    for (let n = 0; n < mostFloating + 3; n++) host.last().tell({ type: "reaction", from_id: "alex", emoji: "🎉" });
    expect(client.reactions.view.get()).toHaveLength(mostFloating);
    expect(client.reactions.view.get()[0]?.key).toBe(4);
    vi.advanceTimersByTime(floatsMs);
    expect(client.reactions.view.get()).toEqual([]);
  });
});

describe("a refusal", () => {
  it.each(Object.entries(errorSentences))("%s has its sentence where a person meets it", async (code, sentence) => {
    const { host, client, sent, toasts } = inJam();
    const done = client.tell({ type: "skip" });
    host.last().tell({ type: "error", id: sent("skip")[0]?.id ?? "", code: code as ErrorCode, message: "" });
    await done;
    expect(toasts()).toEqual([`error: ${sentence}`]);
  });
  it("for being too quick says how long to wait", async () => {
    const { host, client, sent, toasts } = inJam();
    const done = client.tell({ type: "chat", message: "x" });
    host.last().tell({ type: "error", id: sent("chat")[0]?.id ?? "", code: "rate_limited", message: "Slow down! Try again in a moment", retry_after_ms: 1200 });
    await done;
    expect(toasts()).toEqual(["error: wait 2 s"]);
  });
  it("of a kind that nobody knows is the host's trouble", async () => {
    const { host, client, sent, toasts } = inJam();
    const done = client.tell({ type: "skip" });
    host.last().tell({ type: "error", id: sent("skip")[0]?.id ?? "", code: "firework" as ErrorCode, message: "" });
    await done;
    expect(toasts()).toEqual([`error: ${errorSentences.internal}`]);
  });
});

describe("the place in the waiting room", () => {
  it("is known until the person is in, also while the connection is gone", () => {
    const host = fakeHost();
    const client = new JamClient({
      code: "HQRS-2K4M", open: host.open, seats: fakeSeats(), visible: () => true,
      sentences: spoken,
    });
    const place = () => client.view.get().place;
    client.start({ display_name: "Sam" });
    host.last().accept();
    host.last().tell({ type: "join_pending", message: "", position: 3 });
    expect([place(), client.view.get().jam]).toEqual([3, null]);
    host.last().tell({ type: "join_pending", message: "", position: 2 });
    host.last().cut(1006);
    expect(place()).toBe(2);
    vi.advanceTimersByTime(5_000);
    host.last().accept();
    host.last().tell(joined());
    expect(place()).toBeNull();
  });
});

describe("a member's token", () => {
  it("is kept, and forgotten by who is a guest again", () => {
    const { host, member } = inJam();
    const grant = (role: "member" | "guest" | "host", more = {}) => host.last().tell({ type: "granted", role, permissions: guestRights, ...more });
    grant("member", { user_token: "secret" });
    expect(member.read()).toBe("secret");
    grant("member");
    grant("host");
    expect(member.read()).toBe("secret");
    grant("guest");
    expect(member.read()).toBeNull();
  });
});

describe("the end of a jam", () => {
  const recap = { track_count: 1, participant_count: 2, duration_ms: 3, tracks: [], top_adder: null, top_track: null };
  it("is known with its reason and the look back, also by who comes back to it", () => {
    const { host, client } = inJam();
    expect(client.view.get().end).toBeNull();
    host.last().tell({ type: "session_ended", seq: 11, reason: "idle", recap });
    expect(client.view.get().end).toEqual({ reason: "idle", recap });
    // The error that follows tells less.
    host.last().tell({ type: "error", code: "session_ended", message: "", end_reason: "idle" });
    expect(client.view.get().end?.recap).toEqual(recap);
  });
  it("is known by its reason alone where nothing else is", () => {
    const { host, client } = inJam();
    host.last().tell({ type: "error", code: "session_ended", message: "", end_reason: "expired" });
    expect(client.view.get().end).toEqual({ reason: "expired", recap: null });
  });
});

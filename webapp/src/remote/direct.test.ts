// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { joined } from "../testing/jam";
import { FakePeer } from "../testing/rtc";
import { HostEnd, remotePage, settle, SoulSocket, until } from "../testing/soulServer";
import type { ServerMessage } from "../session/wire.gen";
import { onlyFrom } from "./channel";

const pages: ReturnType<typeof remotePage>[] = [];
beforeEach(() => {
  SoulSocket.all = [];
  FakePeer.all = [];
  vi.stubGlobal("WebSocket", SoulSocket);
  vi.stubGlobal("RTCPeerConnection", FakePeer);
});
afterEach(() => {
  for (const { connection } of pages.splice(0)) connection.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const resumed = (token: string): ServerMessage => ({ type: "resumed", seq: 10, events: [], resume_token: token });
const chat = (seq: number, message: string): ServerMessage => ({ type: "chat_message", seq, from: "Al", from_id: "al", message, at: "" });
const answer = (...fingerprints: string[]) => ["v=0", ...fingerprints.map((one) => `a=fingerprint:${one}`), "a=setup:active", ""].join("\r\n");

/** In the jam over the pipe, and the first offer is made. */
async function offering() {
  const host = new HostEnd();
  const page = remotePage(host.key);
  pages.push(page);
  page.connection.start({ display_name: "Sam" });
  const socket = await letIn(host, joined());
  await until(() => page.status()?.phase === "joined");
  if (vi.isFakeTimers()) vi.advanceTimersByTime(0);
  await until(() => socket.texts.length > 0);
  return { host, page, socket };
}
/** The newest socket: names the host, takes the introduction, answers with that. */
async function letIn(host: HostEnd, message: ServerMessage): Promise<SoulSocket> {
  await settle();
  const socket = SoulSocket.last();
  socket.accept();
  socket.tell(host.hello());
  await until(() => socket.frames.length > 0);
  socket.carry(host.accept(socket.frames.shift() ?? Buffer.alloc(0)).reply);
  socket.carry(host.frame(message));
  return socket;
}
/** The direct way stands open, the page's resume has been sent over it. */
async function opened() {
  const world = await offering();
  world.socket.tell({ type: "answer", attempt: 1, sdp: answer(`sha-256 ${world.host.dtls}`) });
  await until(() => FakePeer.last().remote !== null);
  const { channel } = FakePeer.last();
  channel.open();
  await settle();
  return { ...world, channel };
}
async function direct() {
  const world = await opened();
  world.channel.tell(resumed("token-2"));
  return world;
}

describe("the direct way", () => {
  it("is looked for once there is a seat on the pipe, trickling both ways", async () => {
    const { socket, host } = await offering();
    const peer = FakePeer.last();
    expect(peer.configuration.iceServers).toEqual([{ urls: ["stun:soul.example:3478"] }]);
    expect(peer.channel.label).toBe("jam");
    peer.onicecandidate?.({ candidate: { candidate: "candidate:1", toJSON: () => ({ candidate: "candidate:1", sdpMid: "0" }) } });
    peer.onicecandidate?.({ candidate: null });
    expect(socket.texts).toEqual([
      { type: "offer", attempt: 1, sdp: "v=0 offer" },
      { type: "candidate", attempt: 1, candidate: { candidate: "candidate:1", sdpMid: "0" } },
      { type: "candidate", attempt: 1, candidate: null },
    ]);
    socket.tell({ type: "candidate", attempt: 1, candidate: { candidate: "early" } });
    socket.tell({ type: "candidate", attempt: 7, candidate: { candidate: "of another attempt" } });
    socket.tell({ type: "answer", attempt: 1, sdp: answer(`SHA-256 ${host.dtls.toLowerCase()}`) });
    socket.tell({ type: "candidate", attempt: 1, candidate: { candidate: "late" } });
    await until(() => peer.candidates.length === 2);
    expect(peer.candidates).toEqual([{ candidate: "early" }, { candidate: "late" }]);
  });
  it("takes the seat over without a gap, and nobody sees anything of it", async () => {
    const { host, page, socket, channel } = await opened();
    expect(channel.said()).toEqual([{ type: "resume", resume_token: "token-1", last_seq: 10, v: 1 }]);
    const before = page.statuses.length;
    const vote = page.connection.outbox.send({ type: "vote_skip" });
    const add = page.connection.outbox.send({ type: "add_track", track_id: "t" });
    socket.carry(host.frame(chat(11, "over the pipe")));
    await until(() => page.got.some(({ type }) => type === "chat_message"));
    socket.carry(host.frame({ type: "bye", code: 4002, reason: "replaced", retry: false }));
    socket.carry(host.closing(4002));
    await settle();
    channel.tell({ ...resumed("token-2"), events: [chat(11, "over the pipe"), chat(12, "over both")] } as ServerMessage, 100);
    expect(page.statuses.slice(before)).toEqual([{ phase: "joined", sealed: true }]);
    expect(page.seats.read()?.resume_token).toBe("token-2");
    const again = channel.said().slice(1).filter(({ type }) => type !== "ping");
    expect(again.map(({ type }) => type)).toEqual(["vote_skip", "add_track"]);
    for (const { id } of again) channel.tell({ type: "ack", id, seq: 12 });
    await expect(vote).resolves.toEqual({ ok: true, seq: 12 });
    await expect(add).resolves.toEqual({ ok: true, seq: 12 });
    expect(socket.readyState).toBe(1);
  });
  it("that takes nobody leaves everything as it was", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
    const { host, page, socket, channel } = await opened();
    const before = page.statuses.length;
    for (let n = 0; n < 6; n++) {
      socket.carry(host.frame(chat(11 + n, "")));
      await settle();
      vi.advanceTimersByTime(900);
    }
    expect(channel.readyState).toBe("closing");
    expect(page.statuses.slice(before)).toEqual([]);
    expect(page.status()?.phase).toBe("joined");
    vi.advanceTimersByTime(1_000);
    expect(FakePeer.last().closed).toBe(true);
  });
  it("carries long frames in messages of 16 KiB at most", async () => {
    const { page, channel } = await direct();
    void page.connection.outbox.send({ type: "chat", message: "x".repeat(40_000) });
    expect(channel.sent.slice(-3).map((message) => [message[0], message.length <= 16_384])).toEqual([[1, true], [1, true], [0, true]]);
    expect(channel.said().pop()).toMatchObject({ type: "chat", message: "x".repeat(40_000) });
  });
  it("says away while the page goes, in the same breath", async () => {
    const { page, channel, socket } = await direct();
    page.connection.away();
    expect(channel.said().pop()).toEqual({ type: "away" });
    expect([channel.readyState, socket.readyState]).toEqual(["closing", 3]);
  });
  it("does not mind that the soul-server restarts", async () => {
    const { page, channel, socket } = await direct();
    const before = page.statuses.length;
    socket.cut(1006);
    await settle();
    channel.tell(chat(13, "still here"));
    expect(page.statuses).toHaveLength(before);
    expect(page.got.slice(-1)).toMatchObject([{ type: "chat_message" }]);
    expect(SoulSocket.all).toHaveLength(1);
  });
  it("that dies leads back to the pipe at once, and is looked for again", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
    const { host, page, channel } = await direct();
    const add = page.connection.outbox.send({ type: "add_track", track_id: "t" });
    channel.die();
    expect(page.status()).toMatchObject({ phase: "connecting", back: true });
    expect(SoulSocket.all).toHaveLength(2);
    const socket = await letIn(host, resumed("token-3"));
    await until(() => page.status()?.phase === "joined" && socket.frames.length > 0);
    const sent = host.opened(socket.frames.shift() ?? Buffer.alloc(0));
    expect(sent).toMatchObject({ type: "add_track" });
    socket.carry(host.frame({ type: "ack", id: ("id" in sent ? sent.id : "") ?? "", seq: 12 }));
    await expect(add).resolves.toMatchObject({ ok: true });
    expect(FakePeer.all).toHaveLength(1);
    for (let n = 0; n < 6 && FakePeer.all.length === 1; n++) {
      socket.carry(host.frame(chat(20 + n, "")));
      await settle();
      vi.advanceTimersByTime(900);
    }
    expect(FakePeer.all).toHaveLength(2);
    await until(() => socket.texts.length > 0);
    expect(socket.texts).toMatchObject([{ type: "offer", attempt: 1 }]);
  });
  it("may be interrupted for two seconds", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
    const { page } = await direct();
    FakePeer.last().ice("disconnected");
    vi.advanceTimersByTime(1_500);
    FakePeer.last().ice("connected");
    vi.advanceTimersByTime(400);
    expect(page.status()?.phase).toBe("joined");
    FakePeer.last().ice("disconnected");
    FakePeer.last().channel.tell(chat(14, ""));
    vi.advanceTimersByTime(1_999);
    FakePeer.last().channel.tell(chat(15, ""));
    expect(page.status()?.phase).toBe("joined");
    expect(FakePeer.last().closed).toBe(false);
    vi.advanceTimersByTime(1_001);
    // The pipe is opening beside it already.
    expect([FakePeer.all[0]?.closed, page.status()?.phase, SoulSocket.all.length]).toEqual([true, "joined", 2]);
  });
  it("ends with the host's own word", async () => {
    const { page, channel, socket } = await direct();
    channel.raw(2, 4501 >> 8, 4501 & 255);
    expect(page.status()).toMatchObject({ phase: "over", over: "ended" });
    expect(socket.readyState).toBe(3);
  });
});

describe("an answer with another certificate", () => {
  it("is refused, and no other is asked for", async () => {
    for (let n = 0; n < 20; n++) {
      const { host, page, socket } = await offering();
      const others = [`sha-256 ${new HostEnd().dtls}`, `sha-1 ${host.dtls.slice(0, 59)}`];
      const sdp = n % 3 === 0 ? answer(others[0] as string) : n % 3 === 1 ? answer(`sha-256 ${host.dtls}`, others[n % 2] as string) : answer();
      socket.tell({ type: "answer", attempt: 1, sdp });
      await until(() => FakePeer.last().channel.readyState === "closing");
      expect(FakePeer.last().remote).toBeNull();
      expect(page.status()?.phase).toBe("joined");
      page.connection.stir();
    }
    expect(FakePeer.all).toHaveLength(20);
  });
  it("is told from the host's own by every line that speaks of one", () => {
    expect(onlyFrom("AA:BB", answer("sha-256 AA:BB"))).toBe(true);
    expect(onlyFrom("AA:BB", answer("sha-256 AA:BB", "sha-256 aa:bb"))).toBe(true);
    for (const sdp of ["", answer("sha-256 AA:BC"), answer("sha-512 AA:BB"), answer("sha-256 AA:BB", "sha-256 AA:BC"), answer("sha-256 AA:BB:CC"),
      " a=fingerprint:sha-256 AA:BB", "a=x a=fingerprint:sha-256 AA:BB", "a=fingerprint:sha-256 AA:BB\ra=fingerprint:sha-256 AA:BC", answer("sha-256 AA:BB ")]) {
      expect(onlyFrom("AA:BB", sdp)).toBe(false);
    }
  });
});

// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { joined } from "../testing/jam";
import { HostEnd, remotePage, settle, SoulSocket, until } from "../testing/soulServer";
import type { ServerMessage } from "../session/wire.gen";

const resumed: ServerMessage = { type: "resumed", seq: 10, events: [], resume_token: "token-2" };
const rounds = 20;
const kept = { resume_token: "old", participant_id: "me" };

beforeEach(() => {
  SoulSocket.all = [];
  vi.stubGlobal("WebSocket", SoulSocket);
});
const pages: ReturnType<typeof remotePage>[] = [];
afterEach(() => {
  for (const { connection } of pages.splice(0)) connection.stop();
  vi.unstubAllGlobals();
});

function visit(...of: Parameters<typeof remotePage>) {
  const page = remotePage(...of);
  pages.push(page);
  return page;
}
/** Opens the socket and says who the host is. */
async function meet(host: HostEnd, told: object = host.hello()): Promise<SoulSocket> {
  await settle();
  const socket = SoulSocket.last();
  socket.accept();
  socket.tell(told);
  return socket;
}
/** A page that is in the jam over the pipe. */
async function inside(host = new HostEnd(), key: string | null = host.key) {
  const page = visit(key);
  page.connection.start({ display_name: "Sam" });
  const socket = await meet(host);
  await until(() => socket.frames.length === 1);
  const { first, mode, reply } = host.accept(socket.frames.shift() ?? Buffer.alloc(0));
  socket.carry(reply);
  socket.carry(host.frame(joined()));
  await until(() => page.status()?.phase === "joined");
  return { host, page, socket, first, mode };
}

describe("a guest from elsewhere", () => {
  it("joins in one round trip after the host was named", async () => {
    const { first, mode, page } = await inside();
    expect(first).toMatchObject({ type: "join_request", display_name: "Sam" });
    expect(mode).toBe(1);
    expect(page.status()).toEqual({ phase: "joined", sealed: true });
    expect(page.way.host()).toEqual({ peer: "12D3KooWHost", verified: true });
    expect(page.seats.read()?.resume_token).toBe("token-1");
  });
  it("with the code alone is sealed and not verified", async () => {
    const { mode, page } = await inside(new HostEnd(), null);
    expect(mode).toBe(0);
    expect(page.way.host()?.verified).toBe(false);
  });
  it("sends commands in their order, however long sealing takes", async () => {
    const { host, page, socket } = await inside();
    for (let n = 0; n < 30; n++) void page.connection.outbox.send({ type: "add_track", track_id: `t${n}` });
    await until(() => socket.frames.length >= 30);
    const said = socket.frames.map((frame) => host.opened(frame)).flatMap((message) => (message.type === "add_track" ? [message.track_id] : []));
    expect(said).toEqual(Array.from({ length: 30 }, (_, n) => `t${n}`));
  });
  it("takes a frame in pieces, answers the host's ping and hears its close", async () => {
    const { host, page, socket } = await inside();
    const whole = Buffer.from(JSON.stringify({ type: "search_results", id: "x", q: "é".repeat(40_000), tracks: [] }));
    socket.carry(host.sealed(1, whole.subarray(0, 30_001)));
    socket.carry(host.sealed(1, whole.subarray(30_001, 50_000)));
    socket.carry(host.sealed(0, whole.subarray(50_000)));
    await until(() => page.got.some(({ type }) => type === "search_results"));
    socket.carry(host.closing(4504));
    await until(() => page.status()?.phase === "over");
    expect(page.status()).toMatchObject({ over: "full" });
  });
  it("waits on the same socket while the host is away, and resumes on a new pipe", async () => {
    const { host, page, socket } = await inside();
    socket.tell({ type: "host_status", status: "offline", since: "" });
    await until(() => page.status()?.phase === "connecting");
    expect(page.status()).toEqual({ phase: "connecting", back: true, hostAway: true });
    const adding = page.connection.outbox.send({ type: "add_track", track_id: "t" });
    await expect(page.connection.outbox.send({ type: "skip" })).resolves.toMatchObject({ ok: false, code: "offline" });
    const hellos = () => socket.frames.filter(([kind]) => kind === 1);
    socket.tell({ type: "host_status", status: "online", since: "" });
    socket.tell(host.hello());
    await until(() => hellos().length > 0);
    const { first, reply } = host.accept(hellos()[0] ?? Buffer.alloc(0));
    socket.frames = [];
    expect(first).toMatchObject({ type: "resume", resume_token: "token-1", last_seq: 10 });
    socket.carry(reply);
    socket.carry(host.frame(resumed));
    await until(() => page.status()?.phase === "joined");
    await until(() => socket.frames.length > 0);
    const again = host.opened(socket.frames.shift() ?? Buffer.alloc(0));
    if (again.type !== "add_track" || again.id === undefined) throw new Error("the command was not sent again");
    socket.carry(host.frame({ type: "ack", id: again.id, seq: 11 }));
    await expect(adding).resolves.toEqual({ ok: true, seq: 11 });
    expect(SoulSocket.all).toHaveLength(1);
  });
  it("who leaves the waiting room says so before the socket is closed", async () => {
    const { host, page, socket } = await inside();
    socket.carry(host.frame({ type: "join_pending", message: "", position: 1 }));
    await until(() => page.status()?.phase === "pending");
    page.connection.leave();
    await until(() => socket.readyState === 3);
    expect(socket.frames.map((frame) => host.opened(frame).type)).toContain("leave");
  });
  it("closes the socket at once when the page goes", async () => {
    const { page, socket } = await inside();
    page.connection.away();
    expect(socket.readyState).toBe(3);
  });
});

describe("a soul-server's refusal", () => {
  it.each([[4500, "waiting"], [4502, "waiting"], [4503, "waiting"], [4504, "waiting"], [4506, "waiting"], [4501, "over"]])("%d takes no seat away", async (code, phase) => {
    const host = new HostEnd();
    const page = visit(host.key, kept);
    page.connection.start(null);
    await settle();
    SoulSocket.last().accept();
    SoulSocket.last().tell({ type: "error", code: "session_not_found", message: "" });
    SoulSocket.last().tell({ type: "bye", code, reason: "", retry: false });
    SoulSocket.last().cut(code);
    await settle();
    expect(page.status()?.phase).toBe(phase);
    expect(page.seats.read()).toEqual(kept);
  });
  it("of the host that is away is told", async () => {
    const page = visit(new HostEnd().key, kept);
    page.connection.start(null);
    await settle();
    SoulSocket.last().accept();
    SoulSocket.last().cut(4003);
    expect(page.status()).toMatchObject({ phase: "waiting", hostAway: true });
  });
});

/** What a hostile soul-server does; each is refused every time, and the same without it passes. */
describe("a hostile soul-server", () => {
  const attack = (name: string, run: (hostile: boolean) => Promise<boolean>) =>
    it(name, async () => {
      expect(await run(false)).toBe(true);
      for (let n = 0; n < rounds; n++) expect(await run(true)).toBe(false);
    });
  attack("puts another host in the place of the link's", async (hostile) => {
    const host = new HostEnd();
    const page = visit(host.key);
    page.connection.start({ display_name: "Sam" });
    const socket = await meet(hostile ? new HostEnd() : host);
    await until(() => socket.frames.length > 0 || page.status()?.phase === "over");
    if (page.status()?.phase === "over") expect(page.status()).toMatchObject({ over: "impostor" });
    return socket.frames.length > 0;
  });
  attack("reads along in plain", async (hostile) => {
    const page = visit(hostile ? new HostEnd().key : null);
    page.connection.start({ display_name: "Sam" });
    await settle();
    SoulSocket.last().accept("jam.v1");
    await settle();
    return SoulSocket.last().texts.length > 0;
  });
  /** A frame of the host's passes through its hands. */
  const carried = (change: (frames: Buffer[]) => Buffer[]) => async (hostile: boolean) => {
    const { host, page, socket } = await inside();
    const frames = [1, 2, 3].map((n) => host.frame({ type: "chat_message", seq: 10 + n, from: "Al", from_id: "al", message: `${n}`, at: "" }));
    for (const frame of hostile ? change(frames) : frames) socket.carry(frame);
    const said = () => page.got.flatMap((message) => (message.type === "chat_message" ? [message.message] : []));
    await until(() => said().length === 3 || page.status()?.phase !== "joined");
    expect(["1", "2", "3"].slice(0, said().length)).toEqual(said());
    page.connection.stop();
    return page.status()?.phase === "joined";
  };
  const flipped = (frame: Buffer, at: number) => Buffer.from(frame.map((byte, n) => (n === at % frame.length ? byte ^ 1 : byte)));
  attack("alters a frame", carried(([a, b, c]) => [a, flipped(b as Buffer, Math.floor(Math.random() * 200)), c] as Buffer[]));
  attack("doubles a frame", carried(([a, b, c]) => [a, a, b, c] as Buffer[]));
  attack("swaps two frames", carried(([a, b, c]) => [a, c, b] as Buffer[]));
  attack("drops a frame", carried(([a, , c]) => [a, c] as Buffer[]));
  attack("puts a frame of its own in", carried(([a, b, c]) => [a, Buffer.concat([Buffer.from([0]), Buffer.alloc(40)]), b, c] as Buffer[]));
  attack("answers in the host's place", async (hostile) => {
    const host = new HostEnd();
    const page = visit(host.key);
    page.connection.start({ display_name: "Sam" });
    const socket = await meet(host);
    await until(() => socket.frames.length === 1);
    const { reply } = host.accept(socket.frames[0] ?? Buffer.alloc(0));
    socket.carry(hostile ? flipped(reply, reply.length - 1) : reply);
    if (!hostile) socket.carry(host.frame(joined()));
    await until(() => page.status()?.phase !== "connecting");
    page.connection.stop();
    return page.status()?.phase === "joined";
  });
  attack("says in the host's name that the person is removed", async (hostile) => {
    const { host, page, socket } = await inside();
    if (hostile) {
      socket.tell({ type: "error", code: "banned", message: "" });
      socket.tell({ type: "bye", code: 4500, reason: "", retry: false });
      await settle();
      socket.cut(Math.random() < 0.5 ? 4500 : 4501);
    } else socket.carry(host.closing(4500));
    await until(() => page.status()?.phase !== "joined");
    const phase = page.status()?.phase;
    page.connection.stop();
    if (hostile) expect(phase).toBe("waiting");
    expect(page.seats.read()?.resume_token).toBe("token-1");
    return phase === "over";
  });
});

describe("a soul-server's page that cannot seal", () => {
  it("speaks plainly, and resumes on the same socket when the host is back", async () => {
    vi.stubGlobal("crypto", { getRandomValues: (some: Uint8Array) => some });
    const page = visit(null);
    page.connection.start({ display_name: "Sam" });
    const socket = SoulSocket.last();
    expect(socket.offered).toBe("jam.v1");
    socket.accept("jam.v1");
    expect(socket.texts[0]).toMatchObject({ type: "join_request" });
    socket.tell(joined());
    expect(page.status()).toEqual({ phase: "joined" });
    socket.tell({ type: "host_status", status: "offline", since: "" });
    expect(page.status()).toMatchObject({ phase: "connecting", hostAway: true });
    socket.tell({ type: "host_status", status: "online", since: "" });
    expect(socket.texts[socket.texts.length - 1]).toMatchObject({ type: "resume", resume_token: "token-1" });
    socket.tell(resumed);
    expect(page.status()).toEqual({ phase: "joined" });
    expect(SoulSocket.all).toHaveLength(1);
  });
  it("and one that can speaks to a host in the own network as it always did", async () => {
    const page = visit(null);
    page.connection.start({ display_name: "Sam" });
    await settle();
    SoulSocket.last().accept("jam.v1");
    expect(SoulSocket.last().texts[0]).toMatchObject({ type: "join_request" });
    SoulSocket.last().tell(joined());
    expect(page.status()).toEqual({ phase: "joined" });
    page.connection.leave();
    expect(SoulSocket.last().texts.map(({ type }) => type)).toContain("leave");
    SoulSocket.last().cut(4506);
    expect(page.status()).toMatchObject({ phase: "over", over: "left" });
  });
});

import { beforeEach, describe, expect, it, vi } from "vitest";
import { Covers } from "./covers";

const made: string[] = [];
const given: string[] = [];
beforeEach(() => {
  made.length = given.length = 0;
  vi.stubGlobal("fetch", vi.fn(async (path: string) => new Response(path.includes("none") ? null : "picture", { status: path.includes("none") ? 404 : 200 })));
  URL.createObjectURL = () => {
    made.push(`blob:${made.length}`);
    return `blob:${made.length - 1}`;
  };
  URL.revokeObjectURL = (url) => void given.push(url);
});
const known = (covers: Covers, track: string) => vi.waitFor(() => expect(covers.peek(track, "small")).toBeDefined(), { interval: 1 });

describe("covers", () => {
  it("are asked for once, with the seat's token", async () => {
    const covers = new Covers("HQRS-2K4M", () => "token");
    const changed = [vi.fn(), vi.fn()];
    for (const watcher of changed) covers.watch("a b", "small", watcher);
    await known(covers, "a b");
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(fetch).toHaveBeenCalledWith("/api/jam/sessions/HQRS-2K4M/art/a%20b?size=small", { headers: { Authorization: "Bearer token" } });
    expect(covers.peek("a b", "small")).toBe("blob:0");
    for (const watcher of changed) expect(watcher).toHaveBeenCalledTimes(1);
  });
  it("that do not exist are remembered", async () => {
    const covers = new Covers("HQRS-2K4M", () => "token");
    covers.watch("none", "small", () => undefined)();
    covers.watch("none", "small", () => undefined);
    await known(covers, "none");
    expect(covers.peek("none", "small")).toBeNull();
  });
  it("are given back when many others came, but not while they are seen", async () => {
    const covers = new Covers("HQRS-2K4M", () => "token");
    covers.watch("seen", "large", () => undefined);
    await vi.waitFor(() => expect(covers.peek("seen", "large")).toBeDefined());
    for (let n = 0; n < 120; n++) {
      const stop = covers.watch(`t${n}`, "small", () => undefined);
      await known(covers, `t${n}`);
      stop();
    }
    expect(covers.peek("seen", "large")).toBe("blob:0");
    expect(given.length).toBeGreaterThanOrEqual(40);
    covers.clear();
    expect(given).toHaveLength(made.length);
  });
});

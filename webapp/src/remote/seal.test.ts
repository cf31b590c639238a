// @vitest-environment node
import { readFileSync } from "node:fs";
import { join as pathOf } from "node:path";
import { describe, expect, it } from "vitest";
import { readHost } from "./host";
import { openPipe } from "./pipe";
import { until } from "../testing/soulServer";
import { bytesOf, greet, type Bytes } from "./seal";

const vector = JSON.parse(readFileSync(pathOf(import.meta.dirname, "../../../hostd/link/relayed/testdata/pipe.json"), "utf8")) as Record<string, string>;
const bytes = (name: string): Bytes => new Uint8Array(Buffer.from(vector[name] ?? "", "base64"));
const hex = (some: Uint8Array) => Buffer.from(some).toString("hex");

async function pair(secret: string, point: string): Promise<CryptoKeyPair> {
  const [x, y] = [bytes(point).slice(1, 33), bytes(point).slice(33)].map((half) => Buffer.from(half).toString("base64url"));
  const jwk = { kty: "EC", crv: "P-256", x, y } as JsonWebKey;
  const curve = { name: "ECDH", namedCurve: "P-256" };
  return {
    publicKey: await crypto.subtle.importKey("jwk", jwk, curve, true, []),
    privateKey: await crypto.subtle.importKey("jwk", { ...jwk, d: Buffer.from(bytes(secret)).toString("base64url") }, curve, false, ["deriveBits"]),
  };
}
const told = { bundle: vector["Bundle"], nonce: vector["Nonce"], ice: [] };
async function host() {
  const read = await readHost(told, vector["Code"] ?? "", vector["Link"] ?? "");
  if (read === null) throw new Error("the page does not believe the host");
  return read;
}

describe("the seal", () => {
  it("makes and opens the bytes that the host's side makes and opens", async () => {
    const greeting = await greet(await host(), await pair("GuestKey", "GuestPublic"));
    expect(hex(await greeting.hello(bytes("First")))).toBe(hex(bytes("Hello")));
    const boxes = await greeting.finish(bytes("Reply"));
    expect(hex(await boxes.in.open(bytes("FromHostSealed"), 1))).toBe(hex(bytes("FromHost")));
    expect(hex(await boxes.out.seal(new Uint8Array([0]), bytes("FromGuest")))).toBe(hex(bytes("FromGuestSealed")));
    expect(hex(await boxes.out.seal(new Uint8Array([0]), bytes("FromGuest2")))).toBe(hex(bytes("FromGuest2Sealed")));
  });
  it("is what a pipe speaks", async () => {
    const written: Bytes[] = [];
    const heard: string[] = [];
    const pipe = openPipe(await host(), pair("GuestKey", "GuestPublic"), {
      write: (frame) => void written.push(frame), onOpen: () => void heard.push("open"), onMessage: (frame) => void heard.push(frame), onClose: (code) => void heard.push(String(code)),
    });
    pipe.send('{"type":"join_request"}');
    pipe.send('{"type":"ping"}');
    pipe.receive(bytes("Reply"));
    pipe.receive(bytes("FromHostSealed"));
    await until(() => written.length === 2 && heard.length === 2);
    expect(hex(written[0] ?? bytesOf(""))).toBe(hex(bytes("Hello")));
    expect(hex(written[1] ?? bytesOf(""))).toBe(hex(bytes("FromGuestSealed")));
    expect(heard).toEqual(["open", '{"type":"joined"}']);
  });
  it("believes the bundle that the link names, for its code alone", async () => {
    const [code = "", link = ""] = [vector["Code"], vector["Link"]];
    expect((await readHost(told, code, link))?.peer).toMatch(/^12D3/);
    expect((await readHost(told, code, null))?.secret).toBeNull();
    expect(await readHost(told, "ZZZZ-2222", link)).toBeNull();
    expect(await readHost({ ...told, bundle: `${told.bundle ?? ""} ` }, code, link)).toBeNull();
    expect(await readHost(told, code, `B${link.slice(1)}`)).toBeNull();
    for (const bundle of ["", "{", "null", "[]", 7, undefined, "x".repeat(2000)]) expect(await readHost({ ...told, bundle }, code, null)).toBeNull();
    for (const nonce of ["", "!", "AAAA", null]) expect(await readHost({ ...told, nonce }, code, link)).toBeNull();
  });
});

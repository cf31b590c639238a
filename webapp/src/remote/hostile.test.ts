// @vitest-environment node
// What comes from a link, from soul-server or from the other end of a path may be anything. Each reader is given the real
// thing, damaged a few thousand times, always in the same ways: the seed is fixed, and a failure names the input.
import { describe, expect, it } from "vitest";
import { parseRoute, pathOf } from "../guest/router";
import { readFragment } from "../link/fragment";
import { hashIn, readCode } from "../session/code";
import { damaged, rounds, seeded } from "../testing/damage";
import { onlyFrom } from "./channel";
import { closeCode, gathering } from "./gather";
import { readHost } from "./host";
import { base64url, byte, bytesOf, makeBox } from "./seal";

const key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const code = "HQRS-2K4M";

/** Damages the examples again and again and looks at what becomes of each. */
function flood(examples: string[], look: (input: string) => void): void {
  const random = seeded(7);
  for (let n = 0; n < rounds; n++) look(damaged(examples[n % examples.length] ?? "", random));
}

describe("hostile input", () => {
  it("makes of a fragment a whole key, or none", () => {
    flood([`#${key}`, `#${key}&tv=token`, "#tv=token", "#token=x"], (hash) => {
      const { key: read, cut } = readFragment(hash);
      if (read !== null && (!/^[\w-]{43}$/.test(read) || base64url(read, 32).length !== 32)) expect.fail(`${hash} gives the key ${read}`);
      if (read !== null && cut) expect.fail(`${hash} is whole and cut`);
    });
  });

  it("makes of what is typed or stands in an address a code, or none", () => {
    flood([code, "hqrs 2k4m", `look: http://x/jam/${code}#${key} here`, "/jam/%48QRS-2K4M/session", `/jam/${code}/display`], (text) => {
      const reading = readCode(text);
      if (reading.ok && !/^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$/.test(reading.code)) expect.fail(`${text} is read as ${reading.code}`);
      if (!/^(#[\w-]*)?$/.test(hashIn(text))) expect.fail(`behind ${text} stands ${hashIn(text)}`);
      const path = pathOf(parseRoute(text));
      if (!/^\/(jam\/[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}(\/(session|display))?)?$/.test(path)) expect.fail(`${text} leads to ${path}`);
    });
  });

  it("makes of an answer a host with that certificate, or none", () => {
    const dtls = "AA:BB:CC:DD";
    const sdp = `v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\na=fingerprint:sha-256 ${dtls}\r\na=setup:active\r\n`;
    expect(onlyFrom(dtls, sdp)).toBe(true);
    flood([sdp, `${sdp}a=fingerprint:sha-256 11:22:33:44\r\n`], (text) => {
      const named = text.split(/\r\n|\n/).filter((line) => line.toLowerCase().startsWith("a=fingerprint:"));
      if (onlyFrom(dtls, text) && (named.length === 0 || named.some((line) => line.toLowerCase() !== `a=fingerprint:sha-256 ${dtls}`.toLowerCase().trim()))) {
        expect.fail(`${JSON.stringify(text)} passes`);
      }
    });
  });

  it("makes of pieces frames that are no longer than one may be, and of a close a code of the contract", () => {
    const random = seeded(9);
    for (let n = 0; n < 50; n++) {
      const gather = gathering();
      let size = 0;
      try {
        for (let piece = 0; piece < 40; piece++) {
          const bytes = new Uint8Array(Math.floor(random() * 300_000));
          size += bytes.length;
          gather(bytes, true);
          expect(size).toBeLessThanOrEqual(4 << 20);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        expect(size).toBeGreaterThan(4 << 20);
      }
      const said = closeCode(byte(...Array.from({ length: Math.floor(random() * 4) }, () => Math.floor(random() * 256))));
      expect(said === 1006 || (said >= 4000 && said <= 4999)).toBe(true);
    }
  });

  it("believes nothing of a host that the link does not pin", async () => {
    const random = seeded(11);
    const seal = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";
    const genuine = JSON.stringify({ v: 1, code, dtls: "AA:BB", seal, peer: "12D3" });
    const salt = new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(genuine)));
    const link = Buffer.from([...salt.slice(0, 16), ...new Uint8Array(16)]).toString("base64url");
    const message = { type: "host", bundle: genuine, signature: "", nonce: "AAECAwQFBgcICQoLDA0ODw", ice: [] };
    expect(await readHost(message, code, link)).not.toBeNull();
    for (let n = 0; n < 500; n++) {
      const bundle = damaged(genuine, random);
      if (bundle === genuine) continue;
      expect(await readHost({ ...message, bundle }, code, link), bundle).toBeNull();
      // Of a typed code only the form is held.
      const host = await readHost({ ...message, bundle }, code, null);
      if (host !== null) expect([host.seal.length, host.nonce.length, host.secret]).toEqual([65, 16, null]);
    }
    for (const odd of [{}, { ...message, nonce: 5 }, { ...message, bundle: null }, { ...message, bundle: "x".repeat(2000) }]) {
      expect(await readHost(odd as Record<string, unknown>, code, null)).toBeNull();
    }
  });

  it("opens no frame that was changed, doubled or moved", async () => {
    const random = seeded(13);
    const raw = new Uint8Array(32);
    const frame = await (await makeBox(raw)).seal(byte(0), bytesOf("\0hello"));
    for (let n = 0; n < 300; n++) {
      const changed = frame.slice(0, random() < 0.3 ? Math.floor(random() * frame.length) : frame.length);
      const at = Math.floor(random() * changed.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      await expect((await makeBox(raw)).open(changed, 1)).rejects.toBeDefined();
    }
    const box = await makeBox(raw);
    await box.open(frame, 1);
    await expect(box.open(frame, 1)).rejects.toBeDefined();
  });
});

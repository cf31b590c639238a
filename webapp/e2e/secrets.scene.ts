import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Relay } from "./world/relay";
import { issued } from "./world/secrets";
import { World } from "./world/world";

// Everything of which there are secrets, once, and then both programs are made to dump what they were doing. What they said is
// searched at the end of the run, with that of all other scenes: see secrets.mjs.
const songs = ["Midnight Ferry", "Paper Lanterns"].map((title, i) => ({ title, artist: "The Bells", hz: 300 + 77 * i, seconds: 600 }));
const wifi = "correct horse battery staple";

let dir: string;
let relay: Relay;
let world: World;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "jam-relay-"));
  relay = await Relay.start(dir);
  world = await World.open(songs, { args: ["--relay", relay.url, "--webrtc-listen", ":0", "--start", "Secrets"] });
}, 120_000);
afterAll(async () => {
  await world.close();
  await relay.stop();
  rmSync(dir, { recursive: true, force: true });
});

test("an evening with every kind of secret, and both programs dump what they do", async () => {
  const host = await world.host();
  const code = await host.code();
  await relay.knows(code);
  const answer = await fetch(`${world.hostd.console}/api/console/wifi`, {
    method: "PUT", headers: { authorization: `Bearer ${world.hostd.token}` }, body: JSON.stringify({ name: "Bells", password: wifi }),
  });
  expect(answer.status).toBeLessThan(300);
  issued("wifi password", wifi);

  const far = await world.guest();
  await far.joins(await host.link(), "Alice");
  const near = await world.guest();
  await near.joins(`${world.hostd.lan}/jam/${code}`, "Bob");
  await host.manages("Alice", "Make a member");
  await far.add("Midnight Ferry");
  await near.hears("Midnight Ferry");
  await near.page.reload(); // resumes, and gets another token
  await near.hears("Midnight Ferry");
  const screen = await world.guest(1280);
  await screen.page.goto(`${world.hostd.lan}/jam/${code}/display`);
  await screen.sees("Midnight Ferry");

  const token = world.hostd.token;
  await world.hostd.stop("SIGQUIT");
  await relay.stop("SIGQUIT");
  for (const logged of [world.hostd.logged, relay.logged]) {
    expect(logged).toContain("goroutine ");
    for (const secret of [token, wifi, code]) expect(logged).not.toContain(secret);
  }
  const kinds = new Set(readFileSync(join(process.env.JAM_SECRETS ?? dir, "issued"), "utf8").split("\n").filter(Boolean).map((line) => (JSON.parse(line) as { kind: string }).kind));
  for (const kind of ["host.key", "resume_token", "user_token", "join_key", "join secret", "behind a link's #", "wifi password", "share_code", "address.salt"]) {
    expect([...kinds], "kinds of secrets that were collected").toContain(kind);
  }
});

import type { Case, Side } from "./cases";
import { addresses, type Network } from "./network";
import { Program } from "./program";

/** What a router does, as seen from behind it. */
interface Seen {
  kind: "cone" | "symmetric" | "blocked";
  /** As others see the socket that was asked from. */
  address: string;
  rttMs: number;
}

/** Shows that the routers are what the case says, and that a hole can be made where, and only where, both are cones. */
export async function checkRouters(network: Network, which: Case, programs: string): Promise<string> {
  const { host, guest } = which;
  if (which.soul !== "serves" || guest === "lan") return "";
  const probe = ["node", `${programs}/probe.mjs`] as const;
  const running = [
    Program.start("the probe at soul", network.within("soul", ...probe, addresses.soul, addresses.soulToo)),
    Program.start("the host's probe", network.within("host", ...probe)),
    Program.start("the guest's probe", network.within("guest", ...probe)),
  ] as const;
  try {
    const [soul, hosts, guests] = running;
    await soul.prints((line) => (line === "answering" ? true : undefined));
    const [atHost, atGuest] = await Promise.all([look(hosts), look(guests)]);
    const complaints = [...wrong("host", host, atHost), ...wrong("guest", guest, atGuest)];
    if (which.far !== undefined && atGuest.rttMs < 2 * which.far.delayMs) complaints.push(`the guest is only ${atGuest.rttMs} ms away`);
    const through = atHost.kind !== "blocked" && atGuest.kind !== "blocked" && (await punch(hosts, atGuest.address, guests, atHost.address));
    if (through !== (atHost.kind === "cone" && atGuest.kind === "cone")) complaints.push(through ? "a hole could be made" : "no hole could be made");
    if (complaints.length > 0) throw new Error(`the lab's network is not what "${which.name}" says: ${complaints.join(", ")}`);
    return `: ${atHost.kind} / ${atGuest.kind}, ${through ? "hole made" : "no hole"}, guest ${atGuest.rttMs} ms away`;
  } finally {
    await Promise.all(running.map((program) => program.stop()));
  }
}

async function look(probe: Program): Promise<Seen> {
  const first = await answered(probe, `ask ${addresses.soul}`);
  const [, address = ""] = /^seen (\S+)/.exec(first) ?? [];
  if (address === "") return { kind: "blocked", address, rttMs: 0 };
  const [, other = ""] = /^seen (\S+)/.exec(await answered(probe, `ask ${addresses.soulToo}`)) ?? [];
  // The first packets also waited until the routers had found each other.
  const [, rtt = ""] = / (\d+)$/.exec(await answered(probe, `ask ${addresses.soul}`)) ?? [];
  return { kind: address === other ? "cone" : "symmetric", address, rttMs: Number(rtt) };
}

/** Both at once; it counts only when both got something. */
async function punch(one: Program, toOther: string, other: Program, toOne: string): Promise<boolean> {
  const results = await Promise.all([answered(one, `punch ${toOther}`), answered(other, `punch ${toOne}`)]);
  return results.every((result) => result === "through");
}

function answered(probe: Program, command: string): Promise<string> {
  const from = probe.lines.length;
  probe.say(command);
  return probe.prints((line) => line, { from });
}

function wrong(who: string, side: Side, { kind }: Seen): string[] {
  const wanted = side.udpBlocked === true || side.webOnly === true ? "blocked" : side.nat;
  return kind === wanted ? [] : [`the ${who}'s router is ${kind}, not ${wanted}`];
}

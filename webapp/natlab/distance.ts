import { execFileSync } from "node:child_process";
import type { Case } from "./cases";
import { addresses, type Network, type Place } from "./network";

const pings = 10;
const everySeconds = 0.2;

/** A round trip from the guest to the host by the way that the first frames take, ms. */
export function roundTrip(network: Network, { soul }: Case): number {
  if (soul !== "serves") return ping(network, "guest", addresses.host);
  return ping(network, "guest", addresses.soul) + ping(network, "host", addresses.soul);
}

/** The median. A ping may be lost, and the first also waits until the routers have found each other. */
function ping(network: Network, from: Place, to: string): number {
  const [command, ...args] = network.within(from, "ping", "-n", "-c", String(pings), "-i", String(everySeconds), to);
  const said = execFileSync(command, args, { encoding: "utf8" });
  const times = [...said.matchAll(/time=([\d.]+)/g)].map(([, ms]) => Number(ms)).toSorted((a, b) => a - b);
  return times[times.length >> 1] ?? NaN;
}

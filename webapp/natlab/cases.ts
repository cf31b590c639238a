/** How a router hands out addresses to the outside. `cone`: the same port to everybody; `symmetric`: a new one for each. */
export type Nat = "cone" | "symmetric";

export interface Side {
  nat: Nat;
  /** The router drops all UDP. */
  udpBlocked?: boolean;
  /** The router lets nothing out but TCP to ports of the web: 443, and 8443 of the baseline. */
  webOnly?: boolean;
}

/** A pair of networks to bring a host and a guest together in. */
export interface Case {
  name: string;
  host: Side;
  /** `lan`: on the host's own network. */
  guest: Side | "lan";
  /**
   * `serves`: hostd uses it. `away`: hostd is told of one that nobody can reach, since there is no internet.
   * `none`: no internet, and hostd knows of no soul-server.
   */
  soul: "serves" | "away" | "none";
  /** The guest is far away. */
  far?: { delayMs: number; lossPercent: number };
  /** The host's own firewall drops all UDP from and to others. */
  hostDropsUdp?: boolean;
  /** The path without which the lab fails; where there is none any path will do, as long as the guest is in the jam. */
  must?: "direct" | "lan";
  /** The same for members who run the program themselves; on a LAN their direct path is called so. */
  mustNative?: "direct" | "lan";
  /** Afterwards a guest's address changes in the middle of a talk. */
  moves?: boolean;
}

const cone: Side = { nat: "cone" };
const symmetric: Side = { nat: "symmetric" };
const blocked: Side = { nat: "cone", udpBlocked: true };

export const cases: Case[] = [
  { name: "cone / cone", host: cone, guest: cone, soul: "serves", must: "direct", mustNative: "direct", moves: true },
  { name: "cone / symmetric", host: cone, guest: symmetric, soul: "serves" },
  { name: "symmetric / cone", host: symmetric, guest: cone, soul: "serves" },
  { name: "symmetric / symmetric", host: symmetric, guest: symmetric, soul: "serves" },
  { name: "host's UDP blocked", host: blocked, guest: cone, soul: "serves" },
  { name: "guest's UDP blocked", host: cone, guest: blocked, soul: "serves" },
  { name: "UDP blocked on both sides", host: blocked, guest: blocked, soul: "serves" },
  { name: "guest has the web alone", host: cone, guest: { nat: "cone", webOnly: true }, soul: "serves" },
  { name: "same LAN", host: cone, guest: "lan", soul: "serves", must: "direct", mustNative: "lan", moves: true },
  { name: "same LAN, UDP blocked", host: cone, guest: "lan", soul: "serves", hostDropsUdp: true, must: "direct", mustNative: "lan" },
  { name: "LAN without internet", host: cone, guest: "lan", soul: "none", must: "lan", mustNative: "lan" },
  { name: "LAN, soul-server away", host: cone, guest: "lan", soul: "away", must: "lan", mustNative: "lan" },
  { name: "far: 60 ms", host: cone, guest: cone, soul: "serves", far: { delayMs: 60, lossPercent: 0 } },
  { name: "far: 60 ms, 5 % lost", host: cone, guest: cone, soul: "serves", far: { delayMs: 60, lossPercent: 5 } },
];

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Case, Nat, Side } from "./cases";

export type Place = "pub" | "soul" | "natA" | "natB" | "host" | "guest" | "wire";

/** Where everybody is. Beside its own address soul has one more, with which NATs are told apart. */
export const addresses = {
  soul: "203.0.113.2", soulToo: "203.0.113.3", natA: "203.0.113.10", natB: "203.0.113.20",
  host: "192.168.10.2", guestAtHome: "192.168.20.2", guestMoved: "192.168.20.3",
  guestAtHost: "192.168.10.3", guestMovedAtHost: "192.168.10.4",
};

/**
 * Namespaces, bridges and routers for one case: `host` behind `natA`, `guest` behind `natB` (or with the host), both
 * routers and `soul` on the bridge of `pub`. Their names hold this process's id, so that labs can run side by side.
 */
export class Network {
  private readonly made: Place[] = [];
  private moved = false;

  constructor(private readonly which: Case) {}

  build(): void {
    const { host, guest, soul, far, hostDropsUdp } = this.which;
    this.space("pub");
    this.bridge("pub", "br0", "203.0.113.1/24");
    if (soul === "serves") this.machine("soul", [`${addresses.soul}/24`, `${addresses.soulToo}/24`], "203.0.113.1", "pub", "br0");
    this.router("natA", addresses.natA, "192.168.10.1/24", soul === "serves" ? host : null, undefined);
    this.machine("host", [`${addresses.host}/24`], "192.168.10.1", "natA", "lan");
    if (hostDropsUdp === true) this.filter("host", noUdp);
    if (guest === "lan") {
      this.machine("guest", [`${addresses.guestAtHost}/24`], "192.168.10.1", "natA", "lan");
    } else {
      this.router("natB", addresses.natB, "192.168.20.1/24", guest, far);
      this.machine("guest", [`${addresses.guestAtHome}/24`], "192.168.20.1", "natB", "lan");
    }
  }

  /** The namespace's name. */
  name(place: Place): string {
    return `${ownPrefix}${place}`;
  }

  /** The command that runs another one there. Its process becomes that one, so the id of the process is the program's. */
  within(place: Place, ...command: string[]): [string, ...string[]] {
    return ["ip", "netns", "exec", this.name(place), ...command];
  }

  /** The guest's device gets another address, as from a Wi-Fi to the next; what it has open breaks. */
  moveGuest(): void {
    const name = this.name("guest");
    const lan = this.which.guest === "lan";
    const [one, other] = lan ? [addresses.guestAtHost, addresses.guestMovedAtHost] : [addresses.guestAtHome, addresses.guestMoved];
    this.moved = !this.moved;
    ip("-n", name, "addr", "flush", "dev", "eth0", "scope", "global");
    ip("-n", name, "addr", "add", `${this.moved ? other : one}/24`, "dev", "eth0");
    ip("-n", name, "route", "replace", "default", "via", lan ? "192.168.10.1" : "192.168.20.1");
  }

  /** Ends what still runs in the namespaces, and removes them with all interfaces. */
  remove(): void {
    for (const place of this.made.splice(0).reverse()) removeSpace(this.name(place));
  }

  private space(place: Place): void {
    ip("netns", "add", this.name(place));
    this.made.push(place);
    ip("-n", this.name(place), "link", "set", "lo", "up");
  }

  private bridge(place: Place, name: string, address: string): void {
    const space = this.name(place);
    // Snooping would hold back multicast, by which browsers on one LAN find each other's addresses.
    ip("-n", space, "link", "add", name, "type", "bridge", "mcast_snooping", "0");
    ip("-n", space, "addr", "add", address, "dev", name);
    ip("-n", space, "link", "set", name, "up");
    // Else, where Docker runs, a router's rules would also see what only crosses its LAN.
    const filter = "net.bridge.bridge-nf-call-iptables";
    if (existsSync(`/proc/sys/${filter.replaceAll(".", "/")}`)) run(...this.within(place, "sysctl", "-qw", `${filter}=0`));
  }

  /** A device on a bridge. Addresses come before the link, and routes last: a route through a link that is down is refused. */
  private machine(place: Place, own: string[], gateway: string, at: Place, bridge: string): void {
    this.space(place);
    this.cable(place, "eth0", at, place, bridge);
    for (const address of own) ip("-n", this.name(place), "addr", "add", address, "dev", "eth0");
    ip("-n", this.name(place), "link", "set", "eth0", "up");
    ip("-n", this.name(place), "route", "add", "default", "via", gateway);
  }

  private router(place: "natA" | "natB", outside: string, inside: string, side: Side | null, far: Case["far"]): void {
    this.space(place);
    this.bridge(place, "lan", inside);
    if (side === null) return; // no internet
    if (far === undefined) this.cable(place, "wan", "pub", place, "br0");
    else this.longCable(place);
    ip("-n", this.name(place), "addr", "add", `${outside}/24`, "dev", "wan");
    ip("-n", this.name(place), "link", "set", "wan", "up");
    ip("-n", this.name(place), "route", "add", "default", "via", "203.0.113.1");
    run(...this.within(place, "sysctl", "-qw", "net.ipv4.ip_forward=1"));
    this.filter(place, rules(side));
  }

  private filter(place: Place, input: string): void {
    const [command, ...args] = this.within(place, "nft", "-f", "-");
    execFileSync(command, args, { input, stdio: ["pipe", "ignore", "inherit"] });
  }

  /** A cable from an interface of one place to a bridge of another. */
  private cable(place: Place, name: string, at: Place, port: string, bridge: string): void {
    ip("link", "add", name, "netns", this.name(place), "type", "veth", "peer", "name", port, "netns", this.name(at));
    ip("-n", this.name(at), "link", "set", port, "master", bridge, "up");
  }

  /** The same with a place between, where `wire` carries the frames. It needs them whole and with their checksums. */
  private longCable(place: Place): void {
    this.space("wire");
    const [wire, pub] = [this.name("wire"), this.name("pub")];
    ip("link", "add", "wan", "netns", this.name(place), "type", "veth", "peer", "name", "w1", "netns", wire);
    ip("link", "add", place, "netns", pub, "type", "veth", "peer", "name", "w2", "netns", wire);
    for (const [at, device] of [[place, "wan"], ["pub", place]] as const) {
      run(...this.within(at, "ethtool", "-K", device, "tx", "off", "gso", "off", "gro", "off", "tso", "off"));
    }
    for (const end of ["w1", "w2"]) ip("-n", wire, "link", "set", end, "up");
    ip("-n", pub, "link", "set", place, "master", "br0", "up");
  }
}

/** A machine's own firewall, of those that know no UDP. */
const noUdp = `
  table inet filter {
    chain inbound {
      type filter hook input priority filter
      iifname "eth0" meta l4proto udp drop
    }
    chain outbound {
      type filter hook output priority filter
      oifname "eth0" meta l4proto udp drop
    }
  }
`;

/** What a router does with what passes. */
function rules({ nat, udpBlocked = false, webOnly = false }: Side): string {
  const how: Record<Nat, string> = { cone: "", symmetric: " random,fully-random" };
  return `
    table ip nat {
      chain post {
        type nat hook postrouting priority srcnat
        oifname "wan" masquerade${how[nat]}
      }
    }
    table ip filter {
      # Without this an early packet of the other side would be noted as a connection to the router itself, the
      # guest's own would then get another port, and no hole could be made.
      chain inbound {
        type filter hook input priority filter
        iifname "wan" ct state new drop
      }
      chain through {
        type filter hook forward priority filter; policy drop
        ${udpBlocked || webOnly ? `iifname "lan" meta l4proto udp drop` : ""}
        ${webOnly ? `iifname "lan" tcp dport != { 443, 8443 } drop` : ""}
        ct state established,related accept
        iifname "lan" accept
      }
    }
  `;
}

/** What all that a lab makes outside itself is called: these letters, its process id, a dash. */
const prefix = "natlab";

export const ownPrefix = `${prefix}${process.pid}-`;

/** What a lab that was killed could not remove: namespaces with what runs there, and folders in `temp`. */
export function removeLeftovers(temp: string): void {
  const spaces = "/run/netns";
  for (const name of existsSync(spaces) ? readdirSync(spaces) : []) if (ownerIsGone(name)) removeSpace(name);
  for (const name of readdirSync(temp)) if (ownerIsGone(name)) rmSync(join(temp, name), { recursive: true, force: true });
}

/** A process that has ended, but was not yet waited for, has no program any more. */
function ownerIsGone(name: string): boolean {
  const owner = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
  return owner !== undefined && !existsSync(`/proc/${owner}/exe`);
}

function removeSpace(name: string): void {
  for (const pid of ip("netns", "pids", name).split("\n")) {
    if (pid === "") continue;
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // gone meanwhile
    }
  }
  ip("netns", "del", name);
}

function ip(...args: string[]): string {
  return run("ip", ...args);
}

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

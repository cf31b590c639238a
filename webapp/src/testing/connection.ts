import { HostClock } from "../session/clock";
import { Connection } from "../session/connection";
import type { Seat } from "../session/seat";
import type { LinkStatus } from "../session/status";
import type { ServerMessage } from "../session/wire.gen";
import { vi } from "vitest";
import { fakeHost, fakeMember, fakeSeats } from "./host";
import { joined } from "./jam";

/** A connection to a host that the test plays, with all that it told. */
export function setup(seat: Seat | null = null, token: string | null = null) {
  const host = fakeHost();
  const member = fakeMember(token);
  const seats = fakeSeats(seat);
  const statuses: LinkStatus[] = [];
  const got: ServerMessage[] = [];
  const page = { visible: true, lastSeq: null as number | null };
  const connection = new Connection({
    open: host.open, seats, member, clock: new HostClock(), random: () => 0.5,
    visible: () => page.visible, lastSeq: () => page.lastSeq,
    onMessages: (messages) => void got.push(...messages),
    onStatus: (status) => void statuses.push(status),
  });
  const status = () => statuses[statuses.length - 1];
  return { host, seats, member, connection, statuses, got, page, status };
}
export type World = ReturnType<typeof setup>;
export const kept: Seat = { resume_token: "old", participant_id: "me" };

export function join(world: World) {
  world.connection.start({ display_name: "Sam" });
  world.host.last().accept();
  world.host.last().tell(joined());
  world.page.lastSeq = 10;
}
/** Waits out the backoff and lets the next link be accepted. */
export function comeBack(world: World) {
  vi.advanceTimersByTime(5_000);
  world.host.last().accept();
}
export const commands = (world: World) => world.host.last().sent.filter(({ type }) => type !== "ping");

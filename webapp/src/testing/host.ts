import type { Link, LinkHandlers, OpenLink } from "../link/link";
import type { MemberKeeper, Seat, SeatKeeper } from "../session/seat";
import type { ClientMessage, ServerMessage } from "../session/wire.gen";

/** One connection as the fake host sees it. */
export interface FakeLink {
  /** What the page sent, oldest first. */
  sent: ClientMessage[];
  /** The page closed it. */
  closed: boolean;
  accept(): void;
  /** One frame: one message alone, several as an array. */
  tell(...messages: ServerMessage[]): void;
  raw(frame: string): void;
  cut(code: number): void;
}

/** A host that does nothing by itself: tests speak for it. */
export function fakeHost(): { open: OpenLink; links: FakeLink[]; last(): FakeLink } {
  const links: FakeLink[] = [];
  const open: OpenLink = (handlers: LinkHandlers): Link => {
    const link: FakeLink = {
      sent: [], closed: false,
      accept: () => handlers.onOpen(),
      tell: (...messages) => handlers.onMessage(JSON.stringify(messages.length === 1 ? messages[0] : messages)),
      raw: (frame) => handlers.onMessage(frame),
      cut: (code) => handlers.onClose(code),
    };
    links.push(link);
    return {
      send: (frame) => void link.sent.push(JSON.parse(frame) as ClientMessage),
      close: () => void (link.closed = true),
    };
  };
  return {
    open, links,
    last() {
      const link = links[links.length - 1];
      if (link === undefined) throw new Error("the page has opened no link");
      return link;
    },
  };
}

/** A seat kept in memory, with every token that was ever written. */
export function fakeSeats(start: Seat | null = null): SeatKeeper & { tokens: string[] } {
  let seat = start;
  const tokens: string[] = [];
  return {
    tokens,
    read: () => seat,
    write(next) {
      seat = next;
      tokens.push(next.resume_token);
    },
    forget: () => void (seat = null),
    joinKey: () => "k".repeat(32),
  };
}

/** A member's token kept in memory. */
export function fakeMember(start: string | null = null): MemberKeeper {
  let token = start;
  return { read: () => token, write: (next) => void (token = next), forget: () => void (token = null) };
}

/** What the page asked last; pings come by themselves. */
export const lastCommand = (link: FakeLink): ClientMessage | undefined => link.sent.filter(({ type }) => type !== "ping").pop();

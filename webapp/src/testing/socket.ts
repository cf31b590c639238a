import { act } from "react";
import type { ClientMessage, ServerMessage } from "../session/wire.gen";

/** The browser's WebSocket, played by the test. */
export class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: ClientMessage[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  /** The one that the server chose: a host in the own network. */
  readonly protocol = "jam.v1";
  constructor(readonly url: string, readonly offered: string | string[]) {
    FakeSocket.all.push(this);
  }
  send(frame: string) {
    this.sent.push(JSON.parse(frame) as ClientMessage);
  }
  close() {
    this.readyState = 3;
  }
  static last(): FakeSocket {
    const socket = FakeSocket.all[FakeSocket.all.length - 1];
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  }
  async accept() {
    this.readyState = 1;
    await act(async () => this.onopen?.());
  }
  async tell(...messages: ServerMessage[]) {
    await act(async () => this.onmessage?.({ data: JSON.stringify(messages) }));
  }
  async cut(code: number) {
    await act(async () => this.onclose?.({ code }));
  }
}

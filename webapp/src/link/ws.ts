import type { Link, LinkHandlers } from "./link";

/** The subprotocol of plain jam messages. */
export const plainProtocol = "jam.v1";

/** The address of a jam's WebSocket at the origin that the page came from. */
export function jamSocketURL(origin: string, code: string): string {
  const url = new URL(`/ws/jam/${encodeURIComponent(code)}`, origin);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** A link over a WebSocket of its own. */
export function openWebSocket(socket: WebSocket, handlers: LinkHandlers): Link {
  let done = false;
  socket.onopen = () => {
    if (!done) handlers.onOpen();
  };
  socket.onmessage = (event: MessageEvent<unknown>) => {
    if (!done && typeof event.data === "string") handlers.onMessage(event.data);
  };
  socket.onclose = (event) => {
    if (done) return;
    done = true;
    handlers.onClose(event.code);
  };
  return {
    send(frame) {
      if (socket.readyState === WebSocket.OPEN) socket.send(frame);
    },
    close() {
      done = true;
      socket.close();
    },
  };
}

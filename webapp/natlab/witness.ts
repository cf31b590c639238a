// Runs on the host's LAN: a guest without a browser. Each line of standard input is a message it sends; each message that
// it gets is a line of standard output, with the time. All namespaces have one clock.
//
//   witness ws://HOST:PORT/ws/jam/CODE
import { createInterface } from "node:readline";

const socket = new WebSocket(process.argv[2] ?? "", "jam.v1");
socket.onopen = () => {
  createInterface({ input: process.stdin }).on("line", (line) => socket.send(line)).on("close", () => socket.close());
};
socket.onmessage = ({ data }: MessageEvent<string>) => {
  const at = Date.now();
  const frame = JSON.parse(data) as object | object[];
  for (const message of Array.isArray(frame) ? frame : [frame]) console.log(JSON.stringify({ at, message }));
};
socket.onclose = ({ code }) => {
  console.error(`closed with ${code}`);
  process.exit(1);
};

// Runs in a namespace: one UDP socket that does what it is told on standard input, a line each, and answers on
// standard output. It shows what the routers of the lab really do, before a browser relies on it.
//
//   probe ADDRESS…       answers every packet with the sender's address, on port 3479 of each address
//   probe                then: ask ADDRESS             prints "seen A:P MS", or "nothing"
//                              punch A:P               sends to there until something comes from there, for 2 s: "through" or "closed"
import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { createInterface } from "node:readline";

const port = 3479;
const sendEveryMs = 100;
const tries = 20;

async function answer(addresses: string[]): Promise<void> {
  for (const address of addresses) {
    const socket = createSocket("udp4");
    socket.on("message", (_, from) => socket.send(`${from.address}:${from.port}`, from.port, from.address));
    socket.bind(port, address);
    await once(socket, "listening");
  }
  console.log("answering");
}

async function ask(): Promise<void> {
  const socket = createSocket("udp4");
  socket.bind();
  await once(socket, "listening");
  /** Sends until something comes from there. Packets may be lost, so more than once. */
  const knock = (text: string, toPort: number, to: string) => new Promise<{ text: string; ms: number } | null>((done) => {
    const began = performance.now();
    let sent = 0;
    const end = (result: { text: string; ms: number } | null) => {
      clearInterval(timer);
      socket.off("message", heard);
      done(result);
    };
    const heard = (message: Buffer, from: RemoteInfo) => {
      if (from.address === to && from.port === toPort) end({ text: message.toString(), ms: performance.now() - began });
    };
    const send = () => (++sent > tries ? end(null) : socket.send(text, toPort, to, () => undefined));
    const timer = setInterval(send, sendEveryMs);
    socket.on("message", heard);
    send();
  });
  for await (const line of createInterface({ input: process.stdin })) {
    const [what, to = ""] = line.split(" ");
    if (what === "ask") {
      const got = await knock("?", port, to);
      console.log(got === null ? "nothing" : `seen ${got.text} ${Math.round(got.ms)}`);
    } else {
      const [address = "", toPort = ""] = to.split(":");
      const got = await knock("!", Number(toPort), address);
      // The other side may not have heard yet: once more for it.
      if (got !== null) socket.send("!", Number(toPort), address);
      console.log(got === null ? "closed" : "through");
    }
  }
}

const addresses = process.argv.slice(2);
await (addresses.length > 0 ? answer(addresses) : ask());
if (addresses.length === 0) process.exit(0);

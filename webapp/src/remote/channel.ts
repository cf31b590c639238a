import { closeCode, gathering } from "./gather";
import { byte, bytesOf, join } from "./seal";

/** The first byte of a message on a data channel. */
const last = 0, more = 1, close = 2;

/** Bytes of a message that this end sends, with its first byte. */
const messageSize = 16 << 10;

/** How long the way may be interrupted, ms: a browser whose address changed mends it by itself within one second. */
const mendsWithinMs = 2_000;
/** The way opens within this, ms, or not at all. */
const opensWithinMs = 20_000;
/** What was said last has this long to go, ms. */
const lastWordsMs = 500;
/** Candidates of the host that may come before its answer. */
const mostEarly = 64;

/** What of WebRTC passes through soul-server, which may read and change it. */
export interface Signal {
  type: string;
  attempt: number;
  [key: string]: unknown;
}

export interface ChannelParts {
  ice: RTCIceServer[];
  /** The host's certificate: no other is spoken to. */
  dtls: string;
  signal(type: string, more: object): void;
  onOpen(): void;
  onMessage(frame: string): void;
  /** The host's own code, or 1006; `forged`: somebody put another certificate into the answer. Called at most once. */
  onClose(code: number, forged: boolean): void;
}

export interface Channel {
  send(frame: string): void;
  /** What the host, or soul-server in its name, answers. */
  hear(signal: Signal): Promise<void>;
  /** Ends it from this side: what was sent before still goes. */
  stop(): void;
}

/** One PeerConnection and its data channel: this page offers, the host answers. Throws where the browser allows none. */
export function openChannel({ ice, dtls, signal, onOpen, onMessage, onClose }: ChannelParts): Channel {
  const peer = new RTCPeerConnection({ iceServers: ice });
  const channel = peer.createDataChannel("jam");
  const gather = gathering();
  let early: RTCIceCandidateInit[] | null = [];
  let over = false;

  const stop = (closeAfterMs = 0) => {
    over = true;
    clearTimeout(timer);
    channel.close();
    setTimeout(() => peer.close(), closeAfterMs);
  };
  const end = (code = 1006, forged = false) => {
    if (over) return;
    stop();
    onClose(code, forged);
  };
  // One that this browser cannot read is one way fewer.
  const add = (candidate: RTCIceCandidateInit) => void peer.addIceCandidate(candidate).catch(() => undefined);
  let timer = setTimeout(end, opensWithinMs);

  channel.binaryType = "arraybuffer";
  channel.onopen = () => {
    clearTimeout(timer);
    if (!over) onOpen();
  };
  channel.onclose = () => end();
  channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    if (over) return;
    const message = new Uint8Array(data);
    const body = message.slice(1);
    if (message[0] === close) return end(closeCode(body));
    try {
      const frame = gather(body, message[0] === more);
      if (frame !== null) onMessage(frame);
    } catch {
      end();
    }
  };
  peer.onicecandidate = ({ candidate }) => over || signal("candidate", { candidate: candidate?.candidate ? candidate.toJSON() : null });
  peer.oniceconnectionstatechange = () => {
    const state = peer.iceConnectionState;
    if (state === "failed") return end();
    if (channel.readyState !== "open") return;
    clearTimeout(timer);
    if (state === "disconnected") timer = setTimeout(end, mendsWithinMs);
  };
  const offer = async () => {
    await peer.setLocalDescription(await peer.createOffer());
    if (!over) signal("offer", { sdp: peer.localDescription?.sdp });
  };
  offer().catch(() => end());

  return {
    async hear({ type, sdp, candidate }) {
      if (type === "answer") {
        if (!onlyFrom(dtls, String(sdp))) return end(1006, true);
        await peer.setRemoteDescription({ type, sdp: String(sdp) });
        early?.forEach(add);
        early = null;
      } else if (type === "refused") end();
      else if (candidate) {
        if (early === null) add(candidate);
        else if (early.length < mostEarly) early.push(candidate);
      }
    },
    send(frame) {
      const bytes = bytesOf(frame);
      const size = messageSize - 1;
      for (let at = 0; at < bytes.length && channel.readyState === "open"; at += size) {
        channel.send(join(byte(at + size < bytes.length ? more : last), bytes.slice(at, at + size)));
      }
    },
    stop: () => over || stop(lastWordsMs),
  };
}

/** An answer names the host's certificate and no other. Soul-server could put its own in, or one more. */
export function onlyFrom(dtls: string, sdp: string): boolean {
  const lines = sdp.split("\n").filter((line) => /fingerprint/i.test(line));
  const wanted = `a=fingerprint:sha-256 ${dtls}`.toLowerCase();
  return lines.length > 0 && lines.every((line) => line.replace(/\r$/, "").toLowerCase() === wanted);
}

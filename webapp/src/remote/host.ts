import { base64url, readPoint, sha256, type Terms } from "./seal";

/** The host, as soul-server tells of it and this page believes it. */
export interface Host extends Terms {
  /** The SHA-256 of its DTLS certificate, as it stands in SDP. */
  dtls: string;
  peer: string;
  /** Unchecked: what is no list of servers makes no PeerConnection. */
  ice: RTCIceServer[];
}

/** Bytes of a bundle's text, at most. */
const maxBundle = 1024;

/** Reads what soul-server says of the host. Null when that is not the host that the link and the code are for. */
export async function readHost(message: Record<string, unknown>, code: string, key: string | null): Promise<Host | null> {
  try {
    const { bundle } = message;
    if (typeof bundle !== "string" || bundle.length > maxBundle) return null;
    const salt = await sha256(bundle);
    const link = key === null ? null : base64url(key, 32);
    if (link !== null && !link.slice(0, 16).every((byte, n) => byte === salt[n])) return null;
    const { v, code: its, dtls, seal, peer } = JSON.parse(bundle) as Record<string, unknown>;
    if (v !== 1 || its !== code) return null;
    return { salt, dtls: String(dtls), peer: String(peer), seal: readPoint(seal), nonce: base64url(message["nonce"], 16), secret: link?.slice(16) ?? null, ice: message["ice"] as RTCIceServer[] };
  } catch {
    return null;
  }
}

/** The browser's RTCPeerConnection, played by the test: the data channel opens when the test says so. */
export class FakePeer {
  static all: FakePeer[] = [];
  static last(): FakePeer {
    const peer = FakePeer.all[FakePeer.all.length - 1];
    if (peer === undefined) throw new Error("the page makes no direct way");
    return peer;
  }
  channel = new FakeChannel();
  closed = false;
  iceConnectionState = "new";
  localDescription: { sdp: string } | null = null;
  remote: string | null = null;
  candidates: unknown[] = [];
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
  oniceconnectionstatechange: (() => void) | null = null;
  constructor(readonly configuration: RTCConfiguration) {
    FakePeer.all.push(this);
  }
  createDataChannel = (label: string) => {
    this.channel.label = label;
    return this.channel;
  };
  createOffer = async () => ({ type: "offer", sdp: "v=0 offer" });
  setLocalDescription = async (description: { sdp: string }) => void (this.localDescription = description);
  setRemoteDescription = async ({ sdp }: { sdp: string }) => void (this.remote = sdp);
  addIceCandidate = async (candidate: unknown) => {
    if (this.remote === null) throw new Error("a candidate before the answer");
    this.candidates.push(candidate);
  };
  close = () => void (this.closed = true);
  ice(state: string) {
    this.iceConnectionState = state;
    this.oniceconnectionstatechange?.();
  }
}

export class FakeChannel {
  label = "";
  binaryType = "blob";
  readyState = "connecting";
  sent: Buffer[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  send = (data: Uint8Array) => void this.sent.push(Buffer.from(data));
  close = () => void (this.readyState = "closing");
  open() {
    this.readyState = "open";
    this.onopen?.();
  }
  die() {
    this.readyState = "closed";
    this.onclose?.();
  }
  raw(...bytes: number[]) {
    this.onmessage?.({ data: new Uint8Array(bytes).buffer });
  }
  /** A frame of the jam in messages of at most that many bytes. */
  tell(message: object, size = 16_383) {
    const bytes = Buffer.from(JSON.stringify(message));
    for (let at = 0; at < bytes.length; at += size) this.raw(at + size < bytes.length ? 1 : 0, ...bytes.subarray(at, at + size));
  }
  /** The frames that the page sent. */
  said(): Record<string, unknown>[] {
    const frames: Record<string, unknown>[] = [];
    let whole = Buffer.alloc(0);
    for (const message of this.sent) {
      whole = Buffer.concat([whole, message.subarray(1)]);
      if (message[0] === 1) continue;
      frames.push(JSON.parse(whole.toString()) as Record<string, unknown>);
      whole = Buffer.alloc(0);
    }
    return frames;
  }
}

import { useRef } from "react";
import type { JamClient } from "../session/client";
import { goTo, useKeys, type Keys } from "./keys";

/** One press of the volume keys, percent. */
const volumeStep = 5;

interface Doings {
  client: JamClient | null;
  on: boolean;
  help(): void;
  history(): void;
  /** S: the start button, or the QR code. */
  share(): void;
  /** E; not where no jam runs. */
  end?: () => void;
}

/** A volume that was asked for, percent. The host's word for it has come with the message of that number; none yet while it is unanswered. */
interface AskedVolume {
  client: JamClient;
  volume: number;
  seq: number | null;
}

/** Makes it louder by so much. Presses come faster than the host's answers, so each goes on from what the last one asked for. */
function useLouder(client: JamClient | null): (by: number) => void {
  const last = useRef<AskedVolume | null>(null);
  return (by) => {
    const jam = client?.view.get().jam ?? null;
    if (client === null || jam === null) return;
    const before = last.current;
    const untold = before !== null && before.client === client && (before.seq === null || jam.lastSeq < before.seq);
    const volume = Math.min(100, Math.max(0, (untold ? before.volume : jam.playback.volume) + by));
    const asked: AskedVolume = { client, volume, seq: null };
    last.current = asked;
    void client.tell({ type: "set_volume", volume }).then((outcome) => {
      if (outcome.ok) asked.seq = outcome.seq;
      else if (last.current === asked) last.current = null;
    });
  };
}

/** Every key of the console; `KeysDialog.tsx` lists them. */
export function useConsoleKeys({ client, on, help, history, share, end }: Doings): void {
  const jam = () => client?.view.get().jam ?? null;
  const louder = useLouder(client);
  const playOrPause = () => {
    const now = jam();
    if (now !== null && now.current !== null) void client?.tell({ type: now.playback.playing ? "pause" : "play" });
  };
  const keys: Keys = {
    " ": playOrPause,
    // Where Space presses the button that has the focus.
    k: playOrPause,
    n: () => void (jam()?.current != null && client?.tell({ type: "skip" })),
    "+": () => louder(volumeStep),
    "-": () => louder(-volumeStep),
    "/": () => void goTo(".search", "input[type=search]"),
    q: () => void goTo(".queue", ".row button"),
    r: () => void goTo(".requests", ".request-answers .button-primary"),
    p: () => void goTo(".people-controls .people", "button"),
    // Where it is folded up it is opened first; its field is there a moment later.
    c: () => void (goTo(".console-chat") && setTimeout(() => goTo(".console-chat", "textarea"))),
    s: share,
    h: history,
    e: end,
    "?": help,
  };
  useKeys(keys, on);
}

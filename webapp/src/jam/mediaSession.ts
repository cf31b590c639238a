import { useEffect } from "react";
import type { Command } from "../session/outbox";
import { useClient, useJam } from "./context";

/** Tells the phone what plays, where it shows that: its lock screen, a watch, a headset's keys. The keys do what this person may. */
export function useMediaSession(): void {
  const client = useClient();
  const current = useJam((jam) => jam.current);
  const playing = useJam((jam) => jam.playback.playing);
  const { can_control, can_skip } = useJam((jam) => jam.permissions);
  useEffect(() => {
    const { mediaSession } = navigator as { mediaSession?: MediaSession };
    if (mediaSession === undefined) return undefined;
    const { title, artist, album } = current?.track_info ?? {};
    mediaSession.metadata = title === undefined ? null : new MediaMetadata({ title, artist: artist ?? "", album: album ?? "" });
    mediaSession.playbackState = current === null ? "none" : playing ? "playing" : "paused";
    const keys = [["play", can_control, { type: "play" }], ["pause", can_control, { type: "pause" }], ["nexttrack", can_skip, { type: "skip" }]] as const;
    const set = (act: MediaSessionAction, command: Command | null) => mediaSession.setActionHandler(act, command && (() => void client.tell(command)));
    for (const [act, may, command] of keys) set(act, may ? command : null);
    return () => {
      mediaSession.metadata = null;
      mediaSession.playbackState = "none";
      for (const [act] of keys) set(act, null);
    };
  }, [client, current, playing, can_control, can_skip]);
}

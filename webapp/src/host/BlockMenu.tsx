import { useState } from "react";
import { ConfirmDialog } from "../hosting/ConfirmDialog";
import { useClient } from "../jam/context";
import { music as say } from "../sentences/en/music";
import type { TrackInfo } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { useSharing } from "./sharingContext";

/** Keeps a song, or all of its artist, out of this house. */
export function BlockMenu({ track }: { track: TrackInfo }) {
  const { sharing } = useSharing();
  const { notices } = useClient();
  const [asked, setAsked] = useState<"song" | "artist" | null>(null);
  const { title, artist } = track;
  const block = async () => {
    const done = await (asked === "artist" ? sharing.blockArtist(artist, true) : sharing.blockTrack(track, true));
    if (!done) notices.show("error", say.sharingNotSaved);
  };
  return (
    <div className="block-menu">
      <Button onClick={() => setAsked("song")}>{say.blockSong}</Button>
      {artist !== "" && <Button onClick={() => setAsked("artist")}>{say.blockArtist}</Button>}
      {asked !== null && (
        <ConfirmDialog title={asked === "song" ? say.blockSongTitle(title) : say.blockArtistTitle(artist)} confirm={say.block} danger onClose={() => setAsked(null)} onConfirm={() => void block()}>
          <p>{asked === "song" ? say.blockSongText : say.blockArtistText} {say.blockUndo}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

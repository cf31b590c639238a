import type { ReactNode } from "react";
import { jam as say } from "../sentences/en/jam";
import { failuresInARow } from "../session/reducer";
import { isMine } from "../session/selectors";
import type { Because, JamQueueItem } from "../session/wire.gen";
import { IconButton } from "../ui/Button";
import { PauseIcon, PlayIcon, SkipIcon, VolumeIcon } from "../ui/icons";
import { Slider } from "../ui/Slider";
import { useClient, useJam } from "./context";
import { Cover } from "./Cover";
import { Drawing, hueOf } from "./Drawing";
import { useMediaSession } from "./mediaSession";
import { Progress } from "./Progress";
import { Floats, ReactionButtons } from "./Reactions";
import { SkipVote } from "./SkipVote";

/** The song that plays, large, with the controls that this person may use; and below them what a page has besides. */
export function NowPlaying({ children }: { children?: ReactNode }) {
  const { solo } = useClient();
  const current = useJam((jam) => jam.current);
  const playing = useJam((jam) => jam.playback.playing);
  useMediaSession();
  return (
    <section className={`now ${playing ? "now-plays" : ""}`} aria-label={say.nowPlaying} style={hueOf(current?.track_id ?? "")}>
      <div className="sleeve">
        <div className="sleeve-disc"><Drawing /></div>
        {current === null ? <div className="cover cover-large"><Drawing /></div> : <Cover key={current.track_id} track={current.track_info} size="large" />}
        <Floats />
      </div>
      <div className="now-words">{current === null ? <Silence /> : <Song item={current} playing={playing} />}</div>
      <div className="now-drive">
        {current !== null && <Progress key={current.id} />}
        <Controls />
        {children}
        {current !== null && !solo && <SkipVote itemId={current.id} />}
        {!solo && <ReactionButtons />}
      </div>
    </section>
  );
}

function Silence() {
  return (
    <>
      <h2 className="now-title" data-testid="now-playing-title">{say.nothingPlays}</h2>
      <p className="now-artist">{say.nothingPlaysHint}</p>
    </>
  );
}

function Song({ item, playing }: { item: JamQueueItem; playing: boolean }) {
  const { title, artist } = item.track_info;
  const failed = useJam((jam) => jam.failed >= failuresInARow);
  return (
    <>
      <p className="eyebrow">{playing ? say.nowPlaying : failed ? say.pausedFailed : say.paused}</p>
      <h2 className="now-title" data-testid="now-playing-title">{title}</h2>
      <p className="now-artist">{artist || say.unknownArtist}</p>
      <p className="now-by"><AddedBy item={item} /></p>
    </>
  );
}

/** Why autoplay chose a song, in one phrase. */
function becauseOf({ reason, name = "", year = 0 }: Because): string {
  const { because } = say;
  switch (reason) {
    case "artist": case "genre": return name === "" ? because.any : because[reason](name);
    case "year": return because.year(year);
  }
  return reason === "favourite" ? because.favourite : because.any;
}

/** That nobody put it there, and why it is there. */
export function Autoplayed({ item: { because } }: { item: JamQueueItem }) {
  return <span className="tag">{because === undefined ? say.autoplay : say.autoplayed(becauseOf(because))}</span>;
}

/** Who put it there, in words; nothing where there is only one who could. */
export function AddedBy({ item }: { item: JamQueueItem }) {
  const { solo } = useClient();
  const mine = useJam((jam) => isMine(jam, item));
  const name = useJam((jam) => (item.added_by === null ? undefined : jam.names[item.added_by]));
  if (item.added_by === null) return <Autoplayed item={item} />;
  if (solo) return null;
  if (mine) return <span className="mine">{say.addedByYou}</span>;
  return <span>{say.addedBy(name ?? say.someone)}</span>;
}

function Controls() {
  const client = useClient();
  const may = useJam((jam) => jam.permissions);
  const playing = useJam((jam) => jam.playback.playing);
  const idle = useJam((jam) => jam.current === null);
  if (!may.can_control && !may.can_skip && !may.can_set_volume) return null;
  return (
    <div className="controls">
      {may.can_control && (
        <IconButton className="control-main" label={playing ? say.pause : say.play} disabled={idle}
          onClick={() => void client.tell({ type: playing ? "pause" : "play" })}>
          {playing ? <PauseIcon /> : <PlayIcon />}
        </IconButton>
      )}
      {may.can_skip && (
        <IconButton label={say.skip} disabled={idle} onClick={() => void client.tell({ type: "skip" })}><SkipIcon /></IconButton>
      )}
      {may.can_set_volume && <Volume />}
    </div>
  );
}

function Volume() {
  const client = useClient();
  const volume = useJam((jam) => jam.playback.volume);
  const send = (value: number) => void client.tell({ type: "set_volume", volume: Math.round(value) });
  return (
    <div className="volume">
      <VolumeIcon />
      <Slider label={say.volume} value={volume} max={100} step={1} say={(value) => say.percent(Math.round(value))} onSlide={send} />
    </div>
  );
}

import { jam as say } from "../sentences/en/jam";
import { isMine } from "../session/selectors";
import type { JamQueueItem } from "../session/wire.gen";
import { IconButton } from "../ui/Button";
import { PauseIcon, PlayIcon, SkipIcon, VolumeIcon } from "../ui/icons";
import { Slider } from "../ui/Slider";
import { useClient, useJam } from "./context";
import { Cover } from "./Cover";
import { Drawing, hueOf } from "./Drawing";
import { Progress } from "./Progress";
import { Floats, ReactionButtons } from "./Reactions";
import { SkipVote } from "./SkipVote";

/** The song that plays, large, with the controls that this person may use. */
export function NowPlaying() {
  const current = useJam((jam) => jam.current);
  const playing = useJam((jam) => jam.playback.playing);
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
        {current !== null && <SkipVote itemId={current.id} />}
        <ReactionButtons />
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
  return (
    <>
      <p className="eyebrow">{playing ? say.nowPlaying : say.paused}</p>
      <h2 className="now-title" data-testid="now-playing-title">{title}</h2>
      <p className="now-artist">{artist || say.unknownArtist}</p>
      <p className="now-by"><AddedBy item={item} /></p>
    </>
  );
}

/** Who put it there, in words. */
export function AddedBy({ item }: { item: JamQueueItem }) {
  const mine = useJam((jam) => isMine(jam, item));
  const name = useJam((jam) => (item.added_by === null ? undefined : jam.names[item.added_by]));
  if (item.added_by === null) return <span className="tag">{say.pickedByAutoplay}</span>;
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
      <Slider label={say.volume} value={volume} max={100} step={1} say={(value) => `${Math.round(value)} %`} onSlide={send} />
    </div>
  );
}

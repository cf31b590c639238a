import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useClient, useJam, useView } from "../jam/context";
import { Drawing, hueOf } from "../jam/Drawing";
import "../jam/jam.css";
import { AddedBy } from "../jam/NowPlaying";
import { useHostNow } from "../jam/now";
import { Progress } from "../jam/Progress";
import { Floats } from "../jam/Reactions";
import { clockTime } from "../jam/time";
import { display as say } from "../sentences/en/display";
import { guest } from "../sentences/en/guest";
import { jam } from "../sentences/en/jam";
import { hostName, skipVoteOf } from "../session/selectors";
import type { Ending, JamQueueItem, SkipVote } from "../session/wire.gen";
import { Mark } from "../ui/icons";
import { Clock, DisplayFrame } from "./DisplayFrame";
import { everyOnTheClock } from "./screenTime";

/** So many of the next songs are shown. */
const most = 3;

/** The jam as it is now. */
export function DisplayScreen() {
  const current = useJam((state) => state.current);
  const playing = useJam((state) => state.playback.playing);
  const name = useJam((state) => state.settings.name || guest.jamOf(hostName(state)));
  const people = useJam((state) => state.peopleCount);
  const ground = useRef<HTMLCanvasElement>(null);
  const cover = useCover(current);
  return (
    <DisplayFrame title={current === null ? name : `${current.track_info.title} · ${name}`} quiet={!playing} style={hueOf(current?.track_id ?? "")}>
      {cover.src !== null && <canvas key={cover.src} ref={ground} className="display-ground" width="96" height="54" />}
      <header className="display-head"><Mark /><span className="display-name">{name}</span><span className="display-people">{say.listening(people)}</span><Clock /></header>
      <div className={`display-now ${playing ? "now-plays" : ""}`}>
        {current === null ? <Silence /> : <Now item={current} playing={playing} cover={cover} onCover={(image) => ground.current !== null && paint(ground.current, image)} />}
        <div className="display-foot"><Foot /></div>
      </div>
      <div className="display-side">
        <UpNext />
        <Invitation />
      </div>
    </DisplayFrame>
  );
}

/** What is left of a cover when it is no picture any more: a dozen colours that run into each other. A filter would be computed anew with every move of the page. */
function paint(ground: HTMLCanvasElement, image: HTMLImageElement): void {
  const small = document.createElement("canvas");
  [small.width, small.height] = [6, 4];
  small.getContext("2d")?.drawImage(image, 0, 0, small.width, small.height);
  const context = ground.getContext("2d");
  if (context === null) return;
  context.imageSmoothingQuality = "high";
  context.drawImage(small, 0, 0, ground.width, ground.height);
}

interface CurrentCover {
  src: string | null;
  missing(): void;
}

/** The cover that everybody may see, who has no seat to ask for others with. */
function useCover(item: JamQueueItem | null): CurrentCover {
  const { code } = useClient();
  const id = item?.track_info.has_art === true ? item.track_id : null;
  const [missing, setMissing] = useState<string | null>(null);
  const src = id === null || missing === id ? null : `/api/jam/sessions/${code}/art/current?of=${encodeURIComponent(id)}`;
  return { src, missing: () => setMissing(id) };
}

function Silence() {
  return (
    <>
      <div className="sleeve"><div className="cover cover-large"><Drawing /></div><Floats /></div>
      <div className="display-words">
        <h1 className="display-title">{jam.nothingPlays}</h1>
        <p className="display-artist">{jam.nothingPlaysHint}</p>
      </div>
    </>
  );
}

function Now({ item, playing, cover, onCover }: { item: JamQueueItem; playing: boolean; cover: CurrentCover; onCover(image: HTMLImageElement): void }) {
  const { title, artist } = item.track_info;
  return (
    <>
      <div className="sleeve">
        <div className="sleeve-disc"><Drawing /></div>
        <div key={item.id} className="cover cover-large">{cover.src === null ? <Drawing /> : <img src={cover.src} alt="" onLoad={(event) => onCover(event.currentTarget)} onError={cover.missing} />}</div>
        <Floats />
      </div>
      <div className="display-words">
        <p className="eyebrow">{playing ? jam.nowPlaying : jam.paused}</p>
        <h1 className={`display-title ${title.length > 32 ? "display-long" : ""}`}>{title}</h1>
        <p className="display-artist">{artist || jam.unknownArtist}</p>
        <p className="display-by"><AddedBy item={item} /></p>
      </div>
      <Progress key={item.id} />
    </>
  );
}

/** Why nothing moves, while that is so; else that the end is near; else a vote, while there is one; else the newest of what people did, for its moment. One at a time, so that nothing else is pushed about. */
function Foot() {
  const { notices } = useClient();
  const news = useSyncExternalStore(notices.view.subscribe, notices.view.get);
  const ending = useJam((state) => state.ending);
  const vote = useJam(skipVoteOf);
  const trouble = useView(({ link, jam: state }) =>
    link.phase === "joined" ? (state?.state === "paused" ? jam.hostPausedBanner : null)
      : (link.phase === "waiting" || link.phase === "connecting") && link.hostAway ? say.hostAway : say.reconnecting);
  const newest = news[news.length - 1];
  if (trouble !== null) return <p className="display-trouble" role="status">{trouble}</p>;
  if (ending !== null) return <EndsSoon key={ending.ends_at} ending={ending} />;
  if (vote !== null) return <Vote {...vote} />;
  return newest === undefined ? null : <p key={newest.id} className="display-news">{newest.text}</p>;
}

/** The sentence is read out once, the seconds are only seen. */
function EndsSoon({ ending }: { ending: Ending }) {
  const seconds = Math.max(0, Math.ceil((Date.parse(ending.ends_at) - useHostNow(1000)) / 1000));
  return <p className="display-trouble" role="status" data-testid="ending">{say.endsSoon}<span className="display-seconds" aria-hidden="true"> · {clockTime(seconds * 1000)}</span></p>;
}

function Vote({ votes, required }: SkipVote) {
  return (
    <p className="display-vote" data-testid="vote">
      {say.skip(votes, required)}
      <span className="display-ballots" aria-hidden="true"><span style={{ transform: `scaleX(${Math.min(1, votes / required)})` }} /></span>
    </p>
  );
}

function UpNext() {
  const upcoming = useJam((state) => state.upcoming);
  if (upcoming.length === 0) return null;
  const more = upcoming.length - most;
  return (
    <section className="display-next">
      <h2 className="eyebrow">{jam.upNext}</h2>
      <ol>{upcoming.slice(0, most).map((item) => <Next key={item.id} item={item} />)}</ol>
      {more > 0 && <p>{say.more(more)}</p>}
    </section>
  );
}

/** Its cover only those may see who have a seat; the edge has the colour that its drawing will have. */
function Next({ item }: { item: JamQueueItem }) {
  const name = useJam((state) => (item.added_by === null ? null : state.names[item.added_by] ?? jam.someone));
  return (
    <li style={hueOf(item.track_id)}>
      <strong>{item.track_info.title}</strong>
      {name === null ? <AddedBy item={item} /> : <span>{name}</span>}
    </li>
  );
}

/** The host may be in another network by now, and the link lead elsewhere: the picture is asked for anew this often, ms, and after each break. */
const freshEveryMs = 10 * 60_000;

function Invitation() {
  const { code } = useClient();
  const link = useView((view) => view.link);
  const [drawn, setDrawn] = useState(0);
  const [missing, setMissing] = useState(false);
  const joined = link.phase === "joined" ? link : null;
  useEffect(() => (joined === null ? undefined : everyOnTheClock(freshEveryMs, (now) => {
    setDrawn(now);
    setMissing(false);
  })), [joined]);
  const { host, hostname } = location;
  // Where this screen is the host's own, its address leads nobody else here.
  const site = /^(localhost|127\.|\[)/.test(hostname) ? "" : host;
  return (
    <section className="display-join">
      {drawn > 0 && !missing && (
        <>
          <img src={`/api/jam/sessions/${code}/qr.svg?at=${drawn}`} alt="" onError={() => setMissing(true)} data-testid="qr" />
          <div><h2>{say.scan}</h2><p>{site === "" ? say.orCode : say.orCodeAt}</p></div>
        </>
      )}
      {site !== "" && <p data-testid="site">{site}</p>}
      <strong data-testid="code">{code}</strong>
    </section>
  );
}

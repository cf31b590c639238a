import { useState } from "react";
import { useClient, useJam, useView } from "../jam/context";
import { Drawing, hueOf } from "../jam/Drawing";
import { Banner } from "../jam/NetworkBadge";
import { AddedBy } from "../jam/NowPlaying";
import { Progress } from "../jam/Progress";
import { Floats } from "../jam/Reactions";
import { guest as say } from "../sentences/en/guest";
import { jam } from "../sentences/en/jam";
import type { JamQueueItem } from "../session/wire.gen";
import { ComingBackPage } from "./ComingBackPage";
import "./display.css";
import { EndedPage } from "./EndedPage";
import { NoticePage, OverPage } from "./NoticePages";

/** The jam on a screen in the corner: what plays, what comes, and how to join. It takes no seat and asks nothing. */
export function DisplayPage() {
  const known = useView((view) => view.jam !== null);
  const over = useView((view) => (view.link.phase === "over" ? view.link.over : null));
  const ended = useView((view) => view.end !== null) || over === "ended";
  if (ended) return <EndedPage />;
  if (over === "denied") return <NoticePage title={say.screenDenied} />;
  if (over !== null) return <OverPage over={over} />;
  return known ? <Screen /> : <ComingBackPage />;
}

function Screen() {
  const current = useJam((state) => state.current);
  const next = useJam((state) => state.upcoming).slice(0, 3);
  return (
    <main className="display" style={hueOf(current?.track_id ?? "")}>
      <Banner />
      <div className="display-now">
        <div className="sleeve">
          <CurrentCover key={current?.track_id} item={current} />
          <Floats />
        </div>
        <div>
          <h1 className="display-title">{current?.track_info.title ?? jam.nothingPlays}</h1>
          {current !== null && <p className="display-artist">{current.track_info.artist || jam.unknownArtist}</p>}
          {current !== null && <p><AddedBy item={current} /></p>}
          {current !== null && <Progress key={current.id} />}
        </div>
      </div>
      <div className="display-side">
        {next.length > 0 && <h2>{jam.upNext}</h2>}
        <ol className="display-next">{next.map((item) => <Next key={item.id} item={item} />)}</ol>
        <Invitation />
      </div>
    </main>
  );
}

function Next({ item }: { item: JamQueueItem }) {
  return (
    <li>
      <strong>{item.track_info.title}</strong> <span><AddedBy item={item} /></span>
    </li>
  );
}

/** The cover that everybody may see, who has no seat to ask for others with. */
function CurrentCover({ item }: { item: JamQueueItem | null }) {
  const { code } = useClient();
  const [missing, setMissing] = useState(item?.track_info.has_art !== true);
  return (
    <div className="cover cover-large">
      {missing ? <Drawing /> : <img src={`/api/jam/sessions/${code}/art/current?of=${item?.track_id}`} alt="" onError={() => setMissing(true)} />}
    </div>
  );
}

function Invitation() {
  const { code } = useClient();
  return (
    <div className="display-join">
      <img src={`/api/jam/sessions/${code}/qr.svg`} alt="" />
      <p>{say.scanToJoin} <strong>{code}</strong></p>
    </div>
  );
}

import { memo, useEffect, useId, useMemo, useRef, useSyncExternalStore, type ComponentType } from "react";
import { jam as say } from "../sentences/en/jam";
import { wanted } from "../session/search";
import { queuedTracks } from "../session/selectors";
import { limits, type TrackInfo } from "../session/wire.gen";
import { Button, IconButton } from "../ui/Button";
import { CheckIcon, CrossIcon, PlusIcon, SearchIcon } from "../ui/icons";
import { useClient, useJam, useView } from "./context";
import { Cover } from "./Cover";
import { TrackText } from "./TrackText";
import { clockTime } from "./time";

/** What else can be done with a song that was found. */
type Extra = ComponentType<{ track: TrackInfo }> | undefined;

/** Search as you type, and add. Hosts have something of their own at each song. */
export function SearchTracks({ extra }: { extra?: Extra }) {
  const client = useClient();
  const view = useSyncExternalStore(client.search.view.subscribe, client.search.view.get);
  const mayAdd = useJam((jam) => jam.permissions.can_add_to_queue);
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  // A jam that was entered before this stood here has no suggestions yet.
  useEffect(() => {
    if (client.search.view.get().answered === null) client.search.refresh();
  }, [client]);
  if (!mayAdd) {
    return <section className="panel search" aria-label={say.addSong}><h2>{say.addSong}</h2><p className="empty">{say.mayNotAdd}</p></section>;
  }
  return (
    <section className="panel search" aria-labelledby={`${id}-title`}>
      <header className="panel-head"><h2 id={`${id}-title`}>{say.addSong}</h2></header>
      <form role="search" className="search-box" onSubmit={(event) => event.preventDefault()}>
        <SearchIcon />
        <input ref={field} type="search" aria-label={say.searchLabel} placeholder={say.searchHint} value={view.q} maxLength={limits.maxSearchText}
          autoComplete="off" autoCorrect="off" spellCheck={false} enterKeyHint="search" onChange={(event) => client.search.type(event.target.value)} />
        {view.q !== "" && <IconButton label={say.clearSearch} onClick={() => (client.search.type(""), field.current?.focus())}><CrossIcon /></IconButton>}
      </form>
      <Found q={view.q.trim()} answered={view.answered} tracks={view.tracks} suggested={view.suggested} extra={extra} />
    </section>
  );
}

interface FoundProps {
  q: string;
  answered: string | null;
  tracks: TrackInfo[];
  suggested: TrackInfo[];
  extra: Extra;
}

/** The results stand still until the next answer is there. Where nothing is found there is something else. */
function Found({ q, answered, tracks, suggested, extra }: FoundProps) {
  const upcoming = useJam((jam) => jam.upcoming);
  const current = useJam((jam) => jam.current);
  const allowTwice = useJam((jam) => jam.settings.allow_duplicates);
  const adding = useView((view) => view.adding);
  const client = useClient();
  const linked = useView(({ link }) => link.phase === "joined");
  const queued = useMemo(() => {
    const { jam } = client.view.get();
    const ids = jam === null ? new Set<string>() : queuedTracks(jam);
    for (const { track } of adding) ids.add(track.track_id);
    return ids;
    // What the set is made of:
  }, [client, upcoming, current, adding]);
  const nothing = answered !== null && answered !== "" && tracks.length === 0;
  return (
    <>
      <p className="found" role="status">{!linked && q !== answered ? say.searchWaits : sentence(q, answered, tracks.length)}</p>
      {nothing && <p className="hint">{say.noResultsHint}</p>}
      {nothing && suggested.length > 0 && <p className="found">{say.suggestions}</p>}
      <ul className="rows" data-answered={answered}>
        {(nothing ? suggested : tracks).map((track) => (
          <FoundRow key={track.track_id} track={track} queued={queued.has(track.track_id)} plays={current?.track_id === track.track_id} allowTwice={allowTwice} extra={extra} />
        ))}
      </ul>
    </>
  );
}

function sentence(q: string, answered: string | null, found: number): string {
  if (answered === null) return say.searching;
  if (answered === "") return q !== "" ? say.searching : found === 0 ? say.noMusic : say.suggestions;
  return found === 0 ? say.noResults(answered) : found < wanted ? say.results(found) : say.resultsMost(found);
}

interface FoundRowProps {
  track: TrackInfo;
  queued: boolean;
  plays: boolean;
  allowTwice: boolean;
  extra: Extra;
}

const FoundRow = memo(function FoundRow({ track, queued, plays, allowTwice, extra: More }: FoundRowProps) {
  const client = useClient();
  return (
    <li className="row" data-testid="search-result" data-track-id={track.track_id}>
      <Cover track={track} size="small" />
      <TrackText track={track}>{track.duration_ms > 0 && <span className="row-time">{clockTime(track.duration_ms)}</span>}</TrackText>
      <span className="row-actions">
        {More !== undefined && <More track={track} />}
        {queued && <span className="queued"><CheckIcon /><span>{plays ? say.nowPlaying : say.queued}</span></span>}
        {(!queued || allowTwice) && (
          <Button look="primary" className="add" aria-label={say.addTrack(track.title)} onClick={() => void client.add(track)}><PlusIcon />{say.add}</Button>
        )}
      </span>
    </li>
  );
});

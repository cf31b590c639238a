import { useEffect, useState } from "react";
import { Group } from "../hosting/fields";
import { desk } from "../sentences/en/desk";
import { music as say } from "../sentences/en/music";
import { refusal } from "../sentences/en/told";
import { ask, type Answer } from "../session/rest";
import type { Playlist, PlaylistList, Queued } from "../session/wire.gen";
import { Button } from "../ui/Button";

const path = "/api/console/playlists";
/** More than this scroll in a box of their own. */
const few = 6;

interface Props {
  token: string;
  /** Something that is new whenever the library is. */
  fresh: unknown;
  /** A playlist has been put into the queue, which may have made the session that plays. */
  onQueued?: (() => void) | undefined;
}

/** The playlists of the music folders and servers, each to be queued as a whole. */
export function Playlists({ token, fresh, onQueued }: Props) {
  const [answer, setAnswer] = useState<Answer<PlaylistList> | null>(null);
  useEffect(() => {
    let gone = false;
    void ask<PlaylistList>(path, token).then((next) => gone || setAnswer(next));
    return () => {
      gone = true;
    };
  }, [token, fresh]);
  if (answer === null || (answer.ok && answer.value.playlists.length === 0)) return null;
  const playlists = answer.ok ? answer.value.playlists : [];
  return (
    <section className="playlists" aria-label={say.playlists} data-testid="playlists">
      <Group title={say.playlists} now={answer.ok ? say.playlistsNow(playlists.length) : ""}>
        {!answer.ok && <p className="hint" role="alert">{say.playlistsFailed}</p>}
        <ul className={playlists.length > few ? "members-many" : undefined}>
          {playlists.map((playlist) => <Row key={playlist.id} playlist={playlist} token={token} onQueued={onQueued} />)}
        </ul>
      </Group>
    </section>
  );
}

function Row({ playlist: { id, name, from, tracks, missing }, token, onQueued }: { playlist: Playlist; token: string; onQueued: Props["onQueued"] }) {
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<Answer<Queued> | null>(null);
  const queue = async () => {
    if (busy) return;
    setBusy(true);
    setDone(null);
    setDone(await ask<Queued>(`${path}/${encodeURIComponent(id)}/queue`, token, { method: "POST" }));
    setBusy(false);
    onQueued?.();
  };
  return (
    <li className="member" data-testid="playlist">
      <span className="member-words">
        <span className="person-name">{name}</span>
        <span className="hint">{say.playlistRow(tracks, from)}</span>
        {missing > 0 && <span className="hint" data-testid="missing">{desk.missing(missing)}</span>}
        <span className="hint playlist-done" role="status" title={done?.ok === true && done.value.refused > 0 ? say.queuedHint : undefined}>{done !== null && words(done)}</span>
      </span>
      <Button aria-label={say.queueAllOf(name)} aria-disabled={busy} onClick={() => void queue()}>{busy ? say.queueing : say.queueAll}</Button>
    </li>
  );
}

function words(done: Answer<Queued>): string {
  if (done.ok) return say.queued(done.value.added, done.value.refused);
  return done.code === "unreachable" ? say.queueFailed : refusal(done.code, done.message);
}

import { useContext, useEffect } from "react";
import { Group } from "../hosting/fields";
import { JamContext } from "../jam/context";
import { music as say } from "../sentences/en/music";
import type { SharingStatus } from "../session/wire.gen";
import { Switch } from "../ui/Switch";
import { Blocked } from "./Blocked";
import { folderLabel } from "./folders";
import type { Kind } from "./sharing";
import { useSharing } from "./sharingContext";

/** What guests may see of the music; folded up it says how much that is. `fresh` is new whenever the library is; `roots` are the music folders. */
export function SharingPanel({ fresh, roots }: { fresh: unknown; roots: string[] }) {
  const { sharing, view } = useSharing();
  const client = useContext(JamContext);
  useEffect(() => void sharing.load(), [sharing, fresh]);
  const { status, trouble } = view;
  // What was found by then may be blocked by now, or free again.
  const blocked = status === null ? "" : [...status.blocked_tracks, ...status.blocked_artists].join();
  useEffect(() => client?.search.refresh(), [client, blocked]);
  return (
    <section className="sharing" aria-label={say.sharing} data-testid="sharing">
      <Group title={say.sharing} now={status === null ? "" : nowWords(status)}>
        {status === null && trouble === null && <p role="status">{say.sharingLoading}</p>}
        {trouble !== null && <p className="hint hint-error" role="alert">{trouble === "load" ? say.sharingFailed : say.sharingNotSaved}</p>}
        {status !== null && <Choices status={status} roots={roots} />}
      </Group>
    </section>
  );
}

function nowWords({ shared, tracks, blocked_tracks, blocked_artists }: SharingStatus): string {
  const blocked = blocked_tracks.length + blocked_artists.length;
  const much = shared === tracks ? say.sharedAll(tracks) : shared === 0 ? say.sharedNone(tracks) : say.sharedSome(shared, tracks);
  return blocked === 0 ? much : `${much} · ${say.blockedNow(blocked)}`;
}

function Choices({ status, roots }: { status: SharingStatus; roots: string[] }) {
  const { sharing } = useSharing();
  const { limited, choices, no_explicit, folders, playlists, genres } = status;
  const nothing = folders.length + playlists.length + genres.length === 0;
  const named = (kind: "folders" | "genres") => choices[kind].map(({ name, tracks }) => ({ id: name, name, tracks }));
  return (
    <>
      <p className="hint">{say.sharingHint}</p>
      <fieldset className="choices">
        <legend>{say.whatThey}</legend>
        <label><input type="radio" name="sharing" checked={!limited} onChange={() => void sharing.limit(false)} />{say.everything}</label>
        <label><input type="radio" name="sharing" checked={limited} onChange={() => void sharing.limit(true)} />{say.chosen}</label>
      </fieldset>
      {limited && nothing && <p className="hint hint-error" role="status">{say.chosenEmpty}</p>}
      {limited && (
        <>
          <Names kind="folders" title={say.folders} chosen={folders} offers={named("folders")} labelOf={(path) => folderLabel(path, roots)} />
          <Names kind="playlists" title={say.playlistsOf} chosen={playlists} offers={choices.playlists} />
          <Names kind="genres" title={say.genres} chosen={genres} offers={named("genres")} />
        </>
      )}
      <Switch label={say.noExplicit} hint={say.noExplicitHint} checked={no_explicit} onChange={(on) => void sharing.explicit(on)} />
      <Blocked status={status} />
    </>
  );
}

interface Offer {
  id: string;
  name: string;
  tracks: number;
}

/** More than this scroll in a box of their own. */
const few = 8;

/** Boxes to tick. What was chosen and is gone stands there, too, so that it can be taken out. */
function Names({ kind, title, chosen, offers, labelOf }: { kind: Kind; title: string; chosen: string[]; offers: Offer[]; labelOf?: (name: string) => string }) {
  const { sharing } = useSharing();
  const gone = chosen.filter((id) => !offers.some((offer) => offer.id === id));
  const all = [...offers, ...gone.map((id) => ({ id, name: id, tracks: null }))];
  if (all.length === 0) return null;
  return (
    <fieldset className="choices share-names">
      <legend>{title}</legend>
      <div className={all.length > few ? "share-many" : undefined} tabIndex={all.length > few ? 0 : undefined} role={all.length > few ? "group" : undefined} aria-label={all.length > few ? title : undefined}>
        {all.map(({ id, name, tracks }) => (
          <label key={id} title={labelOf === undefined ? undefined : name}>
            <input type="checkbox" checked={chosen.includes(id)} onChange={(event) => void sharing.choose(kind, id, event.target.checked)} />
            <span className="share-name">{labelOf?.(name) ?? name}{tracks === null && <span className="hint">{say.gone}</span>}</span>
            {tracks !== null && <span className="hint">{say.choiceCount(tracks)}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

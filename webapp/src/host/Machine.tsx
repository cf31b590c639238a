import { host as say } from "../sentences/en/host";
import type { ConsoleStatus } from "../session/wire.gen";
import { WarnIcon } from "../ui/icons";

/** What the daemon wants the host to know: no sound, no music, not announced. */
export function Warnings({ warnings }: { warnings: string[] }) {
  if (warnings.length === 0) return null;
  return (
    <section className="warnings" aria-label={say.warnings}>
      <ul>{warnings.map((warning) => <li key={warning} data-testid="warning"><WarnIcon /><span>{warning}</span></li>)}</ul>
    </section>
  );
}

/** How far the scan is, or what it found. */
export function LibraryLine({ status }: { status: ConsoleStatus }) {
  const { library, player } = status;
  return (
    <section className="library hint" aria-label={say.library} data-testid="library">
      <p role="status">{library.scanning ? say.scanning(library.files) : say.tracks(library.tracks)}</p>
      {library.broken > 0 && <p>{say.broken(library.broken)}</p>}
      {player.name === "silent" && <p>{say.silent}</p>}
      {library.folders.map((folder) => <p key={folder} className="folder">{folder}</p>)}
    </section>
  );
}

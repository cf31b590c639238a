import { useEffect, useState } from "react";
import { host as say } from "../sentences/en/host";
import { ask, type Answer } from "../session/rest";
import type { BrokenList, ConsoleStatus, LibraryStatus } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";

/** How far the scan is, or what it found. */
export function LibraryLine({ status, token }: { status: ConsoleStatus; token: string }) {
  const { library, player } = status;
  return (
    <section className="library hint" aria-label={say.library} data-testid="library">
      <p role="status">{library.scanning ? say.scanning : say.tracks(library.tracks)}</p>
      {library.scanning && <Scan library={library} />}
      {library.broken > 0 && <Broken count={library.broken} token={token} />}
      {player.name === "silent" && <p>{say.silent}</p>}
      {library.folders.map((folder) => <p key={folder} className="folder">{folder}</p>)}
    </section>
  );
}

/** The line moves; the words beside it are not read out each second. */
function Scan({ library: { files, total, per_second, seconds_left } }: { library: LibraryStatus }) {
  const words = [say.scanned(files, total), per_second >= 1 && say.perSecond(Math.round(per_second)), seconds_left !== null && say.secondsLeft(seconds_left)];
  const text = words.filter(Boolean).join(" · ");
  // While the files are still being counted there is no share to draw.
  const share = total > 0 ? Math.min(1, files / total) : null;
  return (
    <>
      <div className="progress-bar" role="progressbar" aria-label={say.scanning} aria-valuetext={text} aria-valuenow={share === null ? undefined : Math.round(share * 100)}>
        <div className="progress-fill" style={{ transform: `scaleX(${share ?? 0})` }} />
      </div>
      <p data-testid="scan">{text}</p>
    </>
  );
}

/** How many files cannot be played; which and why, when asked. */
function Broken({ count, token }: { count: number; token: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <p><button type="button" className="as-link" onClick={() => setOpen(true)} data-testid="broken">{say.broken(count)}</button></p>
      {open && <BrokenDialog count={count} token={token} onClose={() => setOpen(false)} />}
    </>
  );
}

function BrokenDialog({ count, token, onClose }: { count: number; token: string; onClose(): void }) {
  const [answer, setAnswer] = useState<Answer<BrokenList> | null>(null);
  useEffect(() => {
    let gone = false;
    void ask<BrokenList>("/api/console/broken", token).then((next) => gone || setAnswer(next));
    return () => {
      gone = true;
    };
    // Another count: another list.
  }, [token, count]);
  return (
    <Dialog title={say.brokenTitle} onClose={onClose}>
      <p>{say.brokenText}</p>
      {answer === null && <p role="status">{say.brokenLoading}</p>}
      {answer?.ok === false && <p role="alert">{say.brokenFailed}</p>}
      {answer?.ok === true && (
        <ul className="broken-files" tabIndex={0} aria-label={say.brokenTitle}>
          {answer.value.files.map(({ path, reason }) => (
            <li key={path} data-testid="broken-file"><span className="folder">{path}</span><span className="hint" lang="en">{reason}</span></li>
          ))}
        </ul>
      )}
      <div className="dialog-actions"><Button onClick={onClose}>{say.brokenClose}</Button></div>
    </Dialog>
  );
}

import { useEffect, useState } from "react";
import { useJam } from "../jam/context";
import { canCopy, ShareButtons } from "../jam/ShareButtons";
import { host as say } from "../sentences/en/host";
import { jam } from "../sentences/en/jam";
import { bearer, sessionPath } from "../session/rest";

/** How friends come in: QR, code, link. */
export function Share({ url, token }: { url: string; token: string }) {
  const code = useJam((state) => state.code);
  const qr = useQR(code, url, token);
  return (
    <section className="panel share-panel" aria-labelledby="share-title">
      <header className="panel-head"><h2 id="share-title">{say.inviteTitle}</h2></header>
      <p className="hint">{say.inviteText}</p>
      <div className="qr">{qr === null ? <span className="hint">{say.qrLoading}</span> : <img src={qr} alt={say.qrAlt} data-testid="qr" />}</div>
      <p className="code" data-testid="code">{code}</p>
      {canCopy() ? (
        <p className="link" data-testid="link">{url}</p>
      ) : (
        <input className="link" data-testid="link" readOnly value={url} aria-label={`${jam.link}. ${say.copyByHand}`} title={say.copyByHand}
          onFocus={(event) => event.target.select()} />
      )}
      <ShareButtons link={url} />
    </section>
  );
}

/** The QR code as an image; an <img> alone could not show the host's token. */
function useQR(code: string, url: string, token: string): string | null {
  const [src, setSrc] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    let gone = false;
    let timer: ReturnType<typeof setTimeout>;
    const load = async () => {
      try {
        const response = await fetch(`${sessionPath(code)}/qr.svg`, { headers: bearer(token) });
        if (!response.ok) throw new Error(String(response.status));
        const blob = await response.blob();
        if (gone) return;
        made = URL.createObjectURL(blob);
        setSrc(made);
      } catch {
        if (!gone) timer = setTimeout(() => void load(), 3000);
      }
    };
    void load();
    return () => {
      gone = true;
      clearTimeout(timer);
      if (made !== null) URL.revokeObjectURL(made);
    };
    // The picture shows the address, so a new address needs a new picture.
  }, [code, url, token]);
  return src;
}

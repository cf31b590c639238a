import { useEffect, useId, useState } from "react";
import { Group } from "../hosting/fields";
import { useJam } from "../jam/context";
import { canCopy, ShareButtons } from "../jam/ShareButtons";
import { host as say } from "../sentences/en/host";
import { jam } from "../sentences/en/jam";
import { bearer, sessionPath } from "../session/rest";
import { linkAt, useAddress } from "./address";

interface Props {
  url: string;
  /** The TV's link; null until the daemon has told it. */
  tvUrl: string | null;
  /** What friends at a terminal see, too; none until the daemon has told them. */
  words: string[];
  token: string;
  /** Base addresses of this machine, the daemon's choice first. */
  addresses: string[];
}

/** How friends come in: QR, code, link. */
export function Share({ url, tvUrl, words, token, addresses }: Props) {
  const code = useJam((state) => state.code);
  const [base, choose] = useAddress(addresses);
  const other = base === addresses[0] ? null : base;
  const link = other === null ? url : linkAt(other, url);
  const qr = useQR(code, link, other, token);
  return (
    <section className="panel share-panel" aria-labelledby="share-title">
      <header className="panel-head"><h2 id="share-title">{say.inviteTitle}</h2></header>
      <p className="hint">{say.inviteText}</p>
      <div className="qr">{qr === null ? <span className="hint">{say.qrLoading}</span> : <img src={qr} alt={say.qrAlt} data-testid="qr" />}</div>
      <p className="code" data-testid="code">{code}</p>
      <LinkText link={link} testId="link" />
      <ShareButtons link={link} />
      {words.length > 0 && <p className="hint words" data-testid="words">{say.words} <strong>{words.join(" ")}</strong></p>}
      {addresses.length > 1 && <Addresses addresses={addresses} chosen={base} onChoose={choose} />}
      {tvUrl !== null && <TV link={other === null ? tvUrl : linkAt(other, tvUrl)} />}
    </section>
  );
}

/** The link for a screen that everyone sees. Who has it may watch, so it is apart from the one to pass on. */
function TV({ link }: { link: string }) {
  return (
    <Group title={say.tv} now={say.tvHint}>
      <p className="hint">{say.tvText}</p>
      <LinkText link={link} testId="tv-link" />
      <ShareButtons link={link} />
    </Group>
  );
}

/** A link to read and, where there is no button for it, to copy by hand. */
function LinkText({ link, testId }: { link: string; testId: string }) {
  if (canCopy()) return <p className="link" data-testid={testId}>{link}</p>;
  return (
    <input className="link" data-testid={testId} readOnly value={link} aria-label={`${jam.link}. ${say.copyByHand}`} title={say.copyByHand}
      onFocus={(event) => event.target.select()} />
  );
}

/** The machine is on several networks: which one are the friends on? */
function Addresses({ addresses, chosen, onChoose }: { addresses: string[]; chosen: string | null; onChoose(base: string): void }) {
  const id = useId();
  return (
    <fieldset className="choices addresses" aria-describedby={id}>
      <legend>{say.addresses}</legend>
      <p className="hint" id={id}>{say.addressesHint}</p>
      {addresses.map((base) => (
        <label key={base}>
          <input type="radio" name="address" checked={base === chosen} onChange={() => onChoose(base)} data-testid="address" />{base.replace(/^https?:\/\//, "")}
        </label>
      ))}
    </fieldset>
  );
}

/** The QR code of the link as an image; an <img> alone could not show the host's token. `other` is an address that is not the daemon's choice. */
function useQR(code: string, link: string, other: string | null, token: string): string | null {
  const [src, setSrc] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    let gone = false;
    let timer: ReturnType<typeof setTimeout>;
    const load = async () => {
      try {
        const at = other === null ? "" : `?base=${encodeURIComponent(other)}`;
        const response = await fetch(`${sessionPath(code)}/qr.svg${at}`, { headers: bearer(token) });
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
      // The old picture leads elsewhere than the link beside it.
      setSrc(null);
      if (made !== null) URL.revokeObjectURL(made);
    };
    // The picture shows the link, so a new link needs a new picture.
  }, [code, link, other, token]);
  return src;
}

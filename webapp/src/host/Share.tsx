import { useId } from "react";
import { Group } from "../hosting/fields";
import { useJam } from "../jam/context";
import { canCopy, ShareButtons } from "../jam/ShareButtons";
import { desk } from "../sentences/en/desk";
import { host as say } from "../sentences/en/host";
import { jam } from "../sentences/en/jam";
import { sessionPath } from "../session/rest";
import { Button } from "../ui/Button";
import { useInvitation, type Invitation } from "./invitation";
import { usePicture } from "./picture";
import { ShareLarge } from "./ShareLarge";
import { useWifi, wifiPicture } from "./wifi";
import { WifiCard } from "./WifiCard";

interface Props {
  url: string;
  /** The TV's link; null until the daemon has told it. */
  tvUrl: string | null;
  /** What friends at a terminal see, too; none until the daemon has told them. */
  words: string[];
  token: string;
  /** Base addresses of this machine, the daemon's choice first. */
  addresses: string[];
  /** It is shown large, to be held up. */
  large: boolean;
  onLarge(large: boolean): void;
}

/** How friends come in: QR, code, link; and the Wi-Fi of the house. */
export function Share({ url, tvUrl, words, token, addresses, large, onLarge }: Props) {
  const code = useJam((state) => state.code);
  const invitation = useInvitation(url, tvUrl, addresses);
  const { link, tvLink, base } = invitation;
  const qr = usePicture(`${sessionPath(code)}/qr.svg${base === null ? "" : `?base=${encodeURIComponent(base)}`}`, token, link);
  const wifi = useWifi(token);
  const name = wifi.kept?.name ?? "";
  const wifiQR = usePicture(name === "" ? null : wifiPicture, token, wifi.kept);
  return (
    <section className="panel share-panel" aria-labelledby="share-title">
      <header className="panel-head"><h2 id="share-title">{say.inviteTitle}</h2></header>
      <p className="hint">{say.inviteText}</p>
      <Ways {...invitation} />
      <div className="qr">{qr === null ? <span className="hint">{say.qrLoading}</span> : <img src={qr} alt={say.qrAlt} data-testid="qr" />}</div>
      <p className="code" data-testid="code">{code}</p>
      <LinkText link={link} testId="link" />
      <div className="share-actions">
        <ShareButtons link={link} />
        <Button onClick={() => onLarge(true)}>{desk.large}</Button>
      </div>
      {words.length > 0 && <p className="hint words" data-testid="words">{say.words} <strong>{words.join(" ")}</strong></p>}
      <WifiCard wifi={wifi} picture={wifiQR} />
      {tvLink !== null && <TV link={tvLink} />}
      {large && <ShareLarge code={code} link={link} qr={qr} wifi={wifiQR === null ? null : { name, qr: wifiQR }} onClose={() => onLarge(false)} />}
    </section>
  );
}

/** The two ways in, where there are two, and below the second one this machine's addresses, where there are several. */
function Ways({ way, choose, server, local, at, chooseAt }: Invitation) {
  const id = useId();
  const many = way === "here" && local.length > 1;
  if (server === null && !many) return null;
  return (
    <div className="ways">
      {server !== null && (
        <fieldset className="choices segments" aria-describedby={id}>
          <legend className="unseen">{desk.where}</legend>
          <label><input type="radio" name="way" checked={way === "anywhere"} onChange={() => choose("anywhere")} /><span>{desk.anywhere}</span></label>
          <label><input type="radio" name="way" checked={way === "here"} onChange={() => choose("here")} /><span>{desk.here}</span></label>
        </fieldset>
      )}
      {server !== null && <p className="hint" id={id} role="status">{way === "anywhere" ? desk.anywhereHint(server) : desk.hereHint}</p>}
      {many && (
        <fieldset className="choices addresses">
          <legend>{desk.networks}</legend>
          <p className="hint">{desk.networksHint}</p>
          {local.map((base) => (
            <label key={base}>
              <input type="radio" name="address" checked={base === at} onChange={() => chooseAt(base)} data-testid="address" />{base.replace(/^https?:\/\//, "")}
            </label>
          ))}
        </fieldset>
      )}
    </div>
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

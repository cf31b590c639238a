import { desk as say } from "../sentences/en/desk";
import { host } from "../sentences/en/host";
import { jam } from "../sentences/en/jam";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";

interface Props {
  code: string;
  link: string;
  qr: string | null;
  /** The Wi-Fi of the house, where the host has given it. */
  wifi: { name: string; qr: string } | null;
  onClose(): void;
}

/** The invitation to be held up, or printed and put on the table. */
export function ShareLarge({ code, link, qr, wifi, onClose }: Props) {
  // What stands behind the # is for machines; on paper it is in the QR code.
  const short = link.replace(/#.*/, "").replace(/^https?:\/\//, "");
  return (
    <Dialog title={say.largeTitle} className="share-large" onClose={onClose}>
      <div className="share-codes">
        {wifi !== null && (
          <figure>
            <figcaption>{say.largeWifi} <strong>{wifi.name}</strong></figcaption>
            <div className="qr"><img src={wifi.qr} alt={say.wifiAlt(wifi.name)} /></div>
          </figure>
        )}
        <figure>
          <figcaption>{say.largeJam}</figcaption>
          <div className="qr">{qr !== null && <img src={qr} alt={host.qrAlt} data-testid="qr-large" />}</div>
          <p className="hint">{say.largeCode}</p>
          <p className="code">{code}</p>
          <p className="link">{short}</p>
        </figure>
      </div>
      <div className="dialog-actions">
        <Button onClick={() => print()}>{say.print}</Button>
        <Button look="primary" onClick={onClose}>{jam.close}</Button>
      </div>
    </Dialog>
  );
}

import { useState, type FormEvent } from "react";
import { Group } from "../hosting/fields";
import { desk as say } from "../sentences/en/desk";
import type { Wifi } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { Switch } from "../ui/Switch";
import { TextField } from "../ui/TextField";
import type { WifiKeeper } from "./wifi";

/** What IEEE 802.11 allows, in bytes. */
const most = { name: 32, password: 64 };
const fewest = 8;

/** The network of the house as a second QR code; given once, kept by the daemon. */
export function WifiCard({ wifi, picture }: { wifi: WifiKeeper; picture: string | null }) {
  const { kept } = wifi;
  const [changing, setChanging] = useState(false);
  if (kept === null) return null;
  const none = kept.name === "";
  return (
    <Group title={say.wifi} now={none ? say.wifiNone : say.wifiNow(kept.name)}>
      {none || changing ? <WifiForm wifi={wifi} kept={kept} onDone={() => setChanging(false)} /> : (
        <>
          {picture !== null && <div className="qr qr-small"><img src={picture} alt={say.wifiAlt(kept.name)} data-testid="wifi-qr" /></div>}
          <p className="hint">{say.wifiText}</p>
          <div className="wifi-buttons">
            <Button onClick={() => setChanging(true)}>{say.wifiChange}</Button>
            <Button look="quiet" onClick={() => void wifi.forget()}>{say.wifiForget}</Button>
          </div>
        </>
      )}
    </Group>
  );
}

const bytes = (text: string) => new TextEncoder().encode(text).length;

function WifiForm({ wifi, kept, onDone }: { wifi: WifiKeeper; kept: Wifi; onDone(): void }) {
  const [name, setName] = useState(kept.name);
  const [password, setPassword] = useState("");
  const [hidden, setHidden] = useState(kept.hidden);
  const [wrong, setWrong] = useState<string | null>(null);
  const keeps = kept.locked && name === kept.name;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const long = bytes(password);
    if (name.trim() === "" || bytes(name) > most.name) return setWrong(say.wifiBadName);
    if (long > 0 && (long < fewest || long > most.password)) return setWrong(say.wifiBadPassword);
    const answer = await wifi.save({ name, password: password === "" && keeps ? null : password, hidden });
    setWrong(answer.ok ? null : say.wifiFailed);
    if (answer.ok) onDone();
  };
  return (
    <form className="wifi-form" onSubmit={(event) => void save(event)}>
      <TextField label={say.wifiName} value={name} maxLength={most.name} autoComplete="off" onChange={(event) => setName(event.target.value)} />
      {/* Not one of the passwords that the browser keeps for pages. */}
      <TextField label={say.wifiPassword} type="password" value={password} maxLength={most.password} autoComplete="new-password" hint={keeps ? say.wifiKept : say.wifiPasswordHint}
        onChange={(event) => setPassword(event.target.value)} />
      <Switch label={say.wifiHidden} checked={hidden} onChange={setHidden} />
      {wrong !== null && <p className="hint hint-error" role="alert">{wrong}</p>}
      <p className="hint">{say.wifiStays}</p>
      <div className="wifi-buttons"><Button look="primary" type="submit">{say.wifiSave}</Button></div>
    </form>
  );
}

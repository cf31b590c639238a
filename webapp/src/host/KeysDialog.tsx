import { desk as say } from "../sentences/en/desk";
import { jam } from "../sentences/en/jam";
import { Button, IconButton } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Switch } from "../ui/Switch";

interface Props {
  on: boolean;
  onTurn(on: boolean): void;
  onClose(): void;
}

/** In the order of an evening. */
const order = [" ", "n", "+", "-", "/", "q", "s", "r", "p", "c", "h", "e", "?", "Escape"] as const;
/** Those of the queue's handles. */
const inQueue: [keys: string[], does: string][] = [[[say.space, "Enter"], say.queueHold], [["↑", "↓"], say.queueMove], [["Esc"], say.queueBack]];

const capOf = (key: string) => (key === " " ? say.space : key === "Escape" ? "Esc" : key === "-" ? "−" : key.toUpperCase());

/** Every key that the console knows, and the way to be rid of them. */
export function KeysDialog({ on, onTurn, onClose }: Props) {
  return (
    <Dialog title={say.keysTitle} className="keys" onClose={onClose}>
      <Switch label={say.keysOn} hint={say.keysOnHint} checked={on} onChange={onTurn} />
      {/* It may be taller than the window. */}
      <div className="keys-lists" tabIndex={0} role="group" aria-label={say.keys}>
        <dl>{order.map((key) => <Row key={key} keys={key === " " ? [capOf(key), "K"] : [capOf(key)]} does={say.keyDoes[key]} />)}</dl>
        <h3>{say.keysQueue}</h3>
        <dl>{inQueue.map(([keys, does]) => <Row key={does} keys={keys} does={does} />)}</dl>
      </div>
      <p className="hint">{say.keysTyping}</p>
      <div className="dialog-actions"><Button look="primary" onClick={onClose}>{jam.close}</Button></div>
    </Dialog>
  );
}

function Row({ keys, does }: { keys: string[]; does: string }) {
  return <div><dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt><dd>{does}</dd></div>;
}

/** The way to the list for those who do not know that there are keys. */
export function KeysButton({ onClick }: { onClick(): void }) {
  return <IconButton className="keys-button" label={say.keys} aria-keyshortcuts="?" onClick={onClick}><span aria-hidden="true">{"?"}</span></IconButton>;
}

import { useSyncExternalStore } from "react";
import { jam as say } from "../sentences/en/jam";
import { IconButton } from "../ui/Button";
import { useClient, useJam } from "./context";
import "./reactions.css";

/** A few ways to say something without words, for who may chat. */
export function ReactionButtons() {
  const client = useClient();
  const may = useJam((jam) => jam.permissions.can_chat);
  if (!may) return null;
  return (
    <div className="reactions" role="group" aria-label={say.react}>
      {Object.entries(say.emojis).map(([emoji, name]) => (
        <IconButton key={emoji} label={name} onClick={() => void client.tell({ type: "react", emoji })}>{emoji}</IconButton>
      ))}
    </div>
  );
}

/** What others and oneself just said so, rising over the cover. Decoration: nobody reads them out. */
export function Floats() {
  const { reactions } = useClient();
  const floats = useSyncExternalStore(reactions.view.subscribe, reactions.view.get);
  return (
    <div className="floats" aria-hidden="true">
      {floats.map(({ key, emoji }) => <span key={key} className="float" data-testid="reaction" style={{ left: `${10 + ((key * 37) % 71)}%` }}>{emoji}</span>)}
    </div>
  );
}

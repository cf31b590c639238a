import { useState } from "react";
import { ChatPanel } from "../jam/ChatPanel";
import { useJam } from "../jam/context";
import { useUnread } from "../jam/unread";
import { jam } from "../sentences/en/jam";

/** Open where there is room for it. */
const isWide = () => typeof matchMedia === "function" && matchMedia("(min-width: 900px)").matches;

/** The chat, folded up on a small screen and where nobody has said anything yet; nothing where it is not allowed. */
export function Chat() {
  const allowed = useJam((state) => state.settings.allow_chat);
  return allowed ? <FoldedChat /> : null;
}

function FoldedChat() {
  const said = useJam((state) => state.chat.length > 0);
  // What is said later is told in the line; the page does not move under the host's hand.
  const [open, setOpen] = useState(() => said && isWide());
  const unread = useUnread(open);
  return (
    <details className="group console-chat" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="group-words"><h2>{jam.chat}</h2><span className="hint" role="status">{unread > 0 && jam.chatUnread(unread)}</span></span>
      </summary>
      {open && <ChatPanel />}
    </details>
  );
}

import { jam as say } from "../sentences/en/jam";
import { guest } from "../sentences/en/guest";
import { chunk, useChunk } from "./chunk";

const loadChat = chunk(() => import("../jam/ChatPanel").then(({ ChatPanel }) => ChatPanel));

/** The chat, once it is here: fetched by who opens it. */
export function Chat() {
  const part = useChunk(loadChat);
  if (part === "failed") return <p className="hint hint-error" role="alert">{guest.chatFailed}</p>;
  return part === null ? <p className="hint" role="status">{say.connecting}</p> : <part.Part />;
}

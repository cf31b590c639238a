import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { jam as say } from "../sentences/en/jam";
import { keyOf, lengthOf } from "../session/chat";
import { limits, type ChatLine } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { isComposing } from "../ui/composing";
import { timeOf } from "../ui/dates";
import "./chat.css";
import { useClient, useJam } from "./context";

/** Told from so many characters before the end on. */
const tellLeft = 100;
/** Within this many px of the end counts as at the end. */
const nearEnd = 60;

/** What people say to each other, and one's own word. */
export function ChatPanel() {
  const may = useJam((jam) => jam.permissions.can_chat);
  return (
    <section className="chat" aria-label={say.chat}>
      <Lines />
      {may ? <Say /> : <p className="hint chat-muted">{say.chatMuted}</p>}
    </section>
  );
}

/** Follows the newest line while that is in sight; who reads back is left there. */
function Lines() {
  const chat = useJam((jam) => jam.chat);
  const me = useJam((jam) => jam.me);
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    if (follows.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [chat]);
  const scrolled = () => {
    if (box.current !== null) follows.current = box.current.scrollHeight - box.current.scrollTop - box.current.clientHeight < nearEnd;
  };
  return (
    <div className="chat-lines" ref={box} role="log" aria-label={say.chatLog} tabIndex={0} onScroll={scrolled}>
      {chat.length === 0 && <p className="hint">{say.chatEmpty}</p>}
      <ul>{chat.map((line) => <Line key={keyOf(line)} line={line} mine={line.from_id === me} />)}</ul>
    </div>
  );
}

function Line({ line, mine }: { line: ChatLine; mine: boolean }) {
  return (
    <li className={mine ? "chat-line chat-mine" : "chat-line"} data-testid="chat-line">
      <strong>{mine ? say.youParticipant : line.from}</strong>{" "}
      <time className="hint" dateTime={line.at}>{timeOf(new Date(line.at))}</time>
      <p>{line.message}</p>
    </li>
  );
}

function Say() {
  const client = useClient();
  const [text, setText] = useState("");
  const left = limits.maxChat - lengthOf(text.trim());
  const send = async (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    const message = text.trim();
    if (message === "" || left < 0) return;
    setText("");
    const { ok } = await client.tell({ type: "chat", message });
    // The words of somebody who was too quick are not lost, unless they have written on meanwhile.
    if (!ok) setText((now) => (now === "" ? message : now));
  };
  return (
    <form className="chat-say" onSubmit={(event) => void send(event)}>
      <textarea rows={1} aria-label={say.chatField} placeholder={say.chatField} value={text} enterKeyHint="send" aria-invalid={left < 0}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && !event.shiftKey && !isComposing(event.nativeEvent) && void send(event)} />
      <Button look="primary" type="submit" aria-disabled={text.trim() === "" || left < 0}>{say.chatSend}</Button>
      <p className={left < 0 ? "hint hint-error" : "hint"} role="status">{left <= tellLeft && say.chatLeft(left)}</p>
    </form>
  );
}

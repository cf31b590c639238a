import { useEffect, useState } from "react";
import { keyOf, unread } from "../session/chat";
import { useJam } from "./context";

/** How many messages came since the chat was last open. What was said before this page came is old. */
export function useUnread(open: boolean): number {
  const chat = useJam((jam) => jam.chat);
  const me = useJam((jam) => jam.me);
  const last = chat[chat.length - 1];
  const newest = last === undefined ? null : keyOf(last);
  const [read, setRead] = useState(newest);
  useEffect(() => {
    if (open) setRead(newest);
  }, [open, newest]);
  return open ? 0 : unread(chat, read, me);
}

import { useEffect, useRef, useState, type ReactNode } from "react";
import { useClient, useJam, useView } from "../jam/context";
import "../jam/jam.css";
import { JamToasts } from "../jam/JamToasts";
import { Banner, NetworkBadge, NetworkMark } from "../jam/NetworkBadge";
import { NowPlaying } from "../jam/NowPlaying";
import { SearchTracks } from "../jam/SearchTracks";
import { useUnread } from "../jam/unread";
import { useUpNext } from "../jam/upNext";
import { guest as say } from "../sentences/en/guest";
import { jam } from "../sentences/en/jam";
import { hostName, mayHost } from "../session/selectors";
import { Button, IconButton } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { keepFocus } from "../ui/focus";
import { ChatIcon, LeaveIcon, Mark, PeopleIcon, PlusIcon, QueueIcon } from "../ui/icons";
import { Chat } from "./Chat";
import { EndingBanner } from "./EndingBanner";
import { GuestQueue } from "./GuestQueue";
import { Invite } from "./Invite";
import { KeepAwake } from "./KeepAwake";
import { rememberJam } from "./memory";
import { People } from "./People";
import { useRightsNews } from "./rightsNews";
import "./session.css";

type Tab = "queue" | "add" | "people" | "chat";

/** `/jam/{code}/session`: the jam. On a phone one part at a time, changed with the thumb; on a wide screen all. */
export function SessionPage() {
  const [tab, setTab] = useState<Tab>("queue");
  const [leaving, setLeaving] = useState(false);
  const mayChat = useJam((state) => state.settings.allow_chat);
  // The chat goes while it is looked at: whoever was there does not find it open again later.
  if (tab === "chat" && !mayChat) setTab("queue");
  const unread = useUnread(tab === "chat");
  const client = useClient();
  const name = useJam((state) => state.settings.name ?? say.inJam(hostName(state)));
  const playing = useJam((state) => state.current?.track_info.title ?? null);
  useEffect(() => {
    document.title = `${playing === null ? "" : `${playing} · `}${name}`;
  }, [playing, name]);
  const called = useJam((state) => state.settings.name ?? say.jamOf(hostName(state)));
  useEffect(() => rememberJam(client.code, called), [client, called]);
  useRightsNews();
  useUpNext();
  const page = useRef<HTMLDivElement>(null);
  useEffect(() => (page.current === null ? undefined : keepFocus(page.current)), []);
  const choose = (next: Tab) => {
    setTab(next);
    client.fewerPeople();
    window.scrollTo(0, 0);
  };
  return (
    <div className={`session session-${tab}`} ref={page}>
      <header className="session-head">
        <Mark />
        <h1 data-testid="jam-name">{name}</h1>
        <NetworkBadge />
        <NetworkMark />
        {mayChat && <ChatToggle open={tab === "chat"} unread={unread} onClick={() => choose(tab === "chat" ? "queue" : "chat")} />}
        <IconButton label={say.leave} onClick={() => setLeaving(true)}><LeaveIcon /></IconButton>
      </header>
      <Banner />
      <EndingBanner />
      <main className="session-main">
        <NowPlaying />
        <div className="part part-queue"><GuestQueue /></div>
        <div className="part part-add"><SearchTracks /></div>
        <div className="part part-people"><People /><KeepAwake /><Invite /></div>
        {mayChat && <div className="part part-chat" id="chat">{tab === "chat" && <Chat />}</div>}
      </main>
      <nav className="tabs" aria-label={say.sections}>
        <TabButton chosen={tab === "queue"} onClick={() => choose("queue")} icon={<QueueIcon />}>{say.tabQueue}<Waiting /></TabButton>
        <TabButton chosen={tab === "add"} onClick={() => choose("add")} icon={<PlusIcon />}>{say.tabAdd}</TabButton>
        <TabButton chosen={tab === "people"} onClick={() => choose("people")} icon={<PeopleIcon />}>{say.tabPeople}<Knocks /></TabButton>
        {mayChat && <TabButton chosen={tab === "chat"} onClick={() => choose("chat")} icon={<ChatIcon />}>{say.tabChat}<Unread unread={unread} /></TabButton>}
      </nav>
      <JamToasts />
      {leaving && <LeaveDialog onClose={() => setLeaving(false)} />}
    </div>
  );
}

function TabButton({ chosen, onClick, icon, children }: { chosen: boolean; onClick(): void; icon: ReactNode; children: ReactNode }) {
  return <button type="button" className="tab" aria-pressed={chosen} onClick={onClick}>{icon}<span className="tab-text">{children}</span></button>;
}

/** On a wide screen, where there are no tabs: the chat comes over a corner and goes again. */
function ChatToggle({ open, unread, onClick }: { open: boolean; unread: number; onClick(): void }) {
  return (
    <button type="button" className="icon-button chat-toggle" aria-expanded={open} aria-controls="chat" onClick={onClick} title={say.tabChat}>
      <ChatIcon /><span className="unseen">{say.tabChat}</span><Unread unread={unread} />
    </button>
  );
}

function Unread({ unread }: { unread: number }) {
  if (unread === 0) return null;
  return <span className="unread" data-testid="unread"><span aria-hidden="true">{unread > 99 ? "99+" : unread}</span><span className="unseen">{jam.chatUnread(unread)}</span></span>;
}

/** How many wait to be let in, for who may do that. */
function Knocks() {
  const knocks = useJam((state) => (mayHost(state) ? state.pending.length : 0));
  return knocks > 0 ? <span className="unread">{knocks}</span> : null;
}

/** How many songs wait, on the tab. */
function Waiting() {
  const waiting = useView((view) => (view.jam?.upcoming.length ?? 0) + view.adding.length);
  return waiting > 0 ? <span className="tab-count"> {waiting}</span> : null;
}

function LeaveDialog({ onClose }: { onClose(): void }) {
  const client = useClient();
  return (
    <Dialog title={say.leaveTitle} onClose={onClose}>
      <p>{say.leaveText}</p>
      <div className="dialog-actions">
        <Button onClick={onClose}>{jam.cancel}</Button>
        <Button look="danger" onClick={() => client.leave()}>{say.leave}</Button>
      </div>
    </Dialog>
  );
}

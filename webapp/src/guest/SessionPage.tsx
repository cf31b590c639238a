import { useEffect, useState, type ReactNode } from "react";
import { useClient, useJam, useView } from "../jam/context";
import "../jam/jam.css";
import { JamToasts } from "../jam/JamToasts";
import { Banner, NetworkBadge } from "../jam/NetworkBadge";
import { NowPlaying } from "../jam/NowPlaying";
import { Participants } from "../jam/Participants";
import { Queue } from "../jam/Queue";
import { SearchTracks } from "../jam/SearchTracks";
import { guest as say } from "../sentences/en/guest";
import { jam } from "../sentences/en/jam";
import { hostName } from "../session/selectors";
import { Button, IconButton } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { LeaveIcon, Mark, PeopleIcon, PlusIcon, QueueIcon } from "../ui/icons";
import { Invite } from "./Invite";
import "./session.css";

type Tab = "queue" | "add" | "people";

/** `/jam/{code}/session`: the jam. On a phone one part at a time, changed with the thumb; on a wide screen all. */
export function SessionPage() {
  const [tab, setTab] = useState<Tab>("queue");
  const [leaving, setLeaving] = useState(false);
  const client = useClient();
  const name = useJam((state) => state.settings.name ?? say.inJam(hostName(state)));
  const playing = useJam((state) => state.current?.track_info.title ?? null);
  useEffect(() => {
    document.title = `${playing === null ? "" : `${playing} · `}${name}`;
  }, [playing, name]);
  const choose = (next: Tab) => {
    setTab(next);
    client.fewerPeople();
    window.scrollTo(0, 0);
  };
  return (
    <div className={`session session-${tab}`}>
      <header className="session-head">
        <Mark />
        <h1 data-testid="jam-name">{name}</h1>
        <NetworkBadge />
        <IconButton label={say.leave} onClick={() => setLeaving(true)}><LeaveIcon /></IconButton>
      </header>
      <Banner />
      <main className="session-main">
        <NowPlaying />
        <div className="part part-queue"><Queue /></div>
        <div className="part part-add"><SearchTracks /></div>
        <div className="part part-people"><Participants /><Invite /></div>
      </main>
      <nav className="tabs" aria-label={say.sections}>
        <TabButton chosen={tab === "queue"} onClick={() => choose("queue")} icon={<QueueIcon />}>{say.tabQueue}<Waiting /></TabButton>
        <TabButton chosen={tab === "add"} onClick={() => choose("add")} icon={<PlusIcon />}>{say.tabAdd}</TabButton>
        <TabButton chosen={tab === "people"} onClick={() => choose("people")} icon={<PeopleIcon />}>{say.tabPeople}</TabButton>
      </nav>
      <JamToasts />
      {leaving && <LeaveDialog onClose={() => setLeaving(false)} />}
    </div>
  );
}

function TabButton({ chosen, onClick, icon, children }: { chosen: boolean; onClick(): void; icon: ReactNode; children: ReactNode }) {
  return <button type="button" className="tab" aria-pressed={chosen} onClick={onClick}>{icon}<span className="tab-text">{children}</span></button>;
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

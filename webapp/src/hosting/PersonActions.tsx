import { useId, useState } from "react";
import { useClient, useJam } from "../jam/context";
import { hosting as say } from "../sentences/en/hosting";
import { self } from "../session/selectors";
import type { Command } from "../session/outbox";
import type { JamParticipant } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "./ConfirmDialog";

type Question = "kick" | "transfer";

/** The host, or the seat at the console, which shows as a member after a transfer: nobody decides about their rights. */
export const runsJam = ({ role, permissions }: JamParticipant): boolean => role === "host" || permissions.can_kick;

/** What a host may do with somebody, each with what it means. */
export function PersonActions({ person }: { person: JamParticipant }) {
  const client = useClient();
  const chat = useJam((jam) => jam.settings.allow_chat);
  const [question, setQuestion] = useState<Question | null>(null);
  const { id, role, permissions } = person;
  const tell = (command: Command) => void client.tell(command);
  const muted = !permissions.can_chat;
  const runs = runsJam(person);
  return (
    <div className="person-actions">
      {!runs && role === "guest" && <Action label={say.makeMember} hint={say.makeMemberHint} onClick={() => tell({ type: "set_role", participant_id: id, role: "member" })} />}
      {!runs && role === "member" && <Action label={say.makeGuest} hint={say.makeGuestHint} onClick={() => tell({ type: "set_role", participant_id: id, role: "guest" })} />}
      {chat && !runs && (
        <Action label={muted ? say.unmute : say.mute} hint={muted ? say.unmuteHint : say.muteHint}
          onClick={() => tell({ type: "set_permissions", participant_id: id, permissions: { can_chat: muted ? null : false } })} />
      )}
      {role !== "host" && <Action label={say.transfer} hint={say.transferHint} onClick={() => setQuestion("transfer")} />}
      {!runs && <Action label={say.kick} hint={say.kickHint} onClick={() => setQuestion("kick")} />}
      {question === "kick" && <KickDialog person={person} onClose={() => setQuestion(null)} />}
      {question === "transfer" && <TransferDialog person={person} onClose={() => setQuestion(null)} />}
    </div>
  );
}

function Action({ label, hint, onClick }: { label: string; hint: string; onClick(): void }) {
  const id = useId();
  return <div className="person-action"><Button aria-describedby={id} onClick={onClick}>{label}</Button><span className="hint" id={id}>{hint}</span></div>;
}

interface DialogProps {
  person: JamParticipant;
  onClose(): void;
}

function KickDialog({ person: { id, display_name }, onClose }: DialogProps) {
  const client = useClient();
  return (
    <ConfirmDialog title={say.kickTitle(display_name)} confirm={say.kickConfirm} danger onClose={onClose}
      onConfirm={() => void client.tell({ type: "kick", participant_id: id })}>
      <p>{say.kickText(display_name)}</p>
    </ConfirmDialog>
  );
}

function TransferDialog({ person: { id, display_name }, onClose }: DialogProps) {
  const client = useClient();
  return (
    <ConfirmDialog title={say.transferTitle(display_name)} confirm={say.transferConfirm} onClose={onClose}
      onConfirm={() => void client.tell({ type: "transfer_host", participant_id: id })}>
      <p>{say.transferText(display_name)}</p>
      <p>{say.transferKeep}</p>
    </ConfirmDialog>
  );
}

/** At a console whose host handed over: who runs the jam now, and the way back. */
export function TakeBack() {
  const client = useClient();
  const me = useJam((jam) => jam.me);
  const given = useJam((jam) => self(jam)?.role !== "host");
  const other = useJam((jam) => jam.people.find(({ role }) => role === "host")?.display_name ?? null);
  if (!given || me === null) return null;
  return (
    <div className="take-back" role="status">
      <p>{other === null ? say.transferredAway : say.transferred(other)}</p>
      <Button look="primary" onClick={() => void client.tell({ type: "transfer_host", participant_id: me })}>{say.takeBack}</Button>
    </div>
  );
}

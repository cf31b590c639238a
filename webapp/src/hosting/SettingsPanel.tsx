import type { ReactNode } from "react";
import { hosting as say } from "../sentences/en/hosting";
import { jam } from "../sentences/en/jam";
import { limits, type JamSettings } from "../session/wire.gen";
import { Switch } from "../ui/Switch";
import { Group, NumberField } from "./fields";
import "./hosting.css";
import { SongRules } from "./SongRules";
import { ThisJam } from "./ThisJam";
import { Threshold } from "./Threshold";
import { useSettings, type Rules } from "./rules";

/** The rules of the jam, changed while it runs; `door` is what a page decides for itself about who comes in. */
export function SettingsPanel({ door }: { door?: ReactNode }) {
  const rules = useSettings();
  return (
    <section className="panel settings" aria-labelledby="settings-title">
      <header className="panel-head"><h2 id="settings-title">{say.settings}</h2></header>
      <GuestsMay {...rules} />
      <Joining {...rules}>{door}</Joining>
      <SongRules {...rules} />
      <ThisJam {...rules} />
    </section>
  );
}

function GuestsMay({ settings, change }: Rules) {
  return (
    <Group title={say.guestsMay} now={guestsNow(settings)} open>
      <Switch label={say.guestsAdd} checked={settings.guest_can_add} onChange={(on) => change({ guest_can_add: on })} />
      <Switch label={say.guestsRemoveOwn} checked={settings.guest_can_remove_own} onChange={(on) => change({ guest_can_remove_own: on })} />
      <Switch label={say.guestsVote} checked={settings.guest_can_skip_vote} onChange={(on) => change({ guest_can_skip_vote: on })} />
      <Threshold value={settings.skip_threshold} onChange={(share) => change({ skip_threshold: share })} />
      <Switch label={say.chat} checked={settings.allow_chat} onChange={(on) => change({ allow_chat: on })} />
      <Switch label={say.guestsVolume} checked={settings.guest_can_set_volume} onChange={(on) => change({ guest_can_set_volume: on })} />
      <Switch label={say.guestsControl} hint={say.guestsControlHint} checked={settings.guest_can_control} onChange={(on) => change({ guest_can_control: on })} />
    </Group>
  );
}

function guestsNow({ guest_can_add, guest_can_skip_vote, allow_chat, guest_can_control }: JamSettings): string {
  const now = say.guestsNow;
  if (guest_can_control) return now.everything;
  return jam.all([now.nothing, guest_can_add && now.add, guest_can_skip_vote && now.vote, allow_chat && now.chat]);
}

function Joining({ settings, change, children }: Rules & { children: ReactNode }) {
  const now = !settings.allow_guests ? say.joiningNow.members : settings.require_approval ? say.joiningNow.asked : say.joiningNow.everyone;
  return (
    <Group title={say.joining} now={now}>
      <Switch label={say.allowGuests} hint={say.allowGuestsHint} checked={settings.allow_guests} onChange={(on) => change({ allow_guests: on })} />
      <Switch label={say.requireApproval} hint={say.requireApprovalHint} checked={settings.require_approval} onChange={(on) => change({ require_approval: on })} />
      {children}
      <Switch label={say.verifiedOnly} hint={say.verifiedOnlyHint} checked={settings.verified_only} onChange={(on) => change({ verified_only: on })} />
      <NumberField label={say.mostGuests} hint={say.mostGuestsHint(limits.maxParticipants)} min={1} max={limits.maxParticipants}
        value={settings.max_participants} onChange={(most) => change({ max_participants: most })} />
    </Group>
  );
}

import { useEffect, useRef } from "react";
import { useClient, useJam } from "../jam/context";
import { guest as say } from "../sentences/en/guest";
import { self } from "../session/selectors";
import type { JamParticipant, JamPermissions, JamSettings } from "../session/wire.gen";

type Right = keyof typeof say.rights;

/** Which setting gives each right to everyone. The controls come and go as one, so `can_control` speaks for all of them. */
const settingOf: Record<Right, keyof JamSettings> = {
  can_control: "guest_can_control", can_add_to_queue: "guest_can_add", can_vote_skip: "guest_can_skip_vote", can_chat: "allow_chat",
  can_set_volume: "guest_can_set_volume", can_remove_own: "guest_can_remove_own",
};

interface Standing {
  role: JamParticipant["role"];
  permissions: JamPermissions;
}

/** Which rights came or went. */
function changed({ permissions: before }: Standing, { permissions: now }: Standing): Right[] {
  return (Object.keys(settingOf) as Right[]).filter((right) => before[right] !== now[right]);
}

/** What a person is told when buttons come or go under their hands: one sentence for all that changed at once. */
export function rightsNews(before: Standing, now: Standing, settings: JamSettings): string | null {
  if (before.role !== now.role) {
    if (now.role === "host") return say.youHost;
    if (before.role === "host") return say.youNoHost;
    return now.role === "member" ? say.youMember : say.youGuest;
  }
  const news = changed(before, now).map((right) => sentence(right, now.permissions[right], settings));
  return news.length === 0 ? null : news.join(" ");
}

/** A right that the settings give and that one person has not was taken from this one alone. */
function sentence(right: Right, has: boolean, settings: JamSettings): string {
  const { given, taken, takenFromYou } = say.rights[right];
  return has ? given : settings[settingOf[right]] === true ? takenFromYou : taken;
}

/** Says so in a toast. */
export function useRightsNews(): void {
  const { notices } = useClient();
  const role = useJam((jam) => self(jam)?.role ?? "guest");
  const permissions = useJam((jam) => jam.permissions);
  const settings = useJam((jam) => jam.settings);
  const before = useRef<Standing>({ role, permissions });
  useEffect(() => {
    const [was, now] = [before.current, { role, permissions }];
    before.current = now;
    const news = rightsNews(was, now, settings);
    if (news !== null) notices.show("info", news, was.role !== role ? "role" : changed(was, now).join());
  }, [notices, role, permissions, settings]);
}

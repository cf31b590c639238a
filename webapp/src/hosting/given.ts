import type { JamParticipant, JamPermissions, JamSettings } from "../session/wire.gen";

/** The rights that a host may decide for one person, in the order in which they are shown. */
export const decided = ["can_add_to_queue", "can_skip", "can_reorder", "can_remove_any", "can_set_volume"] as const;
export type Right = (typeof decided)[number];

/**
 * What the settings give somebody of that role. The host tells only what holds; where
 * that is another than this, it was decided for the one person.
 */
export function givenBySettings(role: JamParticipant["role"], settings: JamSettings): Pick<JamPermissions, Right> {
  const all = role === "host" || settings.guest_can_control;
  return {
    can_add_to_queue: role !== "guest" || settings.guest_can_add,
    can_skip: all,
    can_reorder: all,
    can_remove_any: all,
    can_set_volume: role === "host" || settings.guest_can_set_volume,
  };
}

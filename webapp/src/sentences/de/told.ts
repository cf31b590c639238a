import type { ErrorCode } from "../../session/wire.gen";
import type * as english from "../en/told";

const refusals: Record<ErrorCode, string> = {
  session_not_found: "Diesen Jam gibt es nicht",
  session_ended: "Dieser Jam ist vorbei",
  session_full: "Dieser Jam ist voll",
  not_authorized: "Das darfst du hier nicht",
  already_joined: "Du bist schon in diesem Jam",
  track_not_found: "Diesen Song gibt es nicht",
  queue_full: "Mehr Songs kannst du gerade nicht hinzufügen",
  rate_limited: "Langsam! Versuch es gleich noch einmal",
  bad_request: "Das hat der Host nicht verstanden",
  internal: "Beim Host ging etwas schief",
  already_active: "Es läuft schon ein Jam",
  duplicate_track: "Dieser Song steht schon in der Liste",
  track_too_long: "Dieser Song ist zu lang für diesen Jam",
  banned: "Der Host hat dich aus diesem Jam entfernt",
  host_offline: "Der Host ist weg",
  version_unsupported: "Bitte lade die Seite neu",
};

export const refusal: typeof english.refusal = (code) => refusals[code] ?? refusals.internal;

export const notice: typeof english.notice = ({ kind, params: { name, by, track, reason, new_host }, message }) => {
  switch (kind) {
    case "participant_joined": return `${name} ist dabei`;
    case "participant_left": return `${name} ist gegangen`;
    case "track_added": return `„${track}“ kommt von ${by}`;
    case "track_removed": return by === undefined ? `„${track}“ ist jetzt gesperrt und nicht mehr in der Liste` : `${by} hat „${track}“ entfernt`;
    case "now_playing": return `Jetzt läuft „${track}“`;
    case "track_skipped":
      return `„${track}“ ${reason === "voted out" ? "wurde abgewählt" : reason === "blocked" ? "wurde übersprungen, weil er gesperrt ist" : "konnte nicht gespielt werden"}`;
    case "session_ending": return "Der Jam endet bald";
    case "host_transferred": return `${new_host} ist jetzt der Host`;
    case "up_next": return `Du bist als Nächstes dran: „${track}“`;
  }
  return message;
};

export const ownWords: typeof english.ownWords = () => null;

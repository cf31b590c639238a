import type { display as english } from "../en/display";
import type { Translation } from "../translation";

/** What the screen in the corner says. */
export const display: Translation<typeof english> = {
  scan: "Songs dazu? Scan mich!",
  orCode: "oder Code eingeben",
  orCodeAt: "oder Code eingeben auf",
  listening: (n) => (n === 1 ? "1 Person" : `${n} Personen`),
  more: (n) => (n === 1 ? "und 1 weiterer Song" : `und ${n} weitere Songs`),
  skip: (votes, required) => `Diesen Song überspringen? ${votes} von ${required}`,
  reconnecting: "Die Verbindung ist weg. Neuer Versuch…",
  hostAway: "Der Host ist weg. Der Jam wartet auf ihn.",
  endsSoon: "Der Jam endet bald",
  goesOn: "Hier geht es von selbst weiter.",
  denied: "Dieser Bildschirm braucht den TV-Link der Konsole",
  deniedText: "Er steht in der Konsole des Hosts; öffne ihn hier.",
  full: "Genug Bildschirme zeigen diesen Jam schon",
  ended: "Der nächste Jam hat einen eigenen TV-Link. Er steht in der Konsole des Hosts.",
  newVersion: "Eine neuere Version kommt gleich",
};

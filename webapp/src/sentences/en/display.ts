/** What the screen in the corner says. Nobody sits before it: nothing here asks for anything to be clicked. */
export const display = {
  scan: "Scan to add songs",
  orCode: "or type this code",
  orCodeAt: "or type this code at",
  listening: (n: number) => (n === 1 ? "1 person" : `${n} people`),
  more: (n: number) => (n === 1 ? "and 1 more song" : `and ${n} more songs`),
  skip: (votes: number, required: number) => `Skip this song? ${votes} of ${required}`,
  reconnecting: "The connection is gone. Trying again…",
  hostAway: "The host is away. The jam waits for them.",
  endsSoon: "The jam ends soon",
  goesOn: "This screen goes on by itself.",
  denied: "This screen needs the TV link of the console",
  deniedText: "You find it in the host’s console; open it here.",
  full: "Enough screens show this jam already",
  ended: "The next jam has a TV link of its own. It stands in the host’s console.",
  newVersion: "A newer version is on its way",
} as const;

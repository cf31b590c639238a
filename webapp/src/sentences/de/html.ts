import type { html as english } from "../en/html";
import type { Translation } from "../translation";

/** What stands in index.html and console.html before any script runs. */
export const html: Translation<typeof english> = {
  noScript: "Diese Seite braucht JavaScript.",
  moment: "Einen Moment…",
  consoleTitle: "Soul Jam Konsole",
};

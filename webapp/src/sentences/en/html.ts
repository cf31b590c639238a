/** What stands in index.html and console.html before any script runs. Read by the build alone, which puts the page's language in the place of the English words there. */
export const html = {
  noScript: "This page needs JavaScript.",
  moment: "One moment…",
  consoleTitle: "Soul Jam console",
} as const;

/** The link at another of the host's addresses. What the link pins is the soul-server's guests' need alone; a TV's token stays. */
export function linkAt(base: string, link: string): string {
  const { pathname, search, hash } = new URL(link);
  const tv = /[#&](tv=.*)$/.exec(hash)?.[1];
  return base.replace(/\/$/, "") + pathname + search + (tv === undefined ? "" : `#${tv}`);
}

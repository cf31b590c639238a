import { linkKey } from "./memory";

/** A jam's link, as this page knows it: without the key where only the code was typed. */
export const pageLink = (code: string) => `${location.origin}/jam/${code}${keyPart(code)}`;

/** The same for the program on this computer, `hostd join`: it asks for the host where this page came from. */
export const appLink = (code: string) => `soul-jam://${code}?server=${encodeURIComponent(location.origin)}${keyPart(code)}`;

function keyPart(code: string): string {
  const key = linkKey(code);
  return key === null ? "" : `#${key}`;
}

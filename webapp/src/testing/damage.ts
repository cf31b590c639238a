/** How often a reader is given damaged input: enough for every kind of damage at every place of a short text. */
export const rounds = 5000;

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Characters that mean something to one reader or another. */
const odd = ["\0", "\n", "\r", "\u202e", "\ud800", "%", "%2F", "#", "&", "/", "\\", "..", "'", '"', "{", "]", "ＡＢ", "0", "-", "=", "é", "\u{1f389}"];

/** A text with one to three places cut out, doubled, replaced or filled. */
export function damaged(text: string, random: () => number): string {
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) {
    const at = Math.floor(random() * (text.length + 1));
    const end = Math.min(text.length, at + Math.floor(random() * 6));
    const put = odd[Math.floor(random() * odd.length)] ?? "";
    switch (Math.floor(random() * 4)) {
      case 0: text = text.slice(0, at) + text.slice(end); break;
      case 1: text = text.slice(0, end) + text.slice(at); break;
      case 2: text = text.slice(0, at) + put + text.slice(end); break;
      default: text = text.slice(0, at) + put + text.slice(at);
    }
  }
  return text;
}

/** What stands behind the # of a jam's link, where no server sees it. */
export interface Fragment {
  /** The bundle's hash and the join secret, 43 characters of base64url; null when there is none. */
  key: string | null;
  /** A screen's token, "" when there is none. */
  tv: string;
  /** There is something that should be a key, and is not a whole one. */
  cut: boolean;
}

/** 32 bytes: the last character has two bits to spare, which are zero. */
const whole = /^[\w-]{42}[AEIMQUYcgkosw048]$/;

/** Reads `#KEY`, `#KEY&tv=TOKEN` or `#tv=TOKEN`. */
export function readFragment(hash: string): Fragment {
  const [key = "", tv = ""] = hash.slice(1).split(/&?tv=/);
  const fits = whole.test(key);
  return { key: fits ? key : null, tv, cut: key !== "" && !fits };
}

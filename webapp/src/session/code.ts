/** The letters of a share code. Those that people mistake for another are not among them. */
const alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
const neverUsed = "ILO01";

export type CodeReading =
  | { ok: true; code: string }
  | { ok: false; why: "empty" | "length" }
  /** It holds characters that never occur in a code; `characters` names them. */
  | { ok: false; why: "never_used" | "foreign"; characters: string[] };

/** What stands behind the # of a link somewhere in a text; "" when nothing does. */
export function hashIn(typed: string): string {
  return /\/jam\/[^\s#]*(#[\w-]*)/.exec(typed)?.[1] ?? "";
}

/**
 * Reads what a person typed or pasted: any case, with or without dash or spaces,
 * or a text with the whole link in it. The answer is the code as it is written: HQRS-2K4M.
 */
export function readCode(typed: string): CodeReading {
  const linked = /\/jam\/([\w%-]+)/.exec(typed);
  const letters = [...(linked?.[1] ?? typed).normalize("NFKC").toUpperCase()].filter((c) => !/[\s\-\u2010-\u2015_.]/.test(c));
  if (letters.length === 0) return { ok: false, why: "empty" };
  const never = letters.filter((c) => neverUsed.includes(c));
  if (never.length > 0) return { ok: false, why: "never_used", characters: [...new Set(never)] };
  const foreign = letters.filter((c) => !alphabet.includes(c));
  if (foreign.length > 0) return { ok: false, why: "foreign", characters: [...new Set(foreign)] };
  if (letters.length !== 8) return { ok: false, why: "length" };
  return { ok: true, code: `${letters.slice(0, 4).join("")}-${letters.slice(4).join("")}` };
}

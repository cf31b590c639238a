import { errorCodes, type ErrorCode } from "./wire.gen";

/** An answer of the host over HTTP: what was asked for, or why not. `unreachable` = no answer at all. */
export type Answer<T> = { ok: true; value: T } | { ok: false; code: ErrorCode | "unreachable"; status: number; message: string; endReason: string | null };

/** Asks the host at the page's own origin. */
export async function ask<T>(path: string, token: string | null, init: RequestInit = {}): Promise<Answer<T>> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { ...init.headers, ...bearer(token) }, cache: "no-store" });
  } catch {
    return { ok: false, code: "unreachable", status: 0, message: "", endReason: null };
  }
  if (response.status === 204) return { ok: true, value: undefined as T };
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && body !== null) return { ok: true, value: body as T };
  const { code, message, end_reason } = (body ?? {}) as Record<string, unknown>;
  const known = typeof code === "string" && errorCodes.includes(code) ? (code as ErrorCode) : fromStatus(response.status);
  return { ok: false, code: known, status: response.status, message: text(message) ?? "", endReason: text(end_reason) };
}

const text = (value: unknown) => (typeof value === "string" ? value : null);

export function bearer(token: string | null): Record<string, string> {
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

export function sessionPath(code: string): string {
  return `/api/jam/sessions/${encodeURIComponent(code)}`;
}

/** For answers whose body does not say, such as those of a proxy. */
function fromStatus(status: number): ErrorCode | "unreachable" {
  switch (status) {
    case 401: return "not_authorized";
    case 404: return "session_not_found";
    case 410: return "session_ended";
    case 429: return "rate_limited";
    case 502: case 504: return "unreachable";
    case 503: return "host_offline";
  }
  return "internal";
}

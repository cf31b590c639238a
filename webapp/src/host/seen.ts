import { host as say } from "../sentences/en/host";
import type { Member } from "../session/wire.gen";
import { dayOf, timeOf } from "../ui/dates";

const minuteMs = 60_000;

/** When somebody was here last, as one would say it; by the calendar of who reads it. */
export function seenWords({ connected, last_seen }: Member, now: number): string {
  if (connected) return say.hereNow;
  if (last_seen === null) return say.seenLongAgo;
  const at = new Date(last_seen);
  const minutes = Math.floor((now - at.getTime()) / minuteMs);
  if (minutes < 60) return say.seenMinutes(Math.max(0, minutes));
  const days = daysBetween(at, new Date(now));
  if (days === 0) return say.seenToday(timeOf(at));
  return days < 7 ? say.seenDays(days) : say.seenOn(dayOf(at));
}

/** Midnights between the two. Noon stands for a day, so that a change to summer time makes no difference. */
function daysBetween(from: Date, to: Date): number {
  const noon = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate(), 12).getTime();
  return Math.round((noon(to) - noon(from)) / (24 * 60 * minuteMs));
}

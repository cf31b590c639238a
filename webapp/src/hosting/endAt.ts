import { hosting as say } from "../sentences/en/hosting";
import { dayAndTimeOf, timeOf } from "../ui/dates";

/** 23:05, as a time field holds it. */
export function timeOfDay(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The next time that clocks here show this; null when it is not a time. */
export function endingAt(time: string, now: Date): Date | null {
  const parts = /^(\d\d):(\d\d)/.exec(time);
  if (parts === null) return null;
  const at = new Date(now);
  at.setHours(Number(parts[1]), Number(parts[2]), 0, 0);
  if (at <= now) at.setDate(at.getDate() + 1);
  return at;
}

export function whenInWords(at: Date, now: Date): string {
  const time = timeOf(at);
  const tomorrow = new Date(now);
  tomorrow.setDate(tomorrow.getDate() + 1);
  if (at.toDateString() === now.toDateString()) return say.endToday(time);
  if (at.toDateString() === tomorrow.toDateString()) return say.endTomorrow(time);
  return say.endLater(dayAndTimeOf(at));
}

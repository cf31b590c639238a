/** A moment in the words of the page's language, as they say it where the person is from: en-GB has other dates than en-US. */
function inWords(at: Date, form: Intl.DateTimeFormatOptions): string {
  const page = document.documentElement.lang || "en";
  const { hourCycle } = new Intl.DateTimeFormat(navigator.language, { timeStyle: "short" }).resolvedOptions();
  // Whether a day has 24 hours or twice 12 is the person's habit, also where the page does not speak their language.
  const habit = form.dateStyle === "long" || hourCycle === undefined ? {} : { hourCycle };
  return new Intl.DateTimeFormat(navigator.languages.find((one) => one.startsWith(page)) ?? page, { ...form, ...habit }).format(at);
}

/** 19:30 */
export const timeOf = (at: Date) => inWords(at, { hour: "2-digit", minute: "2-digit" });

/** 5 March 2026 */
export const dayOf = (at: Date) => inWords(at, { dateStyle: "long" });

/** 5 Mar 2026, 19:30 */
export const dayAndTimeOf = (at: Date) => inWords(at, { dateStyle: "medium", timeStyle: "short" });

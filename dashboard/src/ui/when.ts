const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "3 minutes ago", in words that stay true until the next tick. Under a minute it is simply "just now". */
export function ago(iso: string, now: number, locale?: string): string {
  const seconds = Math.round((now - Date.parse(iso)) / 1000);
  if (Number.isNaN(seconds)) return "at an unknown time";
  if (seconds < 60) return "just now";
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  for (const [unit, size] of STEPS) {
    if (seconds >= size) return words.format(-Math.floor(seconds / size), unit);
  }
  return "just now";
}

export function dateTime(iso: string, locale?: string): string {
  return formatted(iso, { dateStyle: "medium", timeStyle: "short" }, locale);
}

export function date(iso: string, locale?: string): string {
  return formatted(iso, { dateStyle: "long" }, locale);
}

/** A calendar day (YYYY-MM-DD), which is the same day wherever it is read. */
export function calendarDay(day: string, locale?: string): string {
  return formatted(day, { day: "numeric", month: "short", timeZone: "UTC" }, locale);
}

/** The time of day, with the date before it unless that is today's. */
export function moment(iso: string, now: number, locale?: string): string {
  const isToday = new Date(Date.parse(iso)).toDateString() === new Date(now).toDateString();
  const day: Intl.DateTimeFormatOptions = isToday ? {} : { month: "short", day: "numeric" };
  return formatted(iso, { ...day, hour: "numeric", minute: "2-digit" }, locale);
}

function formatted(iso: string, options: Intl.DateTimeFormatOptions, locale?: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? "unknown" : new Intl.DateTimeFormat(locale, options).format(time);
}

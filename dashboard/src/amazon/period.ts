import type { Day, Period } from "../api/dashboard.ts";

export type Span = 7 | 30 | 90;

export const SPANS: readonly Span[] = [7, 30, 90];

/** Today and the days before it, as the reader's calendar counts them. */
export function periodOf(span: Span, today: Date, timeZone: string): Period {
  const first = new Date(today.getFullYear(), today.getMonth(), today.getDate() - span + 1);
  return { from: isoDay(first), last: isoDay(today), timeZone };
}

/** Every day of the period in order; days without orders, which the API leaves out, have none. */
export function withEmptyDays(days: readonly Day[], period: Period): Day[] {
  const orders = new Map(days.map((day) => [day.day, day.orders]));
  const all: Day[] = [];
  const at = new Date(`${period.from}T12:00:00`);
  for (let day = period.from; day <= period.last; day = isoDay(at)) {
    all.push({ day, orders: orders.get(day) ?? 0 });
    at.setDate(at.getDate() + 1);
  }
  return all;
}

/** The reader's own date, not UTC's: `toISOString` would be a day off for most of the world. */
function isoDay(day: Date): string {
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

import type { Day } from "../api/dashboard.ts";
import { formatCount } from "./money.ts";
import { calendarDay } from "./when.ts";

const SHOWN = 90;
const HEIGHT = 48;
const STEP = 10;

/** Orders per day as small bars; the numbers are in its label and in each bar's title. */
export function DayBars({ days }: { days: Day[] }) {
  const shown = days.slice(-SHOWN);
  if (shown.length < 2) return null;
  const most = Math.max(1, ...shown.map((day) => day.orders));
  const busiest = shown.reduce((best, day) => (day.orders > best.orders ? day : best));
  const [first, last] = [calendarDay(shown[0]?.day ?? ""), calendarDay(shown.at(-1)?.day ?? "")];
  const label = `Orders per day, ${first} to ${last}; most on ${calendarDay(busiest.day)}: ${formatCount(busiest.orders)}`;
  return (
    <figure className="day-bars">
      <svg viewBox={`0 0 ${shown.length * STEP} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {shown.map((day, index) => {
          const height = Math.max(1.5, (day.orders / most) * HEIGHT);
          return (
            <rect key={day.day} x={index * STEP + 1} y={HEIGHT - height} width={STEP - 2} height={height} rx={1}>
              <title>{`${calendarDay(day.day)}: ${formatCount(day.orders)} orders`}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption>
        <span>{first}</span>
        <span>Orders per day</span>
        <span>{last}</span>
      </figcaption>
    </figure>
  );
}

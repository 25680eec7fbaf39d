import { useNow } from "./useNow.ts";
import { ago, dateTime } from "./when.ts";

/** How old the figures are; the exact time is in the tooltip and in the markup. */
export function Freshness({ asOf }: { asOf: string | null }) {
  const now = useNow();
  if (asOf === null) return <p className="freshness">No synchronisation has finished yet.</p>;
  return (
    <p className="freshness">
      As of{" "}
      <time dateTime={asOf} title={dateTime(asOf)}>
        {ago(asOf, now)}
      </time>
    </p>
  );
}

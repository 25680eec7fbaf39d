import type { FeedState } from "./feed.ts";

const WORDS: Readonly<Record<FeedState, string>> = {
  connecting: "Connecting…",
  live: "Live",
  reconnecting: "Reconnecting…",
  stopped: "Not live",
};

export function LiveBadge({ state }: { state: FeedState }) {
  return (
    <span className={`live-badge ${state}`} role="status" data-state={state}>
      <span className="dot" aria-hidden="true" />
      {WORDS[state]}
    </span>
  );
}

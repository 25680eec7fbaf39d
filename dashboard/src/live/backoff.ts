const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** How long to wait before attempt `attempt` (from 0): full jitter under a doubling cap, never less than asked for. */
export function backoffMs(attempt: number, random: number, retryAfterSeconds: number | null = null): number {
  const cap = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  const jittered = Math.round(cap / 2 + (cap / 2) * random);
  return Math.max(jittered, (retryAfterSeconds ?? 0) * 1000);
}

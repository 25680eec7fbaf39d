/**
 * Calls `action` once the calls to `trigger` pause for `quietMs`, and at the latest `longestMs` after the first of
 * them, so that a steady stream of events neither starves the action nor repeats it for each event.
 */
export function debounced(action: () => void, quietMs: number, longestMs: number): { trigger(): void; cancel(): void } {
  let quiet: ReturnType<typeof setTimeout> | undefined;
  let latest: ReturnType<typeof setTimeout> | undefined;
  const cancel = (): void => {
    clearTimeout(quiet);
    clearTimeout(latest);
    quiet = latest = undefined;
  };
  const fire = (): void => {
    cancel();
    action();
  };
  return {
    trigger() {
      clearTimeout(quiet);
      quiet = setTimeout(fire, quietMs);
      latest ??= setTimeout(fire, longestMs);
    },
    cancel,
  };
}

import { useEffect, useRef, useState } from "react";

/** Follows `value`, but changes at most once per `everyMs`: a screen reader can finish a sentence before the next. */
export function useSettled<T>(value: T, everyMs: number): T {
  const [settled, setSettled] = useState(value);
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  }, [value]);

  const differs = settled !== value;
  useEffect(() => {
    if (!differs) return;
    const timer = setTimeout(() => setSettled(latest.current), everyMs);
    return () => clearTimeout(timer);
  }, [differs, everyMs]);
  return settled;
}

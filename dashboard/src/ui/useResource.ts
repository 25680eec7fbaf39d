import { useCallback, useEffect, useRef, useState } from "react";

import { ApiError } from "../api/problem.ts";

export interface Resource<T> {
  /** The last answer; kept while a newer one is fetched, and when fetching it fails. */
  value: T | null;
  error: ApiError | null;
  loading: boolean;
  reload: () => void;
}

/** Fetches on mount, when `load` changes and on `reload`; of overlapping answers only the latest question's counts. */
export function useResource<T>(load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [state, setState] = useState<Omit<Resource<T>, "reload">>({ value: null, error: null, loading: true });
  const current = useRef<AbortController | null>(null);

  const reload = useCallback(() => {
    current.current?.abort();
    const asked = new AbortController();
    current.current = asked;
    setState((before) => ({ ...before, loading: true }));
    load(asked.signal).then(
      (value) => {
        if (!asked.signal.aborted) setState({ value, error: null, loading: false });
      },
      (cause: unknown) => {
        if (asked.signal.aborted) return;
        setState((before) => ({ value: before.value, error: asApiError(cause), loading: false }));
      },
    );
  }, [load]);

  useEffect(() => {
    reload();
    return () => current.current?.abort();
  }, [reload]);

  return { ...state, reload };
}

export function asApiError(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  return new ApiError({ status: 0, code: "unexpected", detail: "The answer could not be read. Please try again." });
}

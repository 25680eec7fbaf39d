import { useEffect, useReducer, useRef, useState } from "react";

import type { ApiClient } from "../api/client.ts";
import { type Activity, changesFigures, NO_ACTIVITY, withEvent } from "./activity.ts";
import { debounced } from "./debounce.ts";
import { EventFeed, type FeedState } from "./feed.ts";
import type { ServerEvent } from "./sse.ts";

const QUIET_MS = 300;
const LONGEST_MS = 2_000;

export interface Live {
  state: FeedState;
  activity: Activity;
}

/** Follows the event stream while mounted. `onFigures` is called, debounced, when shown figures may have changed. */
export function useLive(api: ApiClient, onFigures: () => void): Live {
  const [state, setState] = useState<FeedState>("connecting");
  const [activity, count] = useReducer(
    (before: Activity, event: ServerEvent) => withEvent(before, event, new Date().toISOString()),
    NO_ACTIVITY,
  );
  const refresh = useRef(onFigures);
  useEffect(() => {
    refresh.current = onFigures;
  }, [onFigures]);

  useEffect(() => {
    const figures = debounced(() => refresh.current(), QUIET_MS, LONGEST_MS);
    const feed = new EventFeed({
      open: (headers, signal) => api.stream("/api/v1/events", headers, signal),
      onState: (next) => {
        setState(next);
        // Whatever changed between fetching the figures and hearing of changes is fetched now.
        if (next === "live") figures.trigger();
      },
      onEvent: (event) => {
        count(event);
        if (changesFigures(event.type)) figures.trigger();
      },
    });
    const online = (): void => feed.retryNow();
    const offline = (): void => feed.interrupt();
    window.addEventListener("online", online);
    window.addEventListener("offline", offline);
    void feed.run();
    return () => {
      window.removeEventListener("online", online);
      window.removeEventListener("offline", offline);
      figures.cancel();
      feed.stop();
    };
  }, [api]);

  return { state, activity };
}

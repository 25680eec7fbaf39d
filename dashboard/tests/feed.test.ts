import { expect, test } from "vitest";

import { ApiError } from "../src/api/problem.ts";
import { backoffMs } from "../src/live/backoff.ts";
import { EventFeed, type FeedState } from "../src/live/feed.ts";

type Opening = (headers: Record<string, string>, signal: AbortSignal) => Promise<Response>;

/** Runs a feed over the given openings, one per attempt, and tells what it did. The last opening ends it. */
async function follow(openings: Opening[], silenceMs = 1_000) {
  const seen = { asked: [] as (string | undefined)[], events: [] as string[], states: [] as FeedState[], waits: [] as number[] };
  const feed = new EventFeed({
    open: (headers, signal) => {
      seen.asked.push(headers["last-event-id"]);
      const opening = openings[seen.asked.length - 1];
      if (opening === undefined) return Promise.reject(new ApiError({ status: 401, code: "over", detail: "over" }));
      return opening(headers, signal);
    },
    onEvent: (event) => seen.events.push(event.data),
    onState: (state) => seen.states.push(state),
    wait: (ms) => {
      seen.waits.push(ms);
      return Promise.resolve();
    },
    random: () => 1,
    silenceMs,
  });
  await feed.run();
  return seen;
}

function answering(text: string): Opening {
  return () => Promise.resolve(new Response(text));
}

test("after an interruption it resumes behind the last event it saw", async () => {
  const seen = await follow([answering("id: 4\ndata: a\n\nid: 5\ndata: b\n\n"), answering("id: 6\ndata: c\n\n")]);
  expect(seen.events).toEqual(["a", "b", "c"]);
  expect(seen.asked).toEqual([undefined, "5", "6"]);
  expect(seen.states).toEqual(["connecting", "live", "reconnecting", "live", "reconnecting", "stopped"]);
});

test("pauses grow while nothing comes and start over after bytes came", async () => {
  const refused: Opening = () => Promise.reject(new TypeError("network"));
  const seen = await follow([refused, refused, refused, answering(": heartbeat\n\n"), refused]);
  expect(seen.waits).toEqual([500, 1_000, 2_000, 500, 1_000]);
});

test("a Retry-After is honoured", async () => {
  const busy: Opening = () =>
    Promise.reject(new ApiError({ status: 503, code: "unavailable", detail: "", retryAfterSeconds: 9 }));
  expect((await follow([busy])).waits).toEqual([9_000]);
});

test("a connection that falls silent is given up and opened again", async () => {
  const silent: Opening = (_headers, signal) => {
    const body = new ReadableStream({
      start: (stream) => signal.addEventListener("abort", () => stream.error(signal.reason)),
    });
    return Promise.resolve(new Response(body));
  };
  const seen = await follow([silent, answering("id: 1\ndata: back\n\n")], 5);
  expect(seen.events).toEqual(["back"]);
});

test("a refused session ends the feed", async () => {
  expect((await follow([])).states).toEqual(["connecting", "stopped"]);
});

test("the pause has an upper bound", () => {
  expect(backoffMs(40, 1)).toBe(30_000);
  expect(backoffMs(40, 0)).toBe(15_000);
});

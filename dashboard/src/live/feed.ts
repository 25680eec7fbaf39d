import { ApiError } from "../api/problem.ts";
import { backoffMs } from "./backoff.ts";
import { EventStreamParser, type ServerEvent } from "./sse.ts";

export type FeedState = "connecting" | "live" | "reconnecting" | "stopped";

export interface FeedOptions {
  /** Opens the stream; rejects with ApiError when it is refused. */
  open: (headers: Record<string, string>, signal: AbortSignal) => Promise<Response>;
  onEvent: (event: ServerEvent) => void;
  onState: (state: FeedState) => void;
  /** Silence longer than this, heartbeats included, counts as a dead connection. */
  silenceMs?: number;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  random?: () => number;
}

const SILENCE_MS = 45_000;

/**
 * Follows the event stream until stopped: reconnects with back-off and asks to resume after the last event it saw, so
 * that an interruption delays events but loses none. Only a refused session (401) ends it by itself.
 */
export class EventFeed {
  readonly #options: Required<FeedOptions>;
  readonly #stopped = new AbortController();
  #hurry = new AbortController();
  #silence = new AbortController();
  #lastId: string | null = null;
  #attempt = 0;

  constructor(options: FeedOptions) {
    this.#options = { silenceMs: SILENCE_MS, wait, random: Math.random, ...options };
  }

  async run(): Promise<void> {
    const { onState } = this.#options;
    onState("connecting");
    while (!this.#isStopped()) {
      let retryAfter: number | null = null;
      try {
        await this.#follow();
      } catch (cause) {
        if (cause instanceof ApiError) {
          if (cause.status === 401) break;
          retryAfter = cause.retryAfterSeconds;
        }
      }
      if (this.#isStopped()) break;
      onState("reconnecting");
      const pause = backoffMs(this.#attempt++, this.#options.random(), retryAfter);
      this.#hurry = new AbortController();
      await this.#options.wait(pause, AbortSignal.any([this.#stopped.signal, this.#hurry.signal]));
    }
    onState("stopped");
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Gives up the current connection, for instance because the browser is offline; it is opened again as after any loss. */
  interrupt(): void {
    this.#silence.abort();
  }

  /** Ends the current pause, for instance because the browser is online again. */
  retryNow(): void {
    this.#hurry.abort();
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  async #follow(): Promise<void> {
    const silence = (this.#silence = new AbortController());
    const signal = AbortSignal.any([this.#stopped.signal, silence.signal]);
    const watch = new Watch(this.#options.silenceMs, () => silence.abort());
    try {
      const headers: Record<string, string> = { accept: "text/event-stream" };
      if (this.#lastId !== null) headers["last-event-id"] = this.#lastId;
      const response = await this.#options.open(headers, signal);
      if (response.body === null) return;
      this.#options.onState("live");
      await this.#read(response.body, watch);
    } finally {
      watch.cancel();
    }
  }

  async #read(body: ReadableStream<Uint8Array>, watch: Watch): Promise<void> {
    const reader = body.getReader();
    const text = new TextDecoder();
    const parser = new EventStreamParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      watch.restart();
      this.#attempt = 0;
      const events = parser.push(text.decode(value, { stream: true }));
      this.#lastId = parser.lastId ?? this.#lastId;
      for (const event of events) this.#options.onEvent(event);
    }
  }
}

class Watch {
  readonly #ms: number;
  readonly #onSilence: () => void;
  #timer: ReturnType<typeof setTimeout>;

  constructor(ms: number, onSilence: () => void) {
    this.#ms = ms;
    this.#onSilence = onSilence;
    this.#timer = setTimeout(onSilence, ms);
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onSilence, this.#ms);
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

import type { SessionStore } from "../auth/session.ts";
import { ApiError, problemOf, unreachable } from "./problem.ts";

const TIMEOUT_MS = 20_000;

/** Calls the API as the signed-in reader. A 401 ends the session, so that the page asks to sign in again. */
export class ApiClient {
  readonly #sessions: SessionStore;

  constructor(sessions: SessionStore) {
    this.#sessions = sessions;
  }

  async get(path: string, signal?: AbortSignal): Promise<unknown> {
    return this.#json(path, { method: "GET", ...(signal ? { signal } : {}) });
  }

  async post(path: string, body: unknown = {}): Promise<unknown> {
    return this.#json(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
      // The browser-binding cookie of the connect flow is set and sent on our own origin only.
      credentials: "same-origin",
    });
  }

  async delete(path: string): Promise<void> {
    await this.#json(path, { method: "DELETE" });
  }

  /** The answer as it streams in; there is no time limit, the caller watches for silence. */
  async stream(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    return this.#send(path, { headers, signal });
  }

  async #json(path: string, init: RequestInit): Promise<unknown> {
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
    const response = await this.#send(path, { ...init, signal });
    const text = await response.text();
    return text === "" ? null : (JSON.parse(text) as unknown);
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const session = this.#sessions.current();
    if (session === null) {
      this.#sessions.end();
      throw new ApiError({ status: 401, code: "signed_out", detail: "Your session has ended. Please sign in again." });
    }
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${session.accessToken}`);
    if (!headers.has("accept")) headers.set("accept", "application/json");
    let response: Response;
    try {
      response = await fetch(path, { ...init, headers });
    } catch (cause) {
      if (init.signal?.aborted === true && (init.signal.reason as Error).name === "AbortError") throw cause;
      throw unreachable();
    }
    if (response.ok) return response;
    if (response.status === 401) this.#sessions.end();
    throw await problemOf(response);
  }
}

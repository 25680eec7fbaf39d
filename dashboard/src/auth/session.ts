import type { PendingSignIn } from "./oidc.ts";

export interface Session {
  accessToken: string;
  idToken: string | null;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  name: string;
}

const SESSION = "sellerport.session";
const PENDING = "sellerport.sign-in";

/**
 * Holds the reader's own token for the life of this tab (sessionStorage), and nothing else.
 *
 * It must survive the trip to Amazon's consent page, which rules out plain memory; it must not survive the tab, nor be
 * seen by other tabs, which rules out the longer-lived stores.
 */
export class SessionStore {
  readonly #storage: Storage;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #session: Session | null;

  constructor(storage: Storage, now: () => number = Date.now) {
    this.#storage = storage;
    this.#now = now;
    this.#session = readSession(storage.getItem(SESSION));
  }

  /** The session while it is valid; an expired one counts as none. */
  readonly current = (): Session | null => {
    if (this.#session !== null && this.#session.expiresAt <= this.#now()) this.#session = null;
    return this.#session;
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(session: Session): void {
    this.#session = session;
    this.#storage.setItem(SESSION, JSON.stringify(session));
    this.#changed();
  }

  end(): void {
    this.#session = null;
    this.#storage.removeItem(SESSION);
    this.#changed();
  }

  remember(pending: PendingSignIn): void {
    this.#storage.setItem(PENDING, JSON.stringify(pending));
  }

  /** The sign-in that was under way, once: a second look finds nothing, so an answer cannot be replayed. */
  takePending(): PendingSignIn | null {
    const text = this.#storage.getItem(PENDING);
    this.#storage.removeItem(PENDING);
    return text === null ? null : (JSON.parse(text) as PendingSignIn);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function readSession(text: string | null): Session | null {
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Partial<Session>;
    return typeof value.accessToken === "string" && typeof value.expiresAt === "number" ? (value as Session) : null;
  } catch {
    return null;
  }
}

import type { OidcSettings } from "../config.ts";
import { redirectUri } from "./arrival.ts";
import { signOutUrl, startSignIn } from "./oidc.ts";
import type { SessionStore } from "./session.ts";

/** The two ways through the door; both leave the page. */
export class Gate {
  readonly #settings: OidcSettings;
  readonly #sessions: SessionStore;

  constructor(settings: OidcSettings, sessions: SessionStore) {
    this.#settings = settings;
    this.#sessions = sessions;
  }

  async signIn(): Promise<void> {
    const here = new URL(location.href);
    const start = await startSignIn(this.#settings, redirectUri(here), here.pathname + here.search);
    this.#sessions.remember(start.pending);
    location.assign(start.url);
  }

  /** Forgets the token here first, so that an unreachable issuer cannot keep the reader signed in. */
  async signOut(): Promise<void> {
    const session = this.#sessions.current();
    this.#sessions.end();
    if (session === null) return;
    const url = await signOutUrl(this.#settings, session, redirectUri(new URL(location.href))).catch(() => null);
    if (url !== null) location.assign(url);
  }
}

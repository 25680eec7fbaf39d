import type { OidcSettings } from "../config.ts";
import { finishSignIn } from "./oidc.ts";
import type { SessionStore } from "./session.ts";

export interface Arrival {
  /** The path and query the page should now stand at: without codes, tokens or states. */
  location: string;
  /** What to tell the reader when signing in did not work. */
  problem: string | null;
}

/**
 * Settles the query string the page was opened with, if it is the issuer's answer to a sign-in.
 *
 * Any other query (such as the one Amazon's callback leaves) is passed on as it is.
 */
export async function settleArrival(settings: OidcSettings, here: URL, sessions: SessionStore): Promise<Arrival> {
  const answer = here.searchParams;
  const isAnswer = answer.has("state") && (answer.has("code") || answer.has("error"));
  if (!isAnswer) return { location: here.pathname + here.search, problem: null };

  const pending = sessions.takePending();
  if (pending === null) {
    return { location: here.pathname, problem: "That sign-in link was already used. Please sign in again." };
  }
  if (answer.has("error")) {
    return { location: pending.returnTo, problem: "Signing in was cancelled or refused. Please try again." };
  }
  try {
    sessions.start(await finishSignIn(settings, redirectUri(here), answer, pending));
    return { location: pending.returnTo, problem: null };
  } catch {
    // The cause may quote the answer, so it is not shown; the cure is the same whatever it was.
    return { location: pending.returnTo, problem: "Signing in could not be completed. Please try again." };
  }
}

/** The one address registered with the issuer: the root of this page. */
export function redirectUri(here: URL): string {
  return new URL("/", here).href;
}

export interface Outcome {
  tone: "good" | "bad" | "warn";
  title: string;
  text: string;
}

/** The refusals account-svc can leave in `?amazon_error=`, each with its cure. */
const REFUSALS: Readonly<Record<string, [title: string, text: string]>> = {
  access_denied: [
    "Amazon was not connected",
    "You did not allow access on Amazon's page. Nothing was changed; choose “Connect Amazon” whenever you are ready.",
  ],
  state_expired: [
    "That took a little too long",
    "The connection request ran out before Amazon answered. Choose “Connect Amazon” and finish within 15 minutes.",
  ],
  state_invalid: [
    "That link can be used only once",
    "The answer from Amazon does not belong to a connection that is under way. Choose “Connect Amazon” to start afresh.",
  ],
  state_mismatch: [
    "This is a different browser",
    "A connection must be finished in the browser it was started in. Choose “Connect Amazon” here to start afresh.",
  ],
  consent_failed: [
    "Amazon could not finish the connection",
    "Its page ended with an error, and nothing was changed. Choose “Connect Amazon” to try again.",
  ],
  authorization_code_rejected: [
    "Amazon did not accept the authorisation",
    "Its code is valid for five minutes and only once. Choose “Connect Amazon” to try again.",
  ],
  application_credentials_rejected: [
    "Sellerport's own registration needs attention",
    "The trouble lies with our application, not with your account. There is nothing you need to change; please tell your administrator.",
  ],
  temporarily_unavailable: [
    "Amazon is not answering right now",
    "Your account was not changed. Please wait a minute and choose “Connect Amazon” again.",
  ],
};

/** Different causes, one cure. */
const ALIASES: Readonly<Record<string, string>> = {
  state_missing: "state_invalid",
  callback_malformed: "consent_failed",
  code_missing: "consent_failed",
  selling_partner_id_invalid: "consent_failed",
  application_not_configured: "application_credentials_rejected",
};

/** What Amazon's callback left in the query, if anything, in words; a slug we do not know gets a general answer. */
export function outcomeOf(here: URL): Outcome | null {
  const slug = here.searchParams.get("amazon_error");
  if (slug !== null) {
    const known = REFUSALS[ALIASES[slug] ?? slug];
    if (known !== undefined) return { tone: slug === "access_denied" ? "warn" : "bad", title: known[0], text: known[1] };
    const named = /^[a-z0-9_.-]{1,64}$/.test(slug) ? ` (${slug})` : "";
    return {
      tone: "bad",
      title: "Amazon could not be connected",
      text: `Something went wrong on the way${named}. Choose “Connect Amazon” to try again; if it keeps happening, tell your administrator.`,
    };
  }
  if (here.searchParams.get("amazon_connected") === "true") {
    return {
      tone: "good",
      title: "Amazon is connected",
      text: "Your orders and stock are being fetched; the first figures appear here within a minute.",
    };
  }
  return null;
}

/** The same address without what the callback added, so that a reload or a bookmark does not repeat the message. */
export function withoutOutcome(here: URL): string {
  const clean = new URL(here);
  clean.searchParams.delete("amazon_error");
  clean.searchParams.delete("amazon_connected");
  return clean.pathname + clean.search;
}

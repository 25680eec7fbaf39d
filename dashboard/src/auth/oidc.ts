import * as oauth from "oauth4webapi";

import type { OidcSettings } from "../config.ts";
import type { Session } from "./session.ts";

/** What must survive the trip to the issuer and back; one use, one tab. */
export interface PendingSignIn {
  state: string;
  nonce: string;
  verifier: string;
  returnTo: string;
}

export interface SignInStart {
  url: URL;
  pending: PendingSignIn;
}

/** Builds the authorization request: code flow, PKCE S256, fresh state and nonce (RFC 9700, section 2.1). */
export async function startSignIn(settings: OidcSettings, redirectUri: string, returnTo: string): Promise<SignInStart> {
  const server = await discover(settings);
  if (server.authorization_endpoint === undefined) throw new Error("the issuer names no authorization endpoint");
  const pending: PendingSignIn = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    returnTo,
  };
  const url = new URL(server.authorization_endpoint);
  const parameters: Record<string, string> = {
    response_type: "code",
    client_id: settings.clientId,
    redirect_uri: redirectUri,
    scope: settings.scope,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: "S256",
  };
  if (settings.audience !== null) parameters.audience = settings.audience;
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url, pending };
}

/** Trades the code for a session. Throws when state, nonce, issuer, audience or expiry do not fit. */
export async function finishSignIn(
  settings: OidcSettings,
  redirectUri: string,
  answer: URLSearchParams,
  pending: PendingSignIn,
): Promise<Session> {
  const server = await discover(settings);
  const client: oauth.Client = { client_id: settings.clientId };
  const validated = oauth.validateAuthResponse(server, client, answer, pending.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    validated,
    redirectUri,
    pending.verifier,
    transport(settings),
  );
  const result = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: pending.nonce,
    requireIdToken: true,
  });
  const claims = oauth.getValidatedIdTokenClaims(result);
  return {
    accessToken: result.access_token,
    idToken: result.id_token ?? null,
    expiresAt: Date.now() + (result.expires_in ?? 3600) * 1000,
    name: textClaim(claims?.name) ?? textClaim(claims?.email) ?? claims?.sub ?? "Signed in",
  };
}

/** Where to send the browser so that the issuer forgets it too; null when the issuer offers no such place. */
export async function signOutUrl(settings: OidcSettings, session: Session, returnTo: string): Promise<URL | null> {
  const server = await discover(settings);
  if (server.end_session_endpoint === undefined) return null;
  const url = new URL(server.end_session_endpoint);
  url.searchParams.set("client_id", settings.clientId);
  url.searchParams.set("post_logout_redirect_uri", returnTo);
  if (session.idToken !== null) url.searchParams.set("id_token_hint", session.idToken);
  return url;
}

async function discover(settings: OidcSettings): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(settings.issuer);
  const response = await oauth.discoveryRequest(issuer, { algorithm: "oidc", ...transport(settings) });
  return oauth.processDiscoveryResponse(issuer, response);
}

/** Plain http is for an issuer on this machine only; anywhere else the library insists on https. */
function transport(settings: OidcSettings): Record<symbol, boolean> {
  const { protocol, hostname } = new URL(settings.issuer);
  const local = hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
  // Marked as deprecated by the library only to make it stand out.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return { [oauth.allowInsecureRequests]: protocol === "http:" && local };
}

function textClaim(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

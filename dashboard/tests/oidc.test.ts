import { createHash } from "node:crypto";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { settleArrival } from "../src/auth/arrival.ts";
import { startSignIn } from "../src/auth/oidc.ts";
import { SessionStore } from "../src/auth/session.ts";
import { MemoryStorage } from "./memoryStorage.ts";

const ISSUER = "https://id.example";
const SETTINGS = { issuer: ISSUER, clientId: "page", scope: "openid", audience: "sellerport" };
const PAGE = "https://page.example/";

/** What the issuer puts into the id token; a test may spoil it. */
let claims: Record<string, unknown>;
let asked: URLSearchParams | null;

beforeEach(() => {
  asked = null;
  vi.stubGlobal("fetch", (input: string | URL | Request, init?: RequestInit) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    if (pathname === "/.well-known/openid-configuration") {
      return Promise.resolve(
        Response.json({ issuer: ISSUER, authorization_endpoint: `${ISSUER}/authorize`, token_endpoint: `${ISSUER}/token` }),
      );
    }
    asked = new URLSearchParams(init?.body as URLSearchParams);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const idToken = `${part({ alg: "RS256" })}.${part(claims)}.c2ln`;
    return Promise.resolve(Response.json({ access_token: "own", token_type: "Bearer", expires_in: 60, id_token: idToken }));
  });
});

afterEach(() => vi.unstubAllGlobals());

async function started() {
  const sessions = new SessionStore(new MemoryStorage());
  const { url, pending } = await startSignIn(SETTINGS, PAGE, "/?from=here");
  sessions.remember(pending);
  const now = Math.floor(Date.now() / 1000);
  claims = { iss: ISSUER, sub: "u-1", aud: "page", iat: now, exp: now + 60, nonce: pending.nonce, name: "Dana" };
  const arrive = (state: string) => settleArrival(SETTINGS, new URL(`${PAGE}?code=c-1&state=${state}`), sessions);
  return { url, pending, sessions, arrive };
}

test("a sign-in asks for a code with an S256 challenge, a state and a nonce", async () => {
  const { url, pending } = await started();
  const challenge = createHash("sha256").update(pending.verifier).digest("base64url");
  expect(Object.fromEntries(url.searchParams)).toEqual({
    response_type: "code",
    client_id: "page",
    redirect_uri: PAGE,
    scope: "openid",
    audience: "sellerport",
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: challenge,
    code_challenge_method: "S256",
  });
});

test("the right answer signs in, with the verifier and without a secret, and leads back", async () => {
  const { pending, sessions, arrive } = await started();
  expect(await arrive(pending.state)).toEqual({ location: "/?from=here", problem: null });
  expect(sessions.current()?.name).toBe("Dana");
  expect(asked?.get("code_verifier")).toBe(pending.verifier);
  expect(asked?.has("client_secret")).toBe(false);
});

test("an answer with another state is refused before the code is used", async () => {
  const { sessions, arrive } = await started();
  expect((await arrive("another")).problem).toContain("could not be completed");
  expect(asked).toBeNull();
  expect(sessions.current()).toBeNull();
});

test.each([
  ["nonce", "another"],
  ["aud", "another-client"],
  ["iss", "https://evil.example"],
  ["exp", 1],
])("an id token with a wrong %s signs nobody in", async (claim, value) => {
  const { pending, sessions, arrive } = await started();
  claims = { ...claims, [claim]: value };
  expect((await arrive(pending.state)).problem).toContain("could not be completed");
  expect(sessions.current()).toBeNull();
});

import { expect, test } from "vitest";

import { settleArrival } from "../src/auth/arrival.ts";
import { SessionStore } from "../src/auth/session.ts";
import { MemoryStorage } from "./memoryStorage.ts";

const SETTINGS = { issuer: "https://id.example", clientId: "page", scope: "openid", audience: null };

const session = (expiresAt: number) => ({ accessToken: "t", idToken: null, expiresAt, name: "Dana" });

test("a session survives the trip to Amazon and ends with its token", () => {
  const storage = new MemoryStorage();
  let now = 1_000;
  new SessionStore(storage, () => now).start(session(5_000));
  const back = new SessionStore(storage, () => now);
  expect(back.current()?.name).toBe("Dana");
  now = 5_000;
  expect(back.current()).toBeNull();
});

test("ending a session leaves nothing behind and tells who listens", () => {
  const storage = new MemoryStorage();
  const store = new SessionStore(storage);
  store.start(session(Date.now() + 60_000));
  let told = 0;
  store.subscribe(() => told++);
  store.end();
  expect([told, storage.length, store.current()]).toEqual([1, 0, null]);
});

test("an answer nobody waits for signs nobody in", async () => {
  const store = new SessionStore(new MemoryStorage());
  const arrival = await settleArrival(SETTINGS, new URL("https://page.example/?code=stolen&state=x"), store);
  expect(arrival.problem).toContain("sign in again");
  expect(arrival.location).toBe("/");
  expect(store.current()).toBeNull();
});

test("a cancelled sign-in returns to where it began, once", async () => {
  const store = new SessionStore(new MemoryStorage());
  store.remember({ state: "s", nonce: "n", verifier: "v", returnTo: "/?amazon_error=access_denied" });
  const here = new URL("https://page.example/?error=access_denied&state=s");
  expect((await settleArrival(SETTINGS, here, store)).location).toBe("/?amazon_error=access_denied");
  expect(store.takePending()).toBeNull();
});

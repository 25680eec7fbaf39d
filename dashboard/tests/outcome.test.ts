import { expect, test } from "vitest";

import { outcomeOf, withoutOutcome } from "../src/amazon/outcome.ts";

const page = (query: string) => new URL(`https://sellerport.example/${query}`);

test("what Amazon's callback left is told once and taken out of the address", () => {
  const here = page("?amazon_connected=true&tab=1");
  expect(outcomeOf(here)?.tone).toBe("good");
  expect(withoutOutcome(here)).toBe("/?tab=1");
});

test("a refusal at the consent page is told as the reader's own choice", () => {
  expect(outcomeOf(page("?amazon_error=access_denied"))?.text).toContain("did not allow");
});

test("a slug we do not know gets a general message that names it", () => {
  expect(outcomeOf(page("?amazon_error=brand_new_slug"))?.text).toContain("brand_new_slug");
});

test("a slug that is no slug is never put on the page", () => {
  const outcome = outcomeOf(page(`?amazon_error=${encodeURIComponent("Call +1 555 now!")}`));
  expect(outcome?.text).not.toContain("555");
});

test("an ordinary address has no message", () => {
  expect(outcomeOf(page("?amazon_connected=maybe"))).toBeNull();
});

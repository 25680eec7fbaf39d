import { expect, test } from "vitest";

import { periodOf, withEmptyDays } from "../src/amazon/period.ts";
import { readConnection } from "../src/api/connection.ts";
import { readInventory, readOrders, readSetup } from "../src/api/dashboard.ts";
import { ApiError, problemOf } from "../src/api/problem.ts";
import { readConfig } from "../src/config.ts";
import { kindly } from "../src/panels/SyncNow.tsx";
import { ago } from "../src/ui/when.ts";

test("amounts stay strings from the wire to the page", () => {
  const figures = readOrders({
    success: true,
    data: { totalOrders: 3, totalRevenue: [{ currency: "USD", amount: "10.10" }], as_of: "2026-11-21T06:00:00Z" },
  });
  expect(figures.revenue).toEqual([{ currency: "USD", amount: "10.10" }]);
  expect(figures.unshippedOrders).toBe(0);
});

test("an answer without data reads as empty, not as a crash", () => {
  expect(readInventory(null).totalSkus).toBe(0);
  expect(readSetup({}).status).toBe("not_connected");
  expect(readConnection({ connected: false }).sellerId).toBeNull();
});

test("an account that Amazon refuses is shown for renewal, with its seller, marketplaces and last problem", () => {
  const connection = readConnection({
    connected: false,
    status: "reauthorization_required",
    account: { selling_partner_id: "A1", marketplaces: ["ATVPDKIKX0DER"] },
    last_error: { code: "invalid_grant", detail: "The permission was withdrawn." },
  });
  expect(connection.state).toBe("renewal");
  expect(connection.marketplaces).toEqual(["ATVPDKIKX0DER"]);
  expect(connection.lastError).toBe("The permission was withdrawn.");
});

test("a problem document is told by its detail, and an empty refusal by a sentence", async () => {
  const document = { code: "sync_too_soon", title: "Too soon", detail: "Wait a little.", request_id: "r-1" };
  const told = await problemOf(new Response(JSON.stringify(document), { status: 429, headers: { "retry-after": "61" } }));
  expect([told.message, told.code, told.requestId, told.retryAfterSeconds]).toEqual(["Wait a little.", "sync_too_soon", "r-1", 61]);
  expect(kindly(told)).toContain("2 minutes");
  const unconnected = new ApiError({ status: 409, code: "amazon_not_connected", detail: "Connect one first." });
  expect(kindly(unconnected)).toBe("Connect one first.");
  expect((await problemOf(new Response("<html>", { status: 502 }))).message).toContain("our side");
});

test("the page refuses to start on settings it cannot use", () => {
  expect(() => readConfig({ oidc: { issuer: "https://id.example" } })).toThrow("client_id");
  expect(readConfig({ oidc: { issuer: "https://id.example", client_id: "page" } }).oidc.scope).toContain("openid");
});

test("a period is counted in the reader's own days", () => {
  const period = periodOf(7, new Date(2026, 2, 3, 0, 30), "Europe/Berlin");
  expect(period).toEqual({ from: "2026-02-25", last: "2026-03-03", timeZone: "Europe/Berlin" });
  const days = withEmptyDays([{ day: "2026-03-01", orders: 4 }], period);
  expect(days.map((day) => day.orders)).toEqual([0, 0, 0, 0, 4, 0, 0]);
});

test("freshness is told in words", () => {
  const now = Date.parse("2026-11-21T06:00:00Z");
  expect(ago("2026-11-21T05:59:30Z", now, "en")).toBe("just now");
  expect(ago("2026-11-21T05:57:10Z", now, "en")).toBe("2 minutes ago");
  expect(ago("nonsense", now, "en")).toBe("at an unknown time");
});

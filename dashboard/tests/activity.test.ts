import { expect, test } from "vitest";

import { changesFigures, NO_ACTIVITY, withEvent } from "../src/live/activity.ts";

const AT = "2026-11-21T06:00:00Z";

function order(id: string, data: object) {
  return { id, type: "order.changed", data: JSON.stringify(data) };
}

test("order changes are counted and the newest stands first", () => {
  const first = withEvent(NO_ACTIVITY, order("1", { order_id: "111-1", status: "UNSHIPPED", created: true }), AT);
  const second = withEvent(first, order("2", { order_id: "111-2", status: "SHIPPED" }), AT);
  expect(second.orderChanges).toBe(2);
  expect(second.latest.map((change) => [change.orderId, change.isNew])).toEqual([
    ["111-2", false],
    ["111-1", true],
  ]);
});

test("an old order that is read for the first time is not called new", () => {
  const old = { order_id: "111-1", created: true, created_at: "2026-10-01T00:00:00Z", last_updated: AT };
  expect(withEvent(NO_ACTIVITY, order("1", old), AT).latest[0]?.isNew).toBe(false);
});

test("each order is listed once, by when it changed", () => {
  const change = (id: string, minute: number) => ({ order_id: id, last_updated: `2026-11-21T06:0${minute}:00Z` });
  let activity = withEvent(NO_ACTIVITY, order("1", change("a", 1)), AT);
  activity = withEvent(activity, order("2", change("b", 3)), AT);
  activity = withEvent(activity, order("3", change("old", 0)), AT);
  activity = withEvent(activity, order("4", change("a", 5)), AT);
  expect(activity.latest.map((listed) => listed.orderId)).toEqual(["a", "b", "old"]);
  expect(activity.orderChanges).toBe(4);
});

test("only the latest few are kept, all are counted", () => {
  let activity = NO_ACTIVITY;
  for (let n = 0; n < 50; n++) activity = withEvent(activity, order(String(n), { order_id: `o-${n}` }), AT);
  expect(activity.orderChanges).toBe(50);
  expect(activity.latest).toHaveLength(6);
});

test("an event in an envelope reads like one without", () => {
  const data = { order_id: "111-1", total: { currency: "EUR", amount: "9.90" } };
  const wrapped = withEvent(NO_ACTIVITY, order("1", { specversion: "1.0", data }), AT);
  expect(wrapped).toEqual(withEvent(NO_ACTIVITY, order("1", data), AT));
  expect(wrapped.latest[0]?.total).toEqual({ currency: "EUR", amount: "9.90" });
});

test("unknown and damaged events do no harm", () => {
  expect(withEvent(NO_ACTIVITY, { id: "1", type: "new.kind", data: "{}" }, AT)).toBe(NO_ACTIVITY);
  const damaged = withEvent(NO_ACTIVITY, { id: "1", type: "order.changed", data: "{" }, AT);
  expect(damaged.latest[0]?.orderId).toBe("Unknown order");
  expect(changesFigures("sync.progress")).toBe(false);
});

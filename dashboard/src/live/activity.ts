import { Shape } from "../api/shape.ts";
import type { Money } from "../ui/money.ts";
import type { ServerEvent } from "./sse.ts";

export interface OrderChange {
  /** Unique within the page; also React's key. */
  key: string;
  orderId: string;
  status: string;
  marketplaceId: string | null;
  total: Money | null;
  /** Placed within the last hour, and not heard of before. What a first synchronisation reads is not new to the seller. */
  isNew: boolean;
  at: string;
}

export interface Activity {
  orderChanges: number;
  stockChanges: number;
  latest: OrderChange[];
}

export const NO_ACTIVITY: Activity = { orderChanges: 0, stockChanges: 0, latest: [] };

const SHOWN = 6;
const NEW_FOR_MS = 3_600_000;

/** Counts an event in and keeps the few orders that changed last. Events we do not know leave everything as it is. */
export function withEvent(activity: Activity, event: ServerEvent, receivedAt: string): Activity {
  if (event.type === "inventory.changed") return { ...activity, stockChanges: activity.stockChanges + 1 };
  if (event.type !== "order.changed") return activity;
  const orderChanges = activity.orderChanges + 1;
  const change = readOrderChange(event, orderChanges, receivedAt);
  return { ...activity, orderChanges, latest: newestFirst(change, activity.latest).slice(0, SHOWN) };
}

/** Each order once, by when it changed: a first synchronisation reads old orders in no particular order. */
function newestFirst(change: OrderChange, others: OrderChange[]): OrderChange[] {
  const all = [change, ...others.filter((other) => other.orderId !== change.orderId)];
  return all.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

const FIGURE_EVENTS = new Set(["order.changed", "inventory.changed", "sync.completed", "account.changed", "reset"]);

/** The tiles show what these events change; after a `reset` (missed events are no longer kept) anything may have. */
export function changesFigures(type: string): boolean {
  return FIGURE_EVENTS.has(type);
}

function readOrderChange(event: ServerEvent, number: number, receivedAt: string): OrderChange {
  const body = new Shape(parsed(event.data));
  const data = body.has("order_id") ? body : body.inner("data");
  const total = data.inner("total");
  const currency = total.text("currency");
  const amount = total.text("amount");
  const at = data.text("last_updated") ?? receivedAt;
  const age = Date.parse(receivedAt) - Date.parse(data.text("created_at") ?? at);
  return {
    key: event.id ?? `local-${number}`,
    orderId: data.text("order_id") ?? "Unknown order",
    status: data.text("status") ?? "UNKNOWN",
    marketplaceId: data.text("marketplace_id"),
    total: currency !== null && amount !== null ? { currency, amount } : null,
    isNew: data.flag("created") && age < NEW_FOR_MS,
    at,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

import type { Money } from "../ui/money.ts";
import type { ApiClient } from "./client.ts";
import { Shape } from "./shape.ts";

export interface Day {
  day: string;
  orders: number;
}

export interface OrderFigures {
  totalOrders: number;
  unshippedOrders: number;
  revenue: Money[];
  averageOrderValue: Money[];
  byDay: Day[];
  asOf: string | null;
}

export interface InventoryFigures {
  totalSkus: number;
  totalQuantity: number;
  lowStockItems: number;
  outOfStockItems: number;
  lastSynced: string | null;
  asOf: string | null;
}

export interface Setup {
  status: string;
  missing: string[];
  lastSync: string | null;
  inventoryCount: number;
  orderCount: number;
}

/** From the day `from` to the day `last` (YYYY-MM-DD, both belong to it), cut at midnight of `timeZone`. */
export interface Period {
  from: string;
  last: string;
  timeZone: string;
}

export async function fetchOrders(api: ApiClient, period: Period, signal?: AbortSignal): Promise<OrderFigures> {
  const query = new URLSearchParams({ from: period.from, tz: period.timeZone });
  return readOrders(await api.get(`/api/v1/dashboard/amazon-orders?${query}`, signal));
}

export function readOrders(document: unknown): OrderFigures {
  const data = new Shape(document).inner("data");
  return {
    totalOrders: data.count("totalOrders"),
    unshippedOrders: data.count("unshippedOrders"),
    revenue: amounts(data, "totalRevenue"),
    averageOrderValue: amounts(data, "averageOrderValue"),
    byDay: data.inners("byDay").map((row) => ({ day: row.text("day") ?? "", orders: row.count("orders") })),
    asOf: data.text("as_of"),
  };
}

export async function fetchInventory(api: ApiClient, signal?: AbortSignal): Promise<InventoryFigures> {
  return readInventory(await api.get("/api/v1/dashboard/amazon-inventory", signal));
}

export function readInventory(document: unknown): InventoryFigures {
  const data = new Shape(document).inner("data");
  return {
    totalSkus: data.count("totalSKUs"),
    totalQuantity: data.count("totalQuantity"),
    lowStockItems: data.count("lowStockItems"),
    outOfStockItems: data.count("outOfStockItems"),
    lastSynced: data.text("lastSynced"),
    asOf: data.text("as_of"),
  };
}

export async function fetchSetup(api: ApiClient, signal?: AbortSignal): Promise<Setup> {
  return readSetup(await api.get("/api/v1/dashboard/setup-status", signal));
}

export function readSetup(document: unknown): Setup {
  const amazon = new Shape(document).inner("data").inner("integrations").inner("amazon");
  return {
    status: amazon.text("status") ?? "not_connected",
    missing: amazon.texts("missing"),
    lastSync: amazon.text("lastSync"),
    inventoryCount: amazon.count("inventoryCount"),
    orderCount: amazon.count("orderCount"),
  };
}

/** Asks for a synchronisation now. Refused with 429 or 409 when one ran or runs already. */
export async function startSync(api: ApiClient): Promise<void> {
  await api.post("/api/v1/integrations/amazon/sync");
}

function amounts(data: Shape, name: string): Money[] {
  return data.inners(name).flatMap((row) => {
    const currency = row.text("currency");
    const amount = row.text("amount");
    return currency === null || amount === null ? [] : [{ currency, amount }];
  });
}

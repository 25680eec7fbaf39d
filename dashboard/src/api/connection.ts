import type { ApiClient } from "./client.ts";
import { Shape } from "./shape.ts";

export interface Connection {
  /** `renewal`: there is an account, but Amazon no longer accepts the permission that was given. */
  state: "connected" | "renewal" | "none";
  sellerId: string | null;
  region: string | null;
  since: string | null;
  marketplaces: string[];
  lastError: string | null;
}

export async function fetchConnection(api: ApiClient, signal?: AbortSignal): Promise<Connection> {
  return readConnection(await api.get("/api/v1/amazon/connection", signal));
}

export function readConnection(document: unknown): Connection {
  const shape = new Shape(document);
  const account = shape.inner("account");
  const marketplaces = shape.texts("marketplaces");
  const failure = shape.inner("last_error");
  return {
    state: stateOf(shape.flag("connected"), shape.text("status")),
    sellerId: account.text("selling_partner_id"),
    region: account.text("region"),
    since: shape.text("connected_since"),
    marketplaces: marketplaces.length > 0 ? marketplaces : account.texts("marketplaces"),
    lastError: shape.text("last_error") ?? failure.text("detail") ?? failure.text("code"),
  };
}

function stateOf(connected: boolean, status: string | null): Connection["state"] {
  if (status === "reauthorization_required") return "renewal";
  return connected ? "connected" : "none";
}

/** Asks for the address of Amazon's consent page; the answer also sets the cookie that binds the flow to this browser. */
export async function startConnecting(api: ApiClient, marketplace: string): Promise<URL> {
  const body = { kind: "selling_partner", marketplace, return_to: "/" };
  const url = new Shape(await api.post("/api/v1/amazon/oauth/start", body)).text("authorization_url");
  if (url === null) throw new Error("the answer names no authorization_url");
  return new URL(url);
}

export async function disconnect(api: ApiClient): Promise<void> {
  await api.delete("/api/v1/amazon/connection");
}

import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";

import { ApiClient } from "../src/api/client.ts";
import { readConnection } from "../src/api/connection.ts";
import { type OrderFigures, readOrders, readSetup } from "../src/api/dashboard.ts";
import { ApiError } from "../src/api/problem.ts";
import { Gate } from "../src/auth/gate.ts";
import { SessionStore } from "../src/auth/session.ts";
import { ConnectionPanel } from "../src/panels/ConnectionPanel.tsx";
import { OrdersPanel } from "../src/panels/OrdersPanel.tsx";
import { SetupPanel } from "../src/panels/SetupPanel.tsx";
import { ServicesProvider } from "../src/services.ts";
import type { Resource } from "../src/ui/useResource.ts";
import { MemoryStorage } from "./memoryStorage.ts";

const sessions = new SessionStore(new MemoryStorage());
const oidc = { issuer: "https://id.example", clientId: "page", scope: "openid", audience: null };
const services = { api: new ApiClient(sessions), gate: new Gate(oidc, sessions), sessions };

function words(panel: ReactNode): string {
  const markup = renderToStaticMarkup(<ServicesProvider value={services}>{panel}</ServicesProvider>);
  return markup.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

const nothing = () => undefined;
const loaded = <T,>(value: T): Resource<T> => ({ value, error: null, loading: false, reload: nothing });

function ordersPanel(orders: Resource<OrderFigures>, isConnected = true): string {
  return words(<OrdersPanel orders={orders} span={30} onSpan={nothing} isConnected={isConnected} />);
}

const connectionPanel = (document: unknown) =>
  words(<ConnectionPanel connection={loaded(readConnection(document))} onDisconnected={nothing} />);

test("before a connection a panel says what will appear, not zeroes", () => {
  const said = ordersPanel(loaded(readOrders({})), false);
  expect(said).toContain("once Amazon is connected");
  expect(said).not.toContain("Revenue");
});

test("revenue of two currencies is two lines and no sum", () => {
  const said = ordersPanel(
    loaded(
      readOrders({
        data: {
          totalOrders: 2,
          totalRevenue: [
            { currency: "USD", amount: "10.10" },
            { currency: "EUR", amount: "20.20" },
          ],
        },
      }),
    ),
  );
  expect(said).toMatch(/20\.20.*10\.10/);
  expect(said).not.toContain("30.30");
  expect(said).toContain("never added up");
});

test("a failed refresh keeps the older figures and says that they may be old", () => {
  const error = new ApiError({ status: 503, code: "unavailable", detail: "Please try again.", requestId: "r-9" });
  const said = ordersPanel({ value: readOrders({ data: { totalOrders: 7 } }), error, loading: false, reload: nothing });
  expect(said).toContain("may be out of date");
  expect(said).toContain("Reference r-9");
  expect(said).toContain(" 7 ");
});

test("a first load that fails offers to try again", () => {
  const error = new ApiError({ status: 0, code: "unreachable", detail: "Cannot be reached." });
  const said = ordersPanel({ value: null, error, loading: false, reload: nothing });
  expect(said).toContain("could not be loaded");
  expect(said).toContain("Try again");
});

test("who never connected is asked where they sell", () => {
  expect(connectionPanel({ connected: false, status: "not_connected", account: null })).toContain("Where do you sell?");
});

test("a refused permission is offered for renewal, not for a first connection", () => {
  const account = { selling_partner_id: "A1EXAMPLE", marketplaces: ["ATVPDKIKX0DER"] };
  const said = connectionPanel({ connected: false, status: "reauthorization_required", account });
  expect(said).toContain("Renew permission");
  expect(said).toContain("A1EXAMPLE");
  expect(said).not.toContain("Where do you sell?");
});

test("missing settings are named", () => {
  const amazon = { status: "configuration_error", missing: ["AMAZON_LWA_CLIENT_ID"] };
  const setup = readSetup({ data: { integrations: { amazon } } });
  expect(words(<SetupPanel setup={loaded(setup)} />)).toContain("AMAZON_LWA_CLIENT_ID");
});

import { useCallback, useState } from "react";

import type { Outcome } from "./amazon/outcome.ts";
import { periodOf, type Span, withEmptyDays } from "./amazon/period.ts";
import { fetchConnection } from "./api/connection.ts";
import { fetchInventory, fetchOrders, fetchSetup } from "./api/dashboard.ts";
import type { Session } from "./auth/session.ts";
import { useLive } from "./live/useLive.ts";
import { ActivityPanel } from "./panels/ActivityPanel.tsx";
import { ConnectionPanel } from "./panels/ConnectionPanel.tsx";
import { InventoryPanel } from "./panels/InventoryPanel.tsx";
import { OrdersPanel } from "./panels/OrdersPanel.tsx";
import { SetupPanel } from "./panels/SetupPanel.tsx";
import { SyncNow } from "./panels/SyncNow.tsx";
import { TopBar } from "./panels/TopBar.tsx";
import { useServices } from "./services.ts";
import { Notice } from "./ui/Notice.tsx";
import { useResource } from "./ui/useResource.ts";

interface DashboardProps {
  session: Session;
  arrived: Outcome | null;
}

export function Dashboard({ session, arrived }: DashboardProps) {
  const { api } = useServices();
  const [outcome, setOutcome] = useState(arrived);
  const [span, setSpan] = useState<Span>(30);

  const connection = useResource(useCallback((signal) => fetchConnection(api, signal), [api]));
  const setup = useResource(useCallback((signal) => fetchSetup(api, signal), [api]));
  const inventory = useResource(useCallback((signal) => fetchInventory(api, signal), [api]));
  const orders = useResource(
    useCallback(
      async (signal) => {
        const period = periodOf(span, new Date(), timeZone());
        const figures = await fetchOrders(api, period, signal);
        return { ...figures, byDay: withEmptyDays(figures.byDay, period) };
      },
      [api, span],
    ),
  );

  const reloads = [orders.reload, inventory.reload, setup.reload, connection.reload];
  const reloadAll = (): void => reloads.forEach((reload) => reload());
  const live = useLive(api, reloadAll);

  // Until the connection is known to be missing, the page is laid out for a connected reader.
  const state = connection.value?.state ?? "connected";
  const isConnected = state !== "none";
  const isOvertaken = outcome === arrived && arrived?.tone === "good" && state === "renewal";
  const connectionPanel = (
    <ConnectionPanel
      connection={connection}
      onDisconnected={() => {
        setOutcome({ tone: "good", title: "Amazon is disconnected", text: "Sellerport has erased its access." });
        reloadAll();
      }}
    />
  );

  return (
    <>
      <a className="skip" href="#main">
        Skip to the figures
      </a>
      <TopBar session={session} live={live.state} />
      <main id="main" tabIndex={-1}>
        {outcome !== null && !isOvertaken && (
          <Notice tone={outcome.tone} title={outcome.title} text={outcome.text} onDismiss={() => setOutcome(null)} />
        )}
        {state !== "connected" && connectionPanel}
        <div className="overview-head">
          <h2>Overview</h2>
          {state === "connected" && <SyncNow />}
        </div>
        <OrdersPanel orders={orders} span={span} onSpan={setSpan} isConnected={isConnected} />
        <InventoryPanel inventory={inventory} isConnected={isConnected} />
        <div className="columns">
          <ActivityPanel live={live} isConnected={isConnected} />
          <div className="stack">
            {state === "connected" && connectionPanel}
            <SetupPanel setup={setup} />
          </div>
        </div>
      </main>
    </>
  );
}

function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

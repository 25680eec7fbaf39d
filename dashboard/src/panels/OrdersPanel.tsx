import { type Span, SPANS } from "../amazon/period.ts";
import type { OrderFigures } from "../api/dashboard.ts";
import { DayBars } from "../ui/DayBars.tsx";
import { Freshness } from "../ui/Freshness.tsx";
import { Loaded } from "../ui/Loaded.tsx";
import { byCurrency, formatCount, formatMoney, type Money } from "../ui/money.ts";
import { Panel } from "../ui/Panel.tsx";
import { Tile, TilePlaceholders } from "../ui/Tile.tsx";
import type { Resource } from "../ui/useResource.ts";

interface OrdersPanelProps {
  orders: Resource<OrderFigures>;
  span: Span;
  onSpan: (span: Span) => void;
  isConnected: boolean;
}

export function OrdersPanel({ orders, span, onSpan, isConnected }: OrdersPanelProps) {
  const isEmpty = !isConnected && (orders.value?.totalOrders ?? 0) === 0;
  const choice = isEmpty ? undefined : <SpanChoice span={span} onSpan={onSpan} />;
  return (
    <Panel title="Orders" name="orders" busy={orders.loading} aside={choice}>
      <Loaded resource={orders} placeholder={<TilePlaceholders count={4} />}>
        {(figures) =>
          isEmpty ? (
            <p className="empty">Your orders appear here once Amazon is connected.</p>
          ) : (
            <>
              <OrderTiles figures={figures} />
              {figures.totalOrders === 0 ? (
                <p className="empty">No orders in this period.</p>
              ) : (
                <DayBars days={figures.byDay} />
              )}
              <Freshness asOf={figures.asOf} />
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}

function OrderTiles({ figures }: { figures: OrderFigures }) {
  const open = figures.unshippedOrders;
  return (
    <dl className="tiles">
      <Tile name="totalOrders" label="Orders" values={[formatCount(figures.totalOrders)]} note="without cancelled ones" />
      <Tile name="totalRevenue" label="Revenue" values={moneyLines(figures.revenue)} note={perCurrency(figures.revenue)} />
      <Tile name="averageOrderValue" label="Average order" values={moneyLines(figures.averageOrderValue)} />
      <Tile
        name="unshippedOrders"
        label="To ship"
        values={[formatCount(open)]}
        note={open === 0 ? "nothing is waiting" : "waiting for shipment"}
        tone={open === 0 ? "plain" : "warn"}
      />
    </dl>
  );
}

function SpanChoice({ span, onSpan }: { span: Span; onSpan: (span: Span) => void }) {
  return (
    <fieldset className="segments">
      <legend className="sr-only">Period</legend>
      {SPANS.map((choice) => (
        <label key={choice}>
          <input type="radio" name="span" value={choice} checked={choice === span} onChange={() => onSpan(choice)} />
          <span>{choice} days</span>
        </label>
      ))}
    </fieldset>
  );
}

function moneyLines(amounts: Money[]): string[] {
  return amounts.length === 0 ? ["–"] : byCurrency(amounts).map((amount) => formatMoney(amount));
}

function perCurrency(amounts: Money[]): string | undefined {
  return amounts.length > 1 ? "per currency, never added up" : undefined;
}

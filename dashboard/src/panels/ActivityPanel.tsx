import { marketplace } from "../amazon/marketplaces.ts";
import { statusWords } from "../amazon/orderStatus.ts";
import type { OrderChange } from "../live/activity.ts";
import type { Live } from "../live/useLive.ts";
import { formatCount, formatMoney } from "../ui/money.ts";
import { Panel } from "../ui/Panel.tsx";
import { useNow } from "../ui/useNow.ts";
import { useSettled } from "../ui/useSettled.ts";
import { moment } from "../ui/when.ts";

const ANNOUNCE_EVERY_MS = 5_000;

export function ActivityPanel({ live, isConnected }: { live: Live; isConnected: boolean }) {
  const { orderChanges, stockChanges, latest } = live.activity;
  const announced = useSettled(orderChanges, ANNOUNCE_EVERY_MS);
  return (
    <Panel title="Happening now" name="activity">
      <div className="counter">
        <span className="counter-figure" data-counter="orders" key={orderChanges} aria-hidden="true">
          {formatCount(orderChanges)}
        </span>
        <span className="counter-words" aria-hidden="true">
          {orderChanges === 1 ? "order change" : "order changes"} since you opened this page
          {stockChanges > 0 && <small>and {formatCount(stockChanges)} in stock</small>}
        </span>
        <span className="sr-only" role="status" aria-live="polite">
          {announced > 0 && `${formatCount(announced)} order changes since you opened this page`}
        </span>
      </div>
      {latest.length === 0 ? (
        <p className="empty">
          {isConnected ? "Nothing yet. The next order shows up here by itself." : "Orders show up here as they happen."}
        </p>
      ) : (
        <ol className="changes" aria-label="Latest order changes">
          {latest.map((change) => (
            <ChangeRow change={change} key={change.key} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function ChangeRow({ change }: { change: OrderChange }) {
  const now = useNow();
  const place = change.marketplaceId === null ? null : marketplace(change.marketplaceId);
  return (
    <li>
      <span className="change-id">
        {change.orderId}
        {change.isNew && <span className="badge good">New</span>}
      </span>
      <span className="change-total">{change.total === null ? "" : formatMoney(change.total)}</span>
      <span className="change-facts">
        {statusWords(change.status)}
        {place !== null && <> · {place.name}</>}
      </span>
      <time className="change-time" dateTime={change.at}>
        {moment(change.at, now)}
      </time>
    </li>
  );
}

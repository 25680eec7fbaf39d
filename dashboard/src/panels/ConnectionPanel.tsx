import { useState } from "react";

import { DEFAULT_MARKETPLACE, marketplace } from "../amazon/marketplaces.ts";
import type { Connection } from "../api/connection.ts";
import { Loaded } from "../ui/Loaded.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Panel } from "../ui/Panel.tsx";
import type { Resource } from "../ui/useResource.ts";
import { date } from "../ui/when.ts";
import { ConnectForm } from "./ConnectForm.tsx";
import { DisconnectDialog } from "./DisconnectDialog.tsx";

interface ConnectionPanelProps {
  connection: Resource<Connection>;
  onDisconnected: () => void;
}

export function ConnectionPanel({ connection, onDisconnected }: ConnectionPanelProps) {
  const title = connection.value?.state === "none" ? "Connect Amazon" : "Amazon connection";
  return (
    <Panel title={title} name="connection" busy={connection.loading}>
      <Loaded resource={connection} placeholder={<p className="empty">Looking up your connection…</p>}>
        {(value) => {
          if (value.state === "none") return <ConnectForm />;
          return (
            <>
              {value.state === "renewal" ? <Renewal value={value} /> : <Trouble value={value} />}
              <Facts value={value} />
              <Disconnect onDisconnected={onDisconnected} />
              {value.state === "connected" && <ConnectAnother />}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function Renewal({ value }: { value: Connection }) {
  return (
    <>
      <Notice
        tone="warn"
        title="Amazon needs your permission again"
        text="Amazon no longer accepts the permission you gave. What you see stays; new orders and stock wait until you renew it."
      />
      {value.lastError !== null && <p className="hint">Amazon's last word: {value.lastError}</p>}
      <ConnectForm renew={value.marketplaces[0] ?? DEFAULT_MARKETPLACE} />
    </>
  );
}

/** A connected seller whose other account needs attention. */
function Trouble({ value }: { value: Connection }) {
  if (value.lastError === null) return null;
  return <Notice tone="warn" title="One of your accounts needs your permission again" text={value.lastError} />;
}

function Facts({ value }: { value: Connection }) {
  const isFine = value.state === "connected";
  return (
    <dl className="facts">
      <dt>Status</dt>
      <dd>
        <span className={isFine ? "badge good" : "badge warn"}>{isFine ? "Connected" : "Permission needed"}</span>
      </dd>
      <dt>Seller</dt>
      <dd className="seller-id">{value.sellerId ?? "–"}</dd>
      {value.since !== null && (
        <>
          <dt>Since</dt>
          <dd>{date(value.since)}</dd>
        </>
      )}
      <dt>Marketplaces</dt>
      <dd>{value.marketplaces.map((id) => marketplace(id).name).join(", ") || "–"}</dd>
    </dl>
  );
}

function ConnectAnother() {
  return (
    <details className="another">
      <summary>Connect another marketplace</summary>
      <ConnectForm compact />
    </details>
  );
}

function Disconnect({ onDisconnected }: { onDisconnected: () => void }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" className="button quiet danger-text" onClick={() => setAsking(true)}>
        Disconnect…
      </button>
      {asking && <DisconnectDialog onClose={() => setAsking(false)} onDisconnected={onDisconnected} />}
    </>
  );
}

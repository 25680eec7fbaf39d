import type { ReactNode } from "react";

import type { Setup } from "../api/dashboard.ts";
import { Loaded } from "../ui/Loaded.tsx";
import { formatCount } from "../ui/money.ts";
import { Panel } from "../ui/Panel.tsx";
import { useNow } from "../ui/useNow.ts";
import type { Resource } from "../ui/useResource.ts";
import { ago } from "../ui/when.ts";

export function SetupPanel({ setup }: { setup: Resource<Setup> }) {
  return (
    <Panel title="Setup" name="setup" busy={setup.loading}>
      <Loaded resource={setup} placeholder={<p className="empty">Checking…</p>}>
        {(status) => (
          <ul className="checks">
            <Settings setup={status} />
            <Check done={status.status === "connected"} text="Amazon account connected" />
            <FirstData setup={status} />
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}

function Settings({ setup }: { setup: Setup }) {
  if (setup.missing.length === 0) return <Check done text="Sellerport is set up for Amazon" />;
  return (
    <Check done={false} text="Settings are missing">
      <p>Ask your administrator to set:</p>
      <ul className="missing">
        {setup.missing.map((name) => (
          <li key={name}>
            <code>{name}</code>
          </li>
        ))}
      </ul>
    </Check>
  );
}

function FirstData({ setup }: { setup: Setup }) {
  const now = useNow();
  if (setup.lastSync === null) return <Check done={false} text="First data fetched" />;
  const counts = `${formatCount(setup.orderCount)} orders, ${formatCount(setup.inventoryCount)} SKUs`;
  return (
    <Check done text="First data fetched">
      <p>
        {counts}; last synchronised {ago(setup.lastSync, now)}.
      </p>
    </Check>
  );
}

function Check({ done, text, children }: { done: boolean; text: string; children?: ReactNode }) {
  return (
    <li className={done ? "check done" : "check"}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="7" />
        {done && <path d="m4.8 8.3 2.2 2.2 4.2-4.8" />}
      </svg>
      <div>
        <span>{text}</span>
        <span className="sr-only">{done ? " – done" : " – to do"}</span>
        {children}
      </div>
    </li>
  );
}

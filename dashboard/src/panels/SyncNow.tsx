import { useState } from "react";

import { startSync } from "../api/dashboard.ts";
import type { ApiError } from "../api/problem.ts";
import { useServices } from "../services.ts";
import { asApiError } from "../ui/useResource.ts";

export function SyncNow() {
  const { api } = useServices();
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");

  async function sync(): Promise<void> {
    setBusy(true);
    setSaid("");
    try {
      await startSync(api);
      setSaid("Started. The figures update as it goes.");
    } catch (cause) {
      setSaid(kindly(asApiError(cause)));
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="sync-now">
      <span role="status" className="said">
        {said}
      </span>
      <button type="button" className="button" disabled={busy} onClick={() => void sync()}>
        {busy ? "Starting…" : "Sync now"}
      </button>
    </div>
  );
}

/** A refusal to sync is no failure: the figures are fresh, or about to be. */
export function kindly(error: ApiError): string {
  if (error.status === 409 && error.code !== "amazon_not_connected") return "A synchronisation is already running.";
  if (error.status !== 429) return error.message;
  const minutes = Math.ceil((error.retryAfterSeconds ?? 0) / 60);
  if (minutes < 1) return "Synchronised a short while ago. Please try again later.";
  return `Synchronised a short while ago. You can ask again in ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`;
}

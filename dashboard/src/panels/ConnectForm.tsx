import { type SyntheticEvent, useId, useState } from "react";

import { DEFAULT_MARKETPLACE, marketplaces } from "../amazon/marketplaces.ts";
import { startConnecting } from "../api/connection.ts";
import { useServices } from "../services.ts";
import { Notice } from "../ui/Notice.tsx";
import { asApiError } from "../ui/useResource.ts";

interface ConnectFormProps {
  /** The marketplace of a connection that must be renewed: nothing is left to choose. */
  renew?: string | null;
  /** Without the words for those who connect for the first time. */
  compact?: boolean;
}

/** Starts the trip to Amazon's consent page. */
export function ConnectForm({ renew = null, compact = false }: ConnectFormProps) {
  const { api } = useServices();
  const field = useId();
  const [chosen, setChosen] = useState(renew ?? DEFAULT_MARKETPLACE);
  const [leaving, setLeaving] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function connect(event: SyntheticEvent): Promise<void> {
    event.preventDefault();
    setLeaving(true);
    setFailure(null);
    try {
      location.assign(await startConnecting(api, chosen));
    } catch (cause) {
      setFailure(asApiError(cause).message);
      setLeaving(false);
    }
  }

  const label = renew === null ? "Connect Amazon" : "Renew permission";
  const form = (
    <form className="connect" onSubmit={(event) => void connect(event)}>
      {renew === null && (
        <>
          {!compact && (
            <p className="lead">Connect your seller account once. Orders and stock then show up here and stay up to date.</p>
          )}
          <label htmlFor={field}>Where do you sell?</label>
          <select id={field} value={chosen} onChange={(event) => setChosen(event.target.value)}>
            {marketplaces().map((place) => (
              <option key={place.id} value={place.id}>
                {place.name}
              </option>
            ))}
          </select>
        </>
      )}
      <button type="submit" className="button primary" disabled={leaving}>
        {leaving ? "Opening Amazon…" : label}
      </button>
      {failure !== null && <Notice tone="bad" title="Amazon could not be opened" text={failure} />}
    </form>
  );
  if (renew !== null || compact) return form;
  return (
    <div className="connect-layout">
      {form}
      <ol className="steps" aria-label="What happens next">
        <li>Amazon opens and asks you to sign in and to allow access. Sellerport never sees your password.</li>
        <li>You come back here, and your recent orders and stock are fetched.</li>
        <li>From then on changes arrive by themselves. You can disconnect at any time.</li>
      </ol>
    </div>
  );
}

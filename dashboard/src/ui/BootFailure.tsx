import { Mark } from "./Mark.tsx";

/** What stands there when the page cannot even read its settings. */
export function BootFailure() {
  return (
    <main className="gate">
      <div className="gate-card" role="alert">
        <Mark />
        <h1>Sellerport is not reachable</h1>
        <p>The page could not read its settings. The service may be starting; please try again in a moment.</p>
        <button type="button" className="button primary" onClick={() => location.reload()}>
          Try again
        </button>
      </div>
    </main>
  );
}

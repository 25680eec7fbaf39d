import "./styles/index.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { outcomeOf, withoutOutcome } from "./amazon/outcome.ts";
import { ApiClient } from "./api/client.ts";
import { App } from "./App.tsx";
import { settleArrival } from "./auth/arrival.ts";
import { Gate } from "./auth/gate.ts";
import { SessionStore } from "./auth/session.ts";
import { loadConfig } from "./config.ts";
import { ServicesProvider } from "./services.ts";
import { BootFailure } from "./ui/BootFailure.tsx";

const container = document.getElementById("root");
if (container === null) throw new Error("index.html has no #root");
const root = createRoot(container);

try {
  const config = await loadConfig();
  const sessions = new SessionStore(sessionStorage);
  const arrival = await settleArrival(config.oidc, new URL(location.href), sessions);
  const arrived = new URL(arrival.location, location.origin);
  const outcome = outcomeOf(arrived);
  // A sign-in that is still to be made must bring the reader back to the same message, so only a session clears it.
  history.replaceState(null, "", sessions.current() === null ? arrival.location : withoutOutcome(arrived));
  const services = { api: new ApiClient(sessions), gate: new Gate(config.oidc, sessions), sessions };
  root.render(
    <StrictMode>
      <ServicesProvider value={services}>
        <App signInProblem={arrival.problem} outcome={outcome} />
      </ServicesProvider>
    </StrictMode>,
  );
} catch {
  root.render(<BootFailure />);
}

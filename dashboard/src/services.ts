import { createContext, useContext } from "react";

import type { ApiClient } from "./api/client.ts";
import type { Gate } from "./auth/gate.ts";
import type { SessionStore } from "./auth/session.ts";

/** What the panels work with; built once in main.tsx. */
export interface Services {
  api: ApiClient;
  gate: Gate;
  sessions: SessionStore;
}

const ServicesContext = createContext<Services | null>(null);

export const ServicesProvider = ServicesContext.Provider;

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error("ServicesProvider is missing");
  return services;
}

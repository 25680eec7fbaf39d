/** What the page must be told before it can do anything; served beside it as /config.json. */
export interface PageConfig {
  oidc: OidcSettings;
}

export interface OidcSettings {
  issuer: string;
  clientId: string;
  scope: string;
  /** Some issuers (Auth0) only mint an API token when its audience is asked for by name. */
  audience: string | null;
}

export async function loadConfig(): Promise<PageConfig> {
  const response = await fetch("/config.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`/config.json answered ${response.status}`);
  return readConfig(await response.json());
}

export function readConfig(document: unknown): PageConfig {
  const oidc = field(document, "oidc");
  const issuer = field(oidc, "issuer");
  const clientId = field(oidc, "client_id");
  if (typeof issuer !== "string" || typeof clientId !== "string") {
    throw new Error("/config.json must name oidc.issuer and oidc.client_id");
  }
  const scope = field(oidc, "scope");
  const audience = field(oidc, "audience");
  return {
    oidc: {
      issuer,
      clientId,
      scope: typeof scope === "string" ? scope : "openid profile email",
      audience: typeof audience === "string" ? audience : null,
    },
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** A refusal or failure of the API, told in words a seller can act on. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** The stable slug of the problem document; "unreachable" when no answer came. */
  readonly code: string;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(facts: {
    status: number;
    code: string;
    detail: string;
    requestId?: string | null;
    retryAfterSeconds?: number | null;
  }) {
    super(facts.detail);
    this.status = facts.status;
    this.code = facts.code;
    this.requestId = facts.requestId ?? null;
    this.retryAfterSeconds = facts.retryAfterSeconds ?? null;
  }
}

/** Reads an RFC 9457 problem document; anything else still yields a sentence. */
export async function problemOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const document = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const text = (name: string): string | null => {
    const value = document[name];
    return typeof value === "string" && value !== "" ? value : null;
  };
  return new ApiError({
    status: response.status,
    code: text("code") ?? `http_${response.status}`,
    detail: text("detail") ?? text("title") ?? sentenceFor(response.status),
    requestId: text("request_id") ?? response.headers.get("x-request-id"),
    retryAfterSeconds: secondsOf(response.headers.get("retry-after")),
  });
}

export function unreachable(): ApiError {
  return new ApiError({
    status: 0,
    code: "unreachable",
    detail: "Sellerport cannot be reached. Check your connection; this panel tries again when you ask it to.",
  });
}

function sentenceFor(status: number): string {
  if (status === 401) return "Your session has ended. Please sign in again.";
  if (status === 403) return "You do not have access to this.";
  if (status === 404) return "This is not here.";
  if (status === 429) return "That was asked for a moment ago. Please wait a little.";
  return "Something went wrong on our side. Please try again in a moment.";
}

function secondsOf(header: string | null): number | null {
  if (header === null || !/^\d+$/.test(header)) return null;
  return Number(header);
}

/**
 * The closed set of error codes. One table gives each code its HTTP status, gRPC status and exit status;
 * `docs/errors.md` is kept equal to it by a test.
 */
export const ERRORS = {
  invalid_request: {
    http: 400,
    grpc: 3,
    exit: 2,
    meaning: "The request is not well-formed: wrong type, missing or unknown field.",
  },
  invalid_definition: {
    http: 400,
    grpc: 3,
    exit: 2,
    meaning: "The workflow file has problems; `details.problems` lists each with line, column and remedy.",
  },
  invalid_input: {
    http: 400,
    grpc: 3,
    exit: 2,
    meaning: "An input of the run is missing, unknown, or of the wrong type.",
  },
  invalid_cursor: {
    http: 400,
    grpc: 3,
    exit: 2,
    meaning: "The cursor was not made by this server, or for another list.",
  },
  unauthenticated: { http: 401, grpc: 16, exit: 2, meaning: "No token, or one that is not valid." },
  forbidden: {
    http: 403,
    grpc: 7,
    exit: 2,
    meaning: "The request came from a foreign host or origin, or the token may not do this.",
  },
  not_found: { http: 404, grpc: 5, exit: 2, meaning: "There is no such thing, or its name is ambiguous." },
  method_not_allowed: { http: 405, grpc: 12, exit: 2, meaning: "The path exists, but not with this method." },
  conflict: { http: 409, grpc: 10, exit: 1, meaning: "The state of the thing does not allow this now." },
  idempotency_conflict: {
    http: 409,
    grpc: 10,
    exit: 2,
    meaning: "The idempotency key was used before with another request.",
  },
  home_in_use: { http: 409, grpc: 9, exit: 3, meaning: "Another server owns this home folder." },
  too_large: {
    http: 413,
    grpc: 8,
    exit: 2,
    meaning: "A body, a file, a value or a graph is past its limit; the message names the limit.",
  },
  range_not_satisfiable: {
    http: 416,
    grpc: 11,
    exit: 2,
    meaning: "The `Range` lies outside of what there is; `details.size_bytes` says how much there is.",
  },
  unsupported: {
    http: 422,
    grpc: 12,
    exit: 2,
    meaning: "Valid, but this Gaia cannot do it yet (such as an agent task).",
  },
  queue_full: { http: 429, grpc: 8, exit: 1, meaning: "Too much is waiting; try again later." },
  rate_limited: {
    http: 429,
    grpc: 8,
    exit: 2,
    meaning: "Too many wrong tokens or tickets came from one address; wait a second.",
  },
  storage_full: {
    http: 503,
    grpc: 8,
    exit: 3,
    meaning: "The disk is full. Nothing was written; free space and try again.",
  },
  storage_failed: {
    http: 503,
    grpc: 14,
    exit: 3,
    meaning: "The database could not be written or read. Nothing was written.",
  },
  storage_read_only: { http: 503, grpc: 9, exit: 3, meaning: "The home folder cannot be written." },
  schema_too_new: { http: 503, grpc: 9, exit: 3, meaning: "The database was written by a newer Gaia." },
  vault_locked: {
    http: 503,
    grpc: 9,
    exit: 3,
    meaning:
      "The master key of the secret store is missing or another; the message says where it is looked for.",
  },
  unavailable: {
    http: 503,
    grpc: 14,
    exit: 3,
    meaning: "The server is starting or stopping, or cannot be reached.",
  },
  timeout: { http: 504, grpc: 4, exit: 3, meaning: "No answer in time." },
  internal: {
    http: 500,
    grpc: 13,
    exit: 1,
    meaning: "A bug in Gaia. The request id finds it in the server's log.",
  },
} as const satisfies Record<string, { http: number; grpc: number; exit: number; meaning: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** The one error class that crosses rooms and processes. */
export class GaiaError extends Error {
  override readonly name = "GaiaError";
  readonly code: ErrorCode;
  /** JSON for programs: names, positions, limits. Never secrets, never stack traces. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}

/** The only funnel for caught values. What is not a `GaiaError` is a bug (`internal`); its text stays in `cause`, for the log. */
export function errorFrom(reason: unknown): GaiaError {
  if (reason instanceof GaiaError) return reason;
  const system = systemErrorFrom(reason);
  if (system !== null) return system;
  return new GaiaError("internal", "Something went wrong inside Gaia.", {}, { cause: reason });
}

const SYSTEM_ERRORS: Readonly<Record<string, { code: ErrorCode; message: string }>> = {
  ENOSPC: { code: "storage_full", message: "The disk is full. Free some space and try again." },
  EDQUOT: { code: "storage_full", message: "The disk quota is used up. Free some space and try again." },
  EROFS: { code: "storage_read_only", message: "The file system is read-only." },
};

function systemErrorFrom(reason: unknown): GaiaError | null {
  if (!(reason instanceof Error) || !("code" in reason) || typeof reason.code !== "string") return null;
  const known = SYSTEM_ERRORS[reason.code];
  return known === undefined ? null : new GaiaError(known.code, known.message, {}, { cause: reason });
}

/** What the server refused, or that it could not be reached: the one form in which errors come to screens. */
export class Refusal extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  /** HTTP status; 0: no answer came. */
  readonly status: number;

  constructor(
    status: number,
    code: string,
    message: string,
    details: Readonly<Record<string, unknown>>,
    requestId: string,
  ) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
    this.details = details;
    this.requestId = requestId;
  }
}

/** Any caught value as a refusal. */
export function refusalFrom(caught: unknown): Refusal {
  if (caught instanceof Refusal) return caught;
  const message = "The server did not answer. It may be restarting; what runs goes on.";
  return new Refusal(0, "unavailable", message, {}, "");
}

/** Out of an answer's body, as `{"error": {…}}`; a proxy's page says nothing of use. */
export function refusalOf(status: number, body: unknown): Refusal {
  const error = isRecord(body) && isRecord(body["error"]) ? body["error"] : {};
  const text = (key: string): string => (typeof error[key] === "string" ? error[key] : "");
  return new Refusal(
    status,
    text("code") === "" ? "unavailable" : text("code"),
    text("message") === "" ? `The server answered with status ${status}.` : text("message"),
    isRecord(error["details"]) ? error["details"] : {},
    text("request_id"),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

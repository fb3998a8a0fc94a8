import {
  Agent as PlainAgent,
  request as plainRequest,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { GaiaError, type ErrorCode } from "@gaia/contracts/errors.ts";
import { endpointText, shortSocketPath, type Endpoint } from "./endpoint.ts";

/** What is asked of the server. */
export interface HttpQuestion {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, with `contentType`. */
  readonly body?: string | Buffer;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Silence after which the connection counts as dead. */
  readonly idleMs?: number;
}

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Requests take at most this long without a byte; the server answers in milliseconds. */
const IDLE_MS = 30_000;

/** Speaks HTTP with one server: over its socket without a token, or over TCP with one. */
export class Transport {
  readonly endpoint: Endpoint;
  readonly #agent = new PlainAgent({ keepAlive: true, maxSockets: 32 });

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
  }

  /** The whole answer, whatever its status. Throws `unavailable` when the server cannot be reached. */
  async ask(question: HttpQuestion): Promise<HttpAnswer> {
    const response = await this.open(question);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of response) chunks.push(bufferOf(chunk));
    } catch (reason) {
      throw this.#connectionError(reason);
    }
    return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
  }

  /** The answer with its body still to be read. */
  async open(question: HttpQuestion): Promise<IncomingMessage> {
    const body = bodyOf(question);
    const headers: Record<string, string> = { accept: "application/json", ...question.headers };
    if (body !== null) {
      headers["content-type"] = body.type;
      headers["content-length"] = String(Buffer.byteLength(body.data));
    }
    const target = await this.#target(headers);
    try {
      const options: RequestOptions = {
        ...target.options,
        method: question.method ?? "GET",
        path: question.path,
        headers,
        ...(question.signal === undefined ? {} : { signal: question.signal }),
      };
      return await exchange(target.request, options, body?.data ?? null, question.idleMs ?? IDLE_MS);
    } catch (reason) {
      throw this.#connectionError(reason);
    } finally {
      await target.close();
    }
  }

  /** Lets idle connections go. */
  close(): void {
    this.#agent.destroy();
  }

  async #target(headers: Record<string, string>): Promise<Target> {
    const endpoint = this.endpoint;
    if (endpoint.kind === "socket") {
      const short = await shortSocketPath(endpoint.path).catch((reason: unknown) => {
        throw this.#connectionError(reason);
      });
      headers["host"] = "localhost";
      const agent = short.path === endpoint.path ? this.#agent : false;
      return { request: plainRequest, options: { socketPath: short.path, agent }, close: short.close };
    }
    if (endpoint.token !== null) headers["authorization"] = `Bearer ${endpoint.token}`;
    const { hostname, port } = endpoint.url;
    const options = { hostname: hostname.replace(/^\[|\]$/g, ""), ...(port === "" ? {} : { port }) };
    if (endpoint.url.protocol === "http:") {
      return { request: plainRequest, options: { ...options, agent: this.#agent }, close: async () => {} };
    }
    const secure = await import("node:https");
    return { request: secure.request, options, close: async () => {} };
  }

  #connectionError(reason: unknown): GaiaError {
    if (reason instanceof GaiaError) return reason;
    const code = reason instanceof Error && "code" in reason ? String(reason.code) : "";
    const where = endpointText(this.endpoint);
    if (code === "ENOENT" || code === "ECONNREFUSED") {
      return new GaiaError("unavailable", `The Gaia server is not running (nothing answers at ${where}).`, {
        absent: true,
        next: this.endpoint.kind === "socket" ? ["gaia up"] : [],
      });
    }
    if (code === "EACCES") {
      return new GaiaError("unavailable", `The socket ${where} belongs to another user.`);
    }
    if (code === "ABORT_ERR") return new GaiaError("timeout", "The request was given up.", { aborted: true });
    if (code === "ETIMEDOUT") return new GaiaError("timeout", `The Gaia server at ${where} does not answer.`);
    const why = reason instanceof Error ? reason.message : String(reason);
    return new GaiaError("unavailable", `The connection to the Gaia server at ${where} broke: ${why}.`, {
      broken: true,
    });
  }
}

/** Whether the error says that no server is there at all. */
export function isAbsent(error: unknown): boolean {
  return error instanceof GaiaError && error.details["absent"] === true;
}

/** Whether the error says that the connection broke or was never made. */
export function isConnectionError(error: unknown): error is GaiaError {
  return error instanceof GaiaError && (isAbsent(error) || error.details["broken"] === true);
}

/** The error that a refusing answer carries. */
export function refusalFrom(answer: { status: number; body: Buffer }): GaiaError {
  const parsed = parseErrorBody(answer.body.toString("utf8"));
  if (parsed !== null) return parsed;
  const code: ErrorCode =
    answer.status === 404 ? "not_found" : answer.status >= 500 ? "internal" : "invalid_request";
  return new GaiaError(code, `The server answered ${answer.status} without saying why.`);
}

interface Target {
  readonly request: typeof plainRequest;
  readonly options: RequestOptions;
  readonly close: () => Promise<void>;
}

function exchange(
  request: typeof plainRequest,
  options: RequestOptions,
  body: string | Buffer | null,
  idleMs: number,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(options, resolve);
    outgoing.setTimeout(idleMs, () => {
      outgoing.destroy(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" }));
    });
    outgoing.on("error", reject);
    outgoing.end(body ?? undefined);
  });
}

function bodyOf(question: HttpQuestion): { data: string | Buffer; type: string } | null {
  if (question.body !== undefined) {
    return { data: question.body, type: question.contentType ?? "application/json" };
  }
  return question.json === undefined
    ? null
    : { data: JSON.stringify(question.json), type: "application/json" };
}

function bufferOf(chunk: unknown): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
}

/**
 * The one place where a refusal's text becomes an error: what the server sent is checked by hand, field by field. Null
 * when the text is none.
 */
export function parseErrorBody(text: string): GaiaError | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || !isRecord(value["error"])) return null;
  const { code, message, details, request_id: requestId } = value["error"];
  if (typeof code !== "string" || typeof message !== "string") return null;
  return new GaiaError(code as ErrorCode, message, {
    ...(isRecord(details) ? details : {}),
    ...(typeof requestId === "string" ? { request_id: requestId } : {}),
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

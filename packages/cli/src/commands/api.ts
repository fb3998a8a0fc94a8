import { readFile } from "node:fs/promises";
import { GaiaError } from "@gaia/contracts/errors.ts";
import { nearest } from "@gaia/core/text/index.ts";
import type { HttpQuestion } from "../client/http.ts";
import { refusalFrom } from "../client/http.ts";
import type { Context } from "../context.ts";
import { EXIT, exitOfError } from "../exit.ts";
import { messageOf, readStdin, type Input } from "../input.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** `gaia api METHOD PATH`: the server's answer as it is; an event stream until it ends. */
export async function api(context: Context, input: Input): Promise<number> {
  const body = await bodyFrom(input.text("data"));
  const question: HttpQuestion = {
    method: methodFrom(input.argument(0)),
    path: pathFrom(input.argument(1)),
    headers: headersFrom(input.list("header")),
    ...(body === null
      ? {}
      : { body, contentType: looksLikeJson(body) ? "application/json" : "application/yaml" }),
  };
  const response = await context.client().transport.open({ ...question, idleMs: 0 });
  if (input.flag("include")) {
    context.note(`HTTP/1.1 ${response.statusCode} ${response.statusMessage}`);
    for (const [name, value] of Object.entries(response.headers)) context.note(`${name}: ${String(value)}`);
    context.note("");
  }
  const status = response.statusCode ?? 0;
  const chunks: Buffer[] = [];
  let endsLine = true;
  for await (const chunk of response) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    if (status >= 400) chunks.push(bytes);
    endsLine = bytes.at(-1) === 10;
    await context.outRaw(bytes);
  }
  if (context.stdoutIsTerminal && !endsLine) context.out("");
  return status < 400 ? EXIT.success : exitOfError(refusalFrom({ status, body: Buffer.concat(chunks) }));
}

function methodFrom(given: string): NonNullable<HttpQuestion["method"]> {
  const wanted = given.toUpperCase();
  const method = METHODS.find((one) => one === wanted);
  if (method !== undefined) return method;
  const near = nearest(wanted, METHODS);
  const guess = near === null ? `It is one of ${METHODS.join(", ")}.` : `Did you mean \`${near}\`?`;
  throw new GaiaError("invalid_request", `There is no method \`${given}\`. ${guess}`);
}

/** Paths of the documentation begin with `/api/…`; what does not is meant below `/api/v1`. */
function pathFrom(given: string): string {
  const path = given.startsWith("/") ? given : `/${given}`;
  const whole = /^\/(?:api\/|health\b|ready\b|metrics\b)/.test(path) ? path : `/api/v1${path}`;
  // What may not stand in a request line is encoded; what is encoded already stays.
  return encodeURI(whole).replaceAll("%25", "%");
}

function headersFrom(texts: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const text of texts) {
    const colon = text.indexOf(":");
    if (colon < 1) throw new GaiaError("invalid_request", `--header wants \`Name: value\`, not \`${text}\`.`);
    headers[text.slice(0, colon).trim().toLowerCase()] = text.slice(colon + 1).trim();
  }
  return headers;
}

async function bodyFrom(data: string | null): Promise<string | null> {
  if (data === null || !data.startsWith("@")) return data;
  if (data === "@-") return readStdin();
  try {
    return await readFile(data.slice(1), "utf8");
  } catch (reason) {
    throw new GaiaError(
      "invalid_request",
      `--data names the file \`${data.slice(1)}\`, which cannot be read: ${messageOf(reason)}.`,
    );
  }
}

function looksLikeJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

import createClient from "openapi-fetch";
import { refusalOf } from "./refusal.ts";
import type { components, paths } from "./schema.d.ts";

/** The typed client: paths, parameters and answers are those of the server's OpenAPI document. */
export const api = createClient<paths>({
  baseUrl: "/api/v1",
  credentials: "same-origin",
  headers: { "X-Gaia-Client": "web" },
});

export type Schemas = components["schemas"];
export type RunView = Schemas["Run"];
export type RunDetail = Schemas["RunDetail"];
export type JobView = Schemas["Job"];
export type JobDetail = Schemas["JobDetail"];
export type EventView = Schemas["Event"];
export type SystemView = Schemas["System"];

interface Outcome<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * The data of an answer.
 *
 * @throws Refusal what the server refused; `fetch`'s own error when no answer came
 */
export async function data<Data>(call: Promise<Outcome<Data>>): Promise<Data> {
  const { data: found, error, response } = await call;
  if (!response.ok) throw refusalOf(response.status, error);
  // An answer without a body, such as 204, is typed so by the document.
  return found as Data;
}

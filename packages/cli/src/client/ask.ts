import { refusalFrom, type HttpAnswer, type HttpQuestion, type Transport } from "./http.ts";

/** Before every path of the REST interface. */
export const PREFIX = "/api/v1";

/** Asks, and throws what the server refuses. */
export async function accepted(transport: Transport, question: HttpQuestion): Promise<HttpAnswer> {
  const answer = await transport.ask(question);
  if (answer.status >= 400) throw refusalFrom(answer);
  return answer;
}

/**
 * The edge where the server's JSON becomes a typed value. Server and command line are one release and the schemas
 * behind these types are tested on the server's side; loading them here would cost each command 45 ms.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names what the path answers
export function parseAnswer<T>(body: Buffer | string): T {
  return JSON.parse(body.toString()) as T;
}

/** The query of a path; what is undefined is left out. */
export function query(values: Readonly<Record<string, string | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) search.set(name, value);
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

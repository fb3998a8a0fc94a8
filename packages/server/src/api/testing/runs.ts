import { expect } from "vitest";
import type { TestServer } from "./test-server.ts";
import { until } from "./until.ts";

/** Starts a run of a definition; answers with its id. */
export async function startRun(server: TestServer, definition: string): Promise<string> {
  const reply = await server.post("/api/v1/runs", { definition });
  expect(reply.status, reply.text).toBe(201);
  return String(reply.json.run_id);
}

/** Waits for the end of a run; answers with its detail. */
export async function endedRun(server: TestServer, id: string): Promise<object> {
  await until(() => server.engine.live.get(id) === undefined, `${id} ends`);
  return (await server.ask(`/api/v1/runs/${id}`)).json as object;
}

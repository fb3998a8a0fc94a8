import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "./testing/test-server.ts";

let server: TestServer;
// oxlint-disable-next-line typescript/no-explicit-any -- a document of many shapes, read field by field
let document: any;

beforeAll(async () => {
  server = await startTestServer();
  ({ json: document } = await server.ask("/api/v1/openapi.json"));
});
afterAll(() => server.close());

/** What command line and dashboard ask for. */
const ASKED = [
  "get /health",
  "get /ready",
  "get /metrics",
  "post /runs",
  "get /runs",
  "get /runs/{ref}",
  "get /runs/{ref}/jobs",
  "get /runs/{ref}/jobs/{key}",
  "get /runs/{ref}/jobs/{key}/environment",
  "get /runs/{ref}/jobs/{key}/log",
  "get /runs/{ref}/jobs/{key}/log/outline",
  "get /runs/{ref}/jobs/{key}/log/lines",
  "get /runs/{ref}/jobs/{key}/log/search",
  "get /runs/{ref}/jobs/{key}/artifacts/{path}",
  "get /runs/{ref}/commit-status",
  "get /runs/{ref}/events",
  "get /runs/{ref}/stream",
  "get /runs/{ref}/why",
  "get /runs/{ref}/graph",
  "get /runs/{ref}/artifacts",
  "get /runs/{ref}/tests",
  "post /runs/{ref}/stop",
  "post /runs/{ref}/retry",
  "post /runs/{ref}/jobs/{key}/approve",
  "post /runs/{ref}/jobs/{key}/reject",
  "post /runs/{ref}/jobs/{key}/stop",
  "get /events",
  "post /workflows",
  "post /pipelines",
  "get /pipelines",
  "get /pipelines/{id}",
  "delete /pipelines/{id}",
  "post /pipelines/{id}/build",
  "patch /pipelines/{id}/source",
  "post /pipelines/{id}/pin",
  "post /pipelines/{id}/unpin",
  "post /pipelines/{id}/promote",
  "post /pipelines/{id}/rollback",
  "get /pipelines/{id}/statistics",
  "get /pipelines/{id}/versions",
  "get /pipelines/{id}/versions/{version}",
  "post /pipelines/{id}/pause",
  "post /pipelines/{id}/resume",
  "get /overview",
  "get /inbox",
  "get /triggers",
  "post /hooks/{pipeline}/{webhook}",
  "get /settings",
  "get /secrets",
  "post /secrets",
  "get /secrets/{name}",
  "delete /secrets/{name}",
  "get /secrets/{name}/versions",
  "delete /secrets/{name}/versions/{version}",
  "post /secrets/{name}/reveal",
  "get /vault",
  "post /vault/rotate",
  "get /runs/{ref}/jobs/{key}/tests",
  "get /workflows",
  "get /workflows/{id}",
  "delete /workflows/{id}",
  "post /workflows/{id}/start",
  "post /workflows/{id}/stop",
  "get /workflows/{id}/status",
  "get /workflows/{id}/tasks",
  "get /workflows/{id}/tasks/{task_id}",
  "get /workflows/{id}/tasks/{task_id}/logs",
  "post /workflows/{id}/pause",
  "post /workflows/{id}/resume",
  "post /workflows/validate",
  "get /workflows/schema",
  "post /session/tickets",
  "get /session",
  "post /session",
  "delete /session",
  "get /workers",
  "get /system",
  "post /system/shutdown",
  "post /system/db/check",
  "post /system/db/compact",
  "post /system/db/backup",
  "get /activity",
  "get /openapi.json",
];

function operations(): readonly string[] {
  return Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
}

describe("the OpenAPI document", () => {
  test("describes every route there is, and no other", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(operations().toSorted()).toEqual(ASKED.toSorted());
  });

  test("names each operation once, and refers only to what it has", () => {
    const ids = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    const referred = new Set(
      Array.from(JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g), ([, ref = ""]) => ref),
    );
    const there = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect([...referred].filter((ref) => !there.includes(ref))).toEqual([]);
    expect(referred).toContain("#/components/schemas/RunDetail");
    expect(JSON.stringify(document)).not.toContain("$defs");
    const { RunDetail, Error: refusal } = document.components.schemas;
    expect(RunDetail).toMatchObject({ type: "object", properties: { jobs: { type: "array" } } });
    expect(refusal.required).toEqual(["error"]);
  });

  test("says parameters, bodies and answers as the routes take and give them", () => {
    const list = document.paths["/runs"].get;
    expect(
      list.parameters.map(
        ({ name, in: place, required }: { name: string; in: string; required: boolean }) => [
          name,
          place,
          required,
        ],
      ),
    ).toEqual([
      ["status", "query", false],
      ["pipeline", "query", false],
      ["search", "query", false],
      ["created_after", "query", false],
      ["created_before", "query", false],
      ["started_by", "query", false],
      ["trigger", "query", false],
      ["took_min", "query", false],
      ["took_max", "query", false],
      ["sort", "query", false],
      ["limit", "query", false],
      ["cursor", "query", false],
    ]);
    const create = document.paths["/runs"].post;
    expect(Object.keys(create.requestBody.content)).toEqual(["application/json", "application/yaml"]);
    expect(create.requestBody.content["application/json"].schema).toMatchObject({
      required: ["definition"],
      additionalProperties: false,
    });
    expect(create.responses["201"].content["application/json"].schema).toEqual({
      $ref: "#/components/schemas/Started",
    });
    expect(create.responses.default.content["application/json"].schema).toEqual({
      $ref: "#/components/schemas/Error",
    });
    expect(document.paths["/health"].get.security).toEqual([]);
  });

  test("is true of the router: every path answers under both prefixes", async () => {
    for (const prefix of ["/api/v1", "/api/orchestration"]) {
      for (const operation of operations()) {
        const [, path = ""] = operation.split(" ");
        const url = prefix + path.replaceAll(/\{\w+\}/g, "x");
        // A method that no route has: a path that is known says so, one that is not says that there is nothing.
        const reply = await server.ask({ method: "PUT", path: url });
        expect([url, reply.status]).toEqual([url, 405]);
      }
    }
  });
});

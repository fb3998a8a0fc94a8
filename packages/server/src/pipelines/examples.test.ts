import { globSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { workflowFile, workflowJsonSchema } from "@gaia/contracts/workflow-file.ts";
import { fastify } from "fastify";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseWorkflowInline } from "./parse-workflow.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
/** Workflows; a program has a `gaia.yaml`. */
const EXAMPLES = globSync("examples/**/*.{yaml,yml}", {
  cwd: ROOT,
  exclude: ["**/node_modules/**", "**/gaia.yaml"],
});

/** Fastify's own validator (ajv) stands for the editors that use the schema. */
async function isValid(value: unknown): Promise<boolean> {
  const { $schema: _, ...schema } = workflowJsonSchema();
  const server = fastify({
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, strict: false } },
  });
  server.post("/", { schema: { body: schema } }, () => ({}));
  const response = await server.inject({ method: "POST", url: "/", payload: value as object });
  await server.close();
  return response.statusCode === 200;
}

describe("the examples", () => {
  it.each(EXAMPLES)("%s is valid, without warnings", async (file) => {
    const text = readFileSync(`${ROOT}${file}`, "utf8");
    const parsed = parseWorkflowInline(text, { file: relative(ROOT, file) });
    expect(parsed.kind === "invalid" ? parsed.problems : parsed.warnings).toEqual([]);
    expect(await isValid(parse(text))).toBe(true);
  });

  it("exist", () => expect(EXAMPLES.length).toBeGreaterThan(0));
});

describe("the JSON Schema", () => {
  it("describes every key of a file and of a task", () => {
    const { properties } = workflowJsonSchema() as {
      properties: Record<string, { items?: { properties?: object } }>;
    };
    expect(Object.keys(properties).toSorted()).toEqual(Object.keys(workflowFile.shape).toSorted());
    expect(Object.keys(properties["tasks"]?.items?.properties ?? {})).toContain("success_codes");
  });

  it("refuses what the parser refuses for its shape", async () => {
    const good = { name: "w", tasks: [{ id: "a", command: "x", retry: { attempts: 2 }, env: { A: 1 } }] };
    expect(await isValid(good)).toBe(true);
    expect(await isValid({ ...good, jobs: [] })).toBe(false);
    expect(await isValid({ ...good, tasks: [] })).toBe(false);
    expect(await isValid({ ...good, tasks: [{ id: "a b" }] })).toBe(false);
    expect(await isValid({ ...good, tasks: [{ id: "a", type: "shel" }] })).toBe(false);
    expect(await isValid({ ...good, tasks: [{ id: "a", dependancies: [] }] })).toBe(false);
  });
});

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Gaia, workflow } from "./gaia.ts";

/** A secret is given to the tasks that may have it, and is found nowhere else. */

const TOKEN = "s3cr3t-Value/with+signs=";
let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start({
    environment: { DEPLOY_TOKEN: TOKEN, OTHER_TOKEN: "another-secret-value" },
    config: '[secrets]\nallow = ["DEPLOY_TOKEN", "UNSET_TOKEN"]\n',
  });
});
afterAll(() => gaia.close());

function task(id: string, command: string, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ id, command, ...more });
}

test.each(["OTHER_TOKEN", "UNSET_TOKEN"])("%s is refused: not allowed, or not there", async (name) => {
  const definition = workflow("refused", task("a", "echo", { secrets: [name] }));
  const reply = await gaia.post("/api/v1/runs", { definition });
  expect([reply.status, reply.json.error.code]).toEqual([400, "invalid_input"]);
  expect(reply.json.error.message).toContain(`\`a\` needs the secret ${name}`);
  expect(reply.json.error.message).toContain("[secrets] allow of config.toml");
  const end = await gaia.runFile(definition);
  expect(end).toMatchObject({ status: 2, stdout: "" });
  expect(end.stderr).toContain(name);
});

test("a task that does not name a secret does not have it", async () => {
  const run = await gaia.run(workflow("none", task("a", "env")));
  const log = (await gaia.log(run.id, "a")).toString();
  expect(log).toContain("GAIA_RUN_ID");
  expect(log).not.toMatch(/TOKEN/);
});

test("the task has it; log, outputs, summary, growth, files and API show stars", async () => {
  const command = [
    'printf "%s" "$DEPLOY_TOKEN" | wc -c > length',
    'echo "plain $DEPLOY_TOKEN" "${secrets.DEPLOY_TOKEN}"',
    'printf "%s" "$DEPLOY_TOKEN" | base64',
    // In two writes: masking must not depend on how a text arrives.
    'printf "s3cr3t-Value"; printf "/with+signs=\\n"',
    'echo "token=$DEPLOY_TOKEN" > $GAIA_OUTPUT',
    'echo "# $DEPLOY_TOKEN" > $GAIA_SUMMARY',
    'echo "tasks: [{id: grown, command: echo grown, description: \\"$DEPLOY_TOKEN\\"}]" > $GAIA_GRAPH',
    "exit 3",
  ].join("; ");
  const run = await gaia.run(
    workflow(
      "masked",
      task("a", command, { secrets: ["DEPLOY_TOKEN"], on_error: "continue", success_codes: [3] }),
      task("b", 'printf "%s" "$MINE" | wc -c', { env: { MINE: "${secrets.DEPLOY_TOKEN}" } }),
    ),
  );
  expect(run.status).toBe("completed");
  expect(Number(gaia.read("length"))).toBe(TOKEN.length);
  expect(Number((await gaia.log(run.id, "b")).toString())).toBe(TOKEN.length);
  const log = (await gaia.log(run.id, "a")).toString();
  expect(log.split("\n").slice(0, 4)).toEqual(["plain *** ***", "***", "***", ""]);
  const job = await gaia.job(run.id, "a");
  expect(job.outputs).toEqual({ token: "***" });
  expect(job.summary).toBe("# ***\n");
  const answers = await Promise.all(
    ["", "/jobs", "/jobs/a", "/jobs/b", "/events?limit=500", "/graph", "/why", "/jobs/a/log"].map((path) =>
      gaia.ask(`/api/v1/runs/${run.id}${path}`),
    ),
  );
  for (const answer of answers) {
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain(TOKEN);
  }
  const shown = await gaia.gaia("show", run.id, "a");
  expect(shown.stdout + (await gaia.gaia("logs", run.id)).stdout).not.toContain(TOKEN);
});

test("a secret input takes the name of a secret; a value that was typed in is refused, and not repeated", async () => {
  const command = 'printf "%s" "${inputs.password}" | wc -c; echo "${inputs.password}"';
  const definition = `inputs: {password: {type: secret}}\n${workflow("named", task("a", command))}`;
  const run = await gaia.run(definition, { inputs: { password: "DEPLOY_TOKEN" } });
  expect(run.status).toBe("completed");
  expect((await gaia.log(run.id, "a")).toString()).toBe(`${TOKEN.length}\n***\n`);
  const value = "typed-in-secret/4711";
  const end = await gaia.runFile(definition, "--input", `password=${value}`);
  expect(end).toMatchObject({ status: 2, stdout: "" });
  expect(end.stderr).toContain("the name of a secret");
  expect(end.stderr).not.toContain(value);
  expect(filesWith(value)).toEqual([]);
});

test("no file of the home holds a secret, the database and the journals included", async () => {
  expect(filesWith(TOKEN)).toEqual([]);
});

/** Files below the home that hold a text. */
function filesWith(text: string): readonly string[] {
  const names = readdirSync(gaia.home, { recursive: true, encoding: "utf8" });
  return names.filter((name) => {
    const path = join(gaia.home, name);
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true && readFileSync(path).includes(text);
  });
}

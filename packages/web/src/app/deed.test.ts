import { describe, expect, it } from "vitest";
import { type Deed, deedPieces, groupOf, initials, startText } from "./deed.ts";

describe("what was done, as a sentence", () => {
  const actor = { kind: "user", id: "marta", via: "api" } as const;
  const deed = (kind: string, body: object, change: Partial<Deed> = {}): Deed => ({
    cursor: "1",
    at: "2026-11-19T12:00:00Z",
    actor,
    kind,
    subject: "ci",
    body,
    ...change,
  });
  const run = { run: "run_1", number: 4 };
  it.each([
    ["marta started ci #4", deed("run.started", { ...run, trigger: "manual" })],
    ["The schedule started ci #4", deed("run.started", { ...run, trigger: "cron" })],
    ["marta retried ci #4", deed("run.retried", run)],
    ["marta stopped ci #4, by force", deed("run.stopped", { ...run, force: true })],
    ["marta approved deploy of ci #4", deed("job.approved", { ...run, task: "deploy" })],
    ["marta rejected deploy of ci #4", deed("job.rejected", { ...run, task: "deploy" })],
    ["marta saved version 7 of ci", deed("pipeline.saved", { version: 7 })],
    ["marta paused ci", deed("pipeline.paused", { version: 7 })],
    ["marta made ci", deed("pipeline.created", { version: 0 })],
    ["Build 4 made version 7 of ci", deed("pipeline.built", { ...run, version: 7 })],
    ["Build 4 failed to build ci", deed("pipeline.build_failed", run)],
    ["marta rolled back ci to version 6", deed("pipeline.rolled_back", { version: 6 })],
    ["marta unpinned ci: its newest version runs", deed("pipeline.unpinned", { version: 7 })],
    ["marta changed where ci is built from", deed("pipeline.source_changed", {})],
    [
      "10.0.0.1 delivered to the webhook push of ci",
      deed("trigger.fired", { webhook: "push", from: "10.0.0.1" }),
    ],
    [
      "4f2a4f2a4f2a came to v1, and started ci",
      deed("trigger.fired", { ref: "refs/tags/v1", commit: "4f2a".repeat(10) }),
    ],
    ["marta checked the database: sound", deed("database.checked", { problems: 0 }, { subject: "" })],
    ["marta checked the database: 2 problems", deed("database.checked", { problems: 2 })],
    ["The command line ended the server", deed("server.stopped", {}, { actor: { ...actor, id: "local" } })],
    ["marta stored the secret TOKEN", deed("secret.added", { version: 1, secret: "TOKEN" }, { subject: "" })],
    [
      "marta stored version 2 of the secret TOKEN",
      deed("secret.replaced", { version: 2, secret: "TOKEN" }, { subject: "" }),
    ],
    [
      "marta changed what is said of the secret TOKEN",
      deed("secret.changed", { secret: "TOKEN" }, { subject: "" }),
    ],
    [
      "marta looked at version 2 of the secret TOKEN",
      deed("secret.revealed", { version: 2, secret: "TOKEN" }, { subject: "" }),
    ],
    [
      "marta removed version 2 of the secret TOKEN",
      deed("secret.version_removed", { version: 2, secret: "TOKEN" }, { subject: "" }),
    ],
    ["marta removed the secret TOKEN", deed("secret.removed", { secret: "TOKEN" }, { subject: "" })],
    ["marta replaced the master key of the secrets", deed("secret.key_rotated", {}, { subject: "" })],
    [
      "Gaia: secrets turned over ci",
      deed("secrets.turned_over", {}, { actor: { ...actor, kind: "system" } }),
    ],
  ])("%s", (expected, entry) => {
    const text = deedPieces(entry)
      .map((piece) => piece.text)
      .join("");
    expect(text).toBe(expected);
  });

  it("leads to the run or the pipeline", () => {
    const links = (entry: Deed) => deedPieces(entry).flatMap(({ to }) => to ?? []);
    expect(links(deed("run.started", run))).toEqual(["/runs/run_1"]);
    expect(links(deed("pipeline.saved", {}))).toEqual(["/pipelines/ci"]);
    expect(links(deed("pipeline.removed", {}))).toEqual([]);
  });

  it("stands in a group for the filter", () => {
    expect(groupOf("pipeline.saved")).toBe("pipeline");
  });

  it("has the initials of who did it", () => {
    const of = (id: string) => initials({ ...actor, id });
    expect(["marta", "marta lindqvist", "jon.okafor", "local"].map(of)).toEqual(["MA", "ML", "JO", "CL"]);
    expect(initials({ ...actor, kind: "system" })).toBe("");
  });

  it("says what started a run", () => {
    expect(startText({ trigger: "manual", actor, retry_of: null })).toBe("marta started it");
    expect(startText({ trigger: "manual", actor, retry_of: "run_0" })).toBe("marta retried it");
    expect(startText({ trigger: "cron", actor, retry_of: null })).toBe("on schedule");
    expect(startText({ trigger: "run", actor, retry_of: null })).toBe("another run started it");
  });
});

import { describe, expect, it } from "vitest";
import type { OriginalHome, OriginalPipeline } from "./gaia-home.ts";
import { planImport } from "./plan.ts";
import { convertSchedule } from "./schedule.ts";

const repository = {
  url: "https://example.org/ship.git",
  branch: "main",
  user: "",
  password: "",
  sshUser: "",
  sshKey: "",
  sshPassphrase: "",
};
const pipeline: OriginalPipeline = {
  name: "ship",
  language: "golang",
  repository,
  built: null,
  schedules: [],
};
const plan = (home: Partial<OriginalHome>, built = false) =>
  planImport({ pipelines: [], secrets: new Map(), notes: [], ...home }, { built });

describe("what is done about an original Gaia's home", () => {
  it("builds from the repository, or takes what was built", () => {
    const both = { ...pipeline, built: "/old/pipelines/ship_golang" };
    expect(plan({ pipelines: [both] }).pipelines).toMatchObject([
      { kind: "git", url: repository.url, branch: "main" },
    ]);
    expect(plan({ pipelines: [both] }, true).pipelines).toEqual([
      { kind: "file", name: "ship", path: both.built, language: "golang" },
    ]);
    expect(plan({ pipelines: [{ ...both, repository: null }] }).pipelines).toMatchObject([{ kind: "file" }]);
    const neither = plan({ pipelines: [{ ...pipeline, repository: null }] });
    expect(neither.pipelines).toEqual([]);
    expect(neither.notes[0]).toContain("neither a repository nor a built program");
  });

  it("makes secrets of credentials that lay open, and says so of a passphrase", () => {
    const withPassword = {
      ...pipeline,
      name: "my ship",
      repository: { ...repository, user: "ann", password: "pw" },
    };
    const withKey = {
      ...pipeline,
      name: "2nd",
      repository: { ...repository, sshKey: "PEM", sshPassphrase: "x", sshUser: "git" },
    };
    const made = plan({ pipelines: [withPassword, withKey] });
    expect(made.pipelines).toMatchObject([
      { name: "my-ship", user: "ann", token: "MY_SHIP_GIT_TOKEN", sshKey: null },
      { name: "2nd", user: "git", token: null, sshKey: "_2ND_SSH_KEY" },
    ]);
    expect(made.secrets.map(({ name, value }) => [name, value])).toEqual([
      ["MY_SHIP_GIT_TOKEN", "pw"],
      ["_2ND_SSH_KEY", "PEM"],
    ]);
    expect(made.notes.join("\n")).toContain("`my ship` is called `my-ship` here");
    const alike = ["my-ship", "my_ship"].map((name) => ({ ...withPassword, name }));
    expect(plan({ pipelines: alike }).pipelines).toMatchObject([
      { token: "MY_SHIP_GIT_TOKEN" },
      { token: "MY_SHIP_GIT_TOKEN_2" },
    ]);
    expect(made.notes.join("\n")).toContain("passphrase");
  });

  it("leaves out secrets that cannot be named here, and says which", () => {
    const made = plan({
      secrets: new Map([
        ["GOOD", "1"],
        ["bad-name", "2"],
      ]),
    });
    expect(made.secrets.map(({ name }) => name)).toEqual(["GOOD"]);
    expect(made.notes[0]).toContain("`bad-name` is left out");
  });

  it("starts pipelines at the same times, by a workflow", () => {
    const made = plan({ pipelines: [{ ...pipeline, schedules: ["0 30 2 * * *", "@every 1h", "nonsense"] }] });
    expect(made.schedules).toMatchObject([
      { name: "ship-schedule", pipeline: "ship", crons: ["0 30 2 * * *", "0 * * * *"] },
    ]);
    expect(made.schedules[0]?.definition).toContain('  - cron: "0 30 2 * * *"\n');
    expect(made.notes[0]).toContain("`nonsense` of `ship` is left out");
  });
});

describe("a schedule of the original", () => {
  it.each([
    ["0 0 12 * * MON", "0 0 12 * * MON"],
    // Five fields are six without the last: second, minute, hour, day, month.
    ["0 30 4 1 *", "0 30 4 1 * *"],
    ["@daily", "@daily"],
    ["@every 30s", "*/30 * * * * *"],
    ["@every 1m", "* * * * *"],
    ["@every 15m", "*/15 * * * *"],
    ["@every 1h30m", null],
    ["@every 6h", "0 */6 * * *"],
    ["@every 24h", "0 0 * * *"],
    ["@every 0s", null],
    ["* * *", null],
  ])("%s is %s", (text, cron) => {
    const converted = convertSchedule(text);
    expect(converted.kind === "ok" ? converted.cron : null).toBe(cron);
  });
});

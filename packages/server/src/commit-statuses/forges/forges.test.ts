import { COMMIT_STATES, type Forge } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { type CommitStatus, FORGE_CLIENTS } from "./index.ts";

const COMMIT = "4f2a".repeat(10);

function statusAt(forge: Forge, api: string, given: Partial<CommitStatus> = {}): CommitStatus {
  return {
    target: { forge, api, repository: "team/my app", context: "gaia/ci", token: "STATUS_TOKEN" },
    commit: COMMIT,
    state: "pending",
    description: "Run #1 is in progress",
    url: "https://gaia.example.org/runs/run_1",
    ...given,
  };
}

describe("a status, as each forge documents it", () => {
  test("GitHub: POST /repos/{owner}/{repo}/statuses/{sha}", () => {
    expect(FORGE_CLIENTS.github.request(statusAt("github", "https://api.github.com"), "t0ken")).toEqual({
      url: `https://api.github.com/repos/team/my%20app/statuses/${COMMIT}`,
      headers: {
        accept: "application/vnd.github+json",
        authorization: "Bearer t0ken",
        "x-github-api-version": "2022-11-28",
      },
      body: {
        state: "pending",
        context: "gaia/ci",
        description: "Run #1 is in progress",
        target_url: "https://gaia.example.org/runs/run_1",
      },
    });
  });

  test("Gitea: POST /repos/{owner}/{repo}/statuses/{sha}", () => {
    const status = statusAt("gitea", "https://git.example.org/api/v1", { url: null });
    expect(FORGE_CLIENTS.gitea.request(status, "t0ken")).toEqual({
      url: `https://git.example.org/api/v1/repos/team/my%20app/statuses/${COMMIT}`,
      headers: { accept: "application/json", authorization: "token t0ken" },
      body: { state: "pending", context: "gaia/ci", description: "Run #1 is in progress" },
    });
  });

  test("GitLab: POST /projects/{path, as one part}/statuses/{sha}", () => {
    expect(FORGE_CLIENTS.gitlab.request(statusAt("gitlab", "https://gitlab.com/api/v4"), "t0ken")).toEqual({
      url: `https://gitlab.com/api/v4/projects/team%2Fmy%20app/statuses/${COMMIT}`,
      headers: { accept: "application/json", "private-token": "t0ken" },
      body: {
        state: "running",
        name: "gaia/ci",
        description: "Run #1 is in progress",
        target_url: "https://gaia.example.org/runs/run_1",
      },
    });
  });

  test("Bitbucket: POST /repositories/{workspace}/{repo}/commit/{sha}/statuses/build", () => {
    const status = statusAt("bitbucket", "https://api.bitbucket.org/2.0");
    expect(FORGE_CLIENTS.bitbucket.request(status, "t0ken")).toEqual({
      url: `https://api.bitbucket.org/2.0/repositories/team/my%20app/commit/${COMMIT}/statuses/build`,
      headers: { accept: "application/json", authorization: "Bearer t0ken" },
      body: {
        state: "INPROGRESS",
        key: "gaia/ci",
        name: "gaia/ci",
        description: "Run #1 is in progress",
        url: "https://gaia.example.org/runs/run_1",
      },
    });
  });

  test.each<[Forge, readonly string[]]>([
    ["github", ["pending", "success", "failure", "error"]],
    ["gitea", ["pending", "success", "failure", "error"]],
    ["gitlab", ["running", "success", "failed", "canceled"]],
    ["bitbucket", ["INPROGRESS", "SUCCESSFUL", "FAILED", "STOPPED"]],
  ])("%s has a word for each state", (forge, words) => {
    const told = COMMIT_STATES.map(
      (state) => FORGE_CLIENTS[forge].request(statusAt(forge, "https://x", { state }), "t").body["state"],
    );
    expect(told).toEqual(words);
  });

  test("Bitbucket's key has 40 characters at most, and long ones stay apart", () => {
    const keyOf = (context: string): string => {
      const status = statusAt("bitbucket", "https://x");
      const target = { ...status.target, context };
      return FORGE_CLIENTS.bitbucket.request({ ...status, target }, "t").body["key"] ?? "";
    };
    const long = `gaia/${"x".repeat(60)}`;
    expect(keyOf("x".repeat(40))).toBe("x".repeat(40));
    expect(keyOf(long)).toMatch(/^gaia\/x{26}-[0-9a-f]{8}$/);
    expect(keyOf(`${long}1`)).not.toBe(keyOf(`${long}2`));
  });

  test("GitLab refuses a step to where it is: then it has been told", () => {
    const { hasAlready } = FORGE_CLIENTS.gitlab;
    const refusal = (from: string): string =>
      JSON.stringify({
        message: `Cannot transition status via :run from :${from} (Reason(s): Status cannot transition via "run")`,
      });
    const status = statusAt("gitlab", "https://x");
    expect(hasAlready(status, { status: 400, text: refusal("running") })).toBe(true);
    expect(hasAlready(status, { status: 400, text: refusal("success") })).toBe(false);
    expect(hasAlready(status, { status: 500, text: refusal("running") })).toBe(false);
    expect(hasAlready({ ...status, state: "success" }, { status: 400, text: refusal("success") })).toBe(true);
    expect(hasAlready(status, { status: 400, text: '{"message":"400 Bad request"}' })).toBe(false);
  });
});

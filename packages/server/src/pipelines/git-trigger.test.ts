import { describe, expect, test } from "vitest";
import { parseWorkflowInline } from "./parse-workflow.ts";

function parse(git: string): ReturnType<typeof parseWorkflowInline> {
  const text = `name: ci\ntriggers:\n  - git:\n${git.replaceAll(/^/gm, "      ")}\ntasks: [{id: a, command: x}]\n`;
  return parseWorkflowInline(text, { file: "ci.yaml" });
}

function statusOf(git: string): unknown {
  const parsed = parse(git);
  const [trigger] = parsed.kind === "ok" ? parsed.workflow.triggers : [];
  return trigger?.kind === "git" ? trigger.status : parsed;
}

test("a git trigger's repository may be a path of this machine, which takes no credentials", () => {
  const parsed = parse("repository: /srv/my git/app.git");
  expect(parsed).toMatchObject({
    kind: "ok",
    workflow: { triggers: [{ kind: "git", repository: "/srv/my git/app.git" }] },
  });
  expect(parse("repository: /srv/git/app.git\ntoken: T")).toMatchObject({
    kind: "invalid",
    problems: [{ line: 5, message: expect.stringContaining("takes no credentials") }],
  });
});

/** Where a forge is told what the runs come to. */
describe("a git trigger's status", () => {
  test("is the name of a secret where the forge is known, and named by the pipeline", () => {
    expect(statusOf("repository: git@github.com:team/app.git\nstatus: STATUS_TOKEN")).toEqual({
      forge: "github",
      api: "https://api.github.com",
      repository: "team/app",
      context: "gaia/ci",
      token: "STATUS_TOKEN",
    });
  });

  test("says what is not known, and its own name", () => {
    const git = `repository: https://git.example.org/team/app.git
status: {token: T, forge: gitea, api: "https://forge.example.org/api/v1/", context: ci/linux}`;
    expect(statusOf(git)).toEqual({
      forge: "gitea",
      api: "https://forge.example.org/api/v1",
      repository: "team/app",
      context: "ci/linux",
      token: "T",
    });
  });

  test("that is not there tells nobody", () => {
    expect(statusOf("repository: https://github.com/team/app.git")).toBeNull();
  });

  test.each([
    // The place is that of what has to be changed.
    [
      "repository: https://git.example.org/team/app.git\nstatus: T",
      5,
      7,
      "`forge` is not known of git.example.org",
    ],
    [
      "repository: https://github.com/a/b\nstatus:\n  token: T\n  forge: gitea",
      7,
      16,
      "github.com is github",
    ],
    ["repository: file:///srv/git/app.git\nstatus: T", 4, 19, "there is no forge that could be told"],
    ["repository: /srv/git/app.git\nstatus: T", 4, 19, "there is no forge that could be told"],
    ["repository: https://github.com/a/b\nstatus: {token: T, api: 'http://x.org'}", 5, 31, "in the clear"],
    ["repository: https://github.com/a/b\nstatus: {forge: github}", 5, 15, "`token`"],
    [
      "repository: https://github.com/a/b\nstatus: {token: T, forge: gogs}",
      5,
      33,
      "github, gitlab, gitea, bitbucket",
    ],
    ["repository: https://github.com/a/b\nstatus: {tokn: T}", 5, 16, "did you mean `token`?"],
    ["repository: https://github.com/a/b\nstatus: not a name", 5, 15, "wants"],
  ])("%j is refused where it is wrong", (git, line, column, message) => {
    const parsed = parse(git);
    expect(parsed).toMatchObject({ kind: "invalid" });
    const problems = parsed.kind === "invalid" ? parsed.problems : [];
    expect(problems.map((problem) => [problem.line, problem.column, problem.message])).toContainEqual([
      line,
      column,
      expect.stringContaining(message),
    ]);
  });
});

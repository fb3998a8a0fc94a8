import { describe, expect, test } from "vitest";
import { readTarget, type StatusOrder } from "./target.ts";

const ORDER: StatusOrder = {
  repository: "https://github.com/team/app.git",
  token: "STATUS_TOKEN",
  forge: null,
  api: null,
  context: "gaia/ci",
};

function read(given: Partial<StatusOrder>): unknown {
  const target = readTarget({ ...ORDER, ...given });
  if (target.kind === "invalid") return [target.key, target.message];
  const { forge, api, repository, context, token } = target.target;
  expect([context, token]).toEqual(["gaia/ci", "STATUS_TOKEN"]);
  return [forge, api, repository];
}

describe("where a status goes", () => {
  test.each([
    ["https://github.com/team/app.git", "github", "https://api.github.com", "team/app"],
    ["git@github.com:team/app.git", "github", "https://api.github.com", "team/app"],
    ["ssh://git@ssh.github.com:443/team/app", "github", "https://api.github.com", "team/app"],
    [
      "https://gitlab.com/team/sub/group/app.git",
      "gitlab",
      "https://gitlab.com/api/v4",
      "team/sub/group/app",
    ],
    ["git@bitbucket.org:team/app.git/", "bitbucket", "https://api.bitbucket.org/2.0", "team/app"],
    ["https://codeberg.org/team/app", "gitea", "https://codeberg.org/api/v1", "team/app"],
    ["ssh://git@gitea.com/team/my%20app.git", "gitea", "https://gitea.com/api/v1", "team/my app"],
  ])("%s is known", (repository, forge, api, path) => {
    expect(read({ repository })).toEqual([forge, api, path]);
  });

  test.each([
    ["github", "https://git.example.org/team/app.git", "https://git.example.org/api/v3", "team/app"],
    ["gitlab", "git@git.example.org:a/b/app.git", "https://git.example.org/api/v4", "a/b/app"],
    ["gitea", "https://git.example.org:3000/team/app.git", "https://git.example.org:3000/api/v1", "team/app"],
    // The port is that of ssh.
    ["gitea", "ssh://git@git.example.org:2222/team/app.git", "https://git.example.org/api/v1", "team/app"],
    ["gitea", "ssh://git@[2001:db8::1]:2222/team/app.git", "https://[2001:db8::1]/api/v1", "team/app"],
    ["gitea", "http://127.0.0.1:3000/team/app.git", "http://127.0.0.1:3000/api/v1", "team/app"],
    ["gitea", "http://localhost/team/app", "http://localhost/api/v1", "team/app"],
  ] as const)("%s at %s follows from the address", (forge, repository, api, path) => {
    expect(read({ forge, repository })).toEqual([forge, api, path]);
  });

  test.each([
    ["gitea", "https://example.org/git/team/app.git", "https://example.org/git/api/v1/", "team/app"],
    ["gitlab", "https://example.org/git/a/b/app.git", "https://example.org/git/api/v4", "a/b/app"],
    ["gitlab", "git@example.org:a/b/app.git", "https://example.org/git/api/v4", "a/b/app"],
    ["gitea", "http://git.example.org/team/app.git", "https://git.example.org/api/v1", "team/app"],
    ["bitbucket", "http://localhost:1/team/app.git", "http://localhost:1/2.0", "team/app"],
  ] as const)("%s at %s is at the API that is named", (forge, repository, api, path) => {
    expect(read({ forge, repository, api })).toEqual([forge, api.replace(/\/$/, ""), path]);
  });

  test.each<[Partial<StatusOrder>, string, string]>([
    [{ repository: "/srv/git/app.git" }, "repository", "a path of this machine"],
    [{ repository: "file:///srv/git/app.git" }, "repository", "a path of this machine"],
    [{ repository: "app" }, "repository", "is no address"],
    [{ repository: "https://gitlab.com/app.git" }, "repository", "two parts"],
    [{ repository: "https://git.example.org/team/app.git" }, "forge", "is not known of git.example.org"],
    [{ forge: "gitea" }, "forge", "github.com is github"],
    [{ repository: "https://git.example.org/a/b/c", forge: "gitea" }, "api", "is not OWNER/NAME"],
    [{ repository: "http://git.example.org/a/b", forge: "gitea" }, "api", "https only"],
    [{ repository: "https://git.example.org/a/b", forge: "bitbucket" }, "api", "Bitbucket Cloud"],
    [{ api: "http://git.example.org/api/v1" }, "api", "in the clear"],
    [{ api: "http://127.0.0.1.example.org/" }, "api", "in the clear"],
    [{ api: "https://ana:secret@git.example.org/" }, "api", "has credentials"],
    [{ api: "https://git.example.org/?a=b" }, "api", "`?`"],
    [{ api: "https://git.example.org/api/v1?" }, "api", "`?`"],
    [{ api: "https://git.example.org/api/v1#" }, "api", "`#`"],
    [{ api: "https://git.example.org/api/v1 " }, "api", "a blank"],
    [{ api: "\u0001https://git.example.org/api/v1" }, "api", "a blank"],
    [{ api: "git.example.org" }, "api", "is no address"],
    [{ context: "a\nb" }, "context", "line break"],
    [{ context: "x".repeat(256) }, "context", "255"],
  ])("%j is refused by its key", (given, key, message) => {
    expect(read(given)).toEqual([key, expect.stringContaining(message)]);
  });
});

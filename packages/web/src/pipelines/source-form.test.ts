import { describe, expect, it } from "vitest";
import type { Program } from "./program.ts";
import { changedMeanwhile } from "./source-changes.ts";
import {
  changeBody,
  createBody,
  draftOf,
  draftProblems,
  EMPTY_DRAFT,
  isSsh,
  languageChoices,
  pollChoices,
  refusedFields,
  withWebhook,
} from "./source-form.ts";

const draft = { ...EMPTY_DRAFT, source: " https://example.org/team/orders.git " };

describe("the form of a new pipeline", () => {
  it("says what was typed, and nothing of what was not", () => {
    expect(createBody(draft)).toEqual({ source: "https://example.org/team/orders.git", poll: "1m" });
    expect(createBody({ ...draft, name: "orders", branch: "main", token: "T", poll: "0s" })).toEqual({
      source: "https://example.org/team/orders.git",
      poll: "0s",
      name: "orders",
      branch: "main",
      token: "T",
    });
  });

  it("says of the two kinds of access the one that the address takes", () => {
    const both = { ...draft, token: "T", sshKey: "K", knownHosts: "h ssh-ed25519 A" };
    expect(createBody(both)).toEqual({ source: draft.source.trim(), poll: "1m", token: "T" });
    const source = "git@example.org:x.git";
    expect(createBody({ ...both, source })).toEqual({
      source,
      poll: "1m",
      ssh_key: "K",
      known_hosts: "h ssh-ed25519 A",
    });
  });

  it.each([
    ["", "Name the address"],
    ["https://ann:pw@example.org/x.git", "Take the password out"],
    ["https://ann@example.org/x.git", null],
    ["git@example.org:x.git", null],
  ])("says of the address %j: %j", (source, problem) => {
    const found = draftProblems({ ...EMPTY_DRAFT, source }).source;
    if (problem === null) expect(found).toBeUndefined();
    else expect(found).toContain(problem);
  });

  it.each([
    ["", true],
    ["orders-2.x", true],
    ["-x", false],
    ["my orders", false],
  ])("takes the name %j: %j", (name, isGood) => {
    expect(draftProblems({ ...draft, name }).name === undefined).toBe(isGood);
  });

  it.each([
    ["git@example.org:team/x.git", true],
    ["ssh://git@example.org/x.git", true],
    ["https://example.org/x.git", false],
    ["/srv/x", false],
  ])("knows by %s whether it is SSH: %j", (source, isIt) => expect(isSsh(source)).toBe(isIt));
});

describe("the form of a source that is there", () => {
  const source = {
    kind: "git",
    url: "git@example.org:orders.git",
    branch: "main",
    folder: "pipelines/a",
    language: "titled",
    ssh_key: "KEY",
    token: null,
    user: "git",
    known_hosts: "example.org ssh-ed25519 A\n",
    submodules: true,
    poll_ms: 600_000,
    status: null,
  } as const;
  const program: Program = {
    source,
    webhook: null,
    newest_version: 1,
    status_problem: null,
    pinned_version: null,
    seen_commit: null,
    last_build: null,
    building: null,
    problem: "",
    missing_since: null,
  };
  const there = draftOf(program);

  it("changes nothing when nothing was typed", () => {
    expect(changeBody(there, program)).toEqual({});
  });

  it("says what was changed, and takes back what was emptied", () => {
    const changed = {
      ...there,
      branch: "",
      folder: " ",
      language: "",
      user: "",
      submodules: false,
      poll: "0s",
    };
    expect(changeBody(changed, program)).toEqual({
      branch: null,
      folder: ".",
      language: null,
      user: null,
      submodules: false,
      poll: "0s",
    });
  });

  it("leaves what another person has changed since it was opened, and tells of it", () => {
    const status = { token: "T", forge: "gitea", api: null } as const;
    const theirs = { ...source, branch: "release", submodules: false, known_hosts: null, status } as const;
    const now = draftOf({ ...program, source: theirs });
    const typed = { ...there, folder: "pipelines/b" };
    expect(changeBody(typed, program)).toEqual({ folder: "pipelines/b" });
    expect(changedMeanwhile(there, now, typed)).toEqual([
      "Branch (release)",
      "Host keys (none)",
      "Submodules (left out)",
      "Tell the forge of builds (T)",
      "Forge (Gitea, Forgejo)",
    ]);
    expect(changedMeanwhile(there, now, { ...now, branch: " release " })).toEqual([]);
    expect(changedMeanwhile(there, there, typed)).toEqual([]);
  });

  it("says as one whether the forge is told of builds, and takes that back as one", () => {
    const told = { ...there, statusToken: "T", forge: "gitea", forgeApi: " " };
    const status = { token: "T", forge: "gitea", api: null } as const;
    expect(changeBody(told, program)).toEqual({ status });
    const before = { ...program, source: { ...source, status } };
    expect(draftOf(before)).toMatchObject({ statusToken: "T", forge: "gitea", forgeApi: "" });
    expect(changeBody(draftOf(before), before)).toEqual({});
    expect(changeBody({ ...draftOf(before), statusToken: "" }, before)).toEqual({ status: null });
    expect(createBody({ ...draft, statusToken: "T", forgeApi: "https://x/api/v1" })).toMatchObject({
      status: { token: "T", forge: null, api: "https://x/api/v1" },
    });
  });

  it("takes back the access that another address does not take", () => {
    const changed = { ...there, source: "https://example.org/orders.git", token: "T" };
    expect(changeBody(changed, program)).toEqual({
      source: "https://example.org/orders.git",
      ssh_key: null,
      known_hosts: null,
      token: "T",
    });
  });

  it("makes a repository of a folder, whose own settings stay", () => {
    const folder = { ...program, source: { ...source, kind: "folder", url: "/srv/a", poll_ms: 0 } } as const;
    const draft = draftOf(folder);
    expect(draft).toMatchObject({ source: "", folder: "pipelines/a", language: "titled" });
    expect(changeBody({ ...draft, source: "https://example.org/x.git" }, folder)).toEqual({
      source: "https://example.org/x.git",
      poll: "1m",
    });
  });

  it("offers the interval and the language that are in force", () => {
    expect(pollChoices(there.poll).map(({ name }) => name)).toEqual([
      "every minute",
      "every 5 minutes",
      "every 10 min",
      "every hour",
      "never: build by hand, or by a webhook",
    ]);
    expect(languageChoices(there.language).at(-1)).toEqual({ id: "titled", name: "titled" });
    expect(languageChoices("golang")).toBe(languageChoices(""));
  });
});

describe("what the server refuses", () => {
  const refused = (path: readonly unknown[], message: string) =>
    refusedFields({ details: { issues: [{ path, message }] } });

  it("is said beside the field that it names", () => {
    expect(refused(["ssh_key"], "`ssh_key` is for ssh:// only.")).toEqual({
      sshKey: "ssh_key is for ssh:// only.",
    });
    expect(refused(["branch"], "`branch`: wants text, not `7`")).toEqual({
      branch: "Wants text, not 7.",
    });
  });

  it("is said beside the part of what the forge is told that it names", () => {
    expect(refused(["status", "forge"], "`status.forge` is not known of git.example.org: say it.")).toEqual({
      forge: "Is not known of git.example.org: say it.",
    });
  });

  it("is none of a field's when it names none", () => {
    expect(refusedFields({ details: {} })).toEqual({});
    expect(refused(["nonsense"], "unknown")).toEqual({});
    expect(refused([], "unknown")).toEqual({});
  });
});

describe("a webhook", () => {
  const told = { ...draft, webhook: "FORGE", poll: "1h" };

  it("makes looking seldom when it comes, and often when it goes, unless that was said otherwise", () => {
    expect(withWebhook(draft, "FORGE")).toEqual({ webhook: "FORGE", poll: "1h" });
    expect(withWebhook({ ...draft, poll: "0s" }, "FORGE")).toEqual({ webhook: "FORGE" });
    expect(withWebhook(told, "OTHER")).toEqual({ webhook: "OTHER" });
    expect(withWebhook(told, "")).toEqual({ webhook: "", poll: "1m" });
    expect(withWebhook({ ...told, poll: "1m" }, "")).toEqual({ webhook: "" });
  });

  it("is said by the name of its secret", () => {
    expect(createBody(told)).toMatchObject({ webhook: "FORGE", poll: "1h" });
    const issues = [{ path: ["webhook"], message: "The webhook needs the secret FORGE." }];
    expect(refusedFields({ details: { issues } })).toEqual({
      webhook: "The webhook needs the secret FORGE.",
    });
  });
});

import type { Value } from "@gaia/core";
import { describe, expect, it } from "vitest";
import { type ForgeEvent, forgeEventsOf } from "./forge-event.ts";
import type { Headers } from "./signature.ts";

/** As the forges' own documents show what they send, without what is not read. */

const BEFORE = "6113728f27ae82c7b1a177c8d03f9e96e0adf246";
/** How forges write that there is no commit. */
const NOTHING = "0000000000000000000000000000000000000000";
const COMMIT = "59b20b8d5c6ff8d09518454d4dd8b7b30f095ab5";

const plainPush: ForgeEvent = {
  kind: "push",
  repository: "Codertocat/Hello-World",
  ref: "refs/heads/release/2",
  branch: "release/2",
  tag: null,
  commit: COMMIT,
  before: BEFORE,
  number: null,
  title: "Update README",
  author: "Codertocat",
  url: "https://github.com/Codertocat/Hello-World/commit/59b20b8",
  paths: ["src/new.ts", "README.md", "src/old.ts"],
};

const commits = [
  { id: BEFORE, message: "Add", added: ["src/new.ts"], modified: ["README.md"], removed: [] },
  {
    id: COMMIT,
    message: "Update README\n\nIt was old.",
    added: [],
    modified: ["README.md"],
    removed: ["src/old.ts"],
  },
];

const github = {
  ref: "refs/heads/release/2",
  before: BEFORE,
  after: COMMIT,
  repository: {
    full_name: "Codertocat/Hello-World",
    clone_url: "https://github.com/Codertocat/Hello-World.git",
  },
  pusher: { name: "Codertocat", email: "x@example.org" },
  sender: { login: "Codertocat" },
  deleted: false,
  compare: "https://github.com/Codertocat/Hello-World/compare/6113728f27ae...59b20b8d5c6f",
  commits,
  head_commit: { ...commits[1], url: "https://github.com/Codertocat/Hello-World/commit/59b20b8" },
} satisfies Value;

const gitlab = {
  object_kind: "push",
  before: BEFORE,
  after: COMMIT,
  ref: "refs/heads/release/2",
  checkout_sha: COMMIT,
  user_username: "jsmith",
  project: {
    path_with_namespace: "mike/group/diaspora",
    git_http_url: "http://example.com/mike/group/diaspora.git",
    web_url: "http://example.com/mike/group/diaspora",
  },
  commits: commits.map((commit) => ({ ...commit, url: `http://example.com/c/${commit.id}` })),
  total_commits_count: 2,
} satisfies Value;

const bitbucket = {
  actor: { display_name: "Emma", nickname: "emmap1" },
  repository: { full_name: "team_name/repo_name" },
  push: {
    changes: [
      {
        new: {
          type: "branch",
          name: "main",
          target: {
            hash: COMMIT,
            message: "new commit message\n",
            links: { html: { href: "https://bitbucket.org/c/1" } },
          },
        },
        old: { type: "branch", name: "main", target: { hash: BEFORE } },
        closed: false,
      },
      { new: { type: "tag", name: "v1", target: { hash: BEFORE, message: "m" } }, old: null, created: true },
      { new: null, old: { type: "branch", name: "old", target: { hash: BEFORE } }, closed: true },
    ],
  },
} satisfies Value;

function of(event: Headers, body: Value): readonly ForgeEvent[] {
  return forgeEventsOf(event, body);
}

describe("a push", () => {
  it("of GitHub is read with its files", () => {
    expect(of({ "x-github-event": "push" }, github)).toEqual([plainPush]);
  });

  it("of Gitea is the same, whose newer ones say GitHub as well", () => {
    const headers = { "x-gitea-event": "push", "x-github-event": "push", "x-gogs-event": "push" };
    expect(of(headers, { ...github, total_commits: 2 })).toEqual([plainPush]);
  });

  it("of GitLab is read with its files", () => {
    expect(of({ "x-gitlab-event": "Push Hook" }, gitlab)).toEqual([
      {
        ...plainPush,
        repository: "mike/group/diaspora",
        author: "jsmith",
        url: `http://example.com/c/${COMMIT}`,
      },
    ]);
  });

  it("of Bitbucket may tell of several branches and tags, and of no files", () => {
    const [branch, tag, ...more] = of({ "x-event-key": "repo:push" }, bitbucket);
    expect(branch).toEqual({
      ...plainPush,
      repository: "team_name/repo_name",
      ref: "refs/heads/main",
      branch: "main",
      title: "new commit message",
      author: "emmap1",
      url: "https://bitbucket.org/c/1",
      paths: null,
    });
    expect(tag).toMatchObject({ kind: "tag", tag: "v1", branch: null, commit: BEFORE, before: null });
    expect(more).toEqual([]);
  });

  it("that removes a branch is no event", () => {
    const removed = { after: NOTHING, head_commit: null, commits: [], deleted: true };
    expect(of({ "x-github-event": "push" }, { ...github, ...removed })).toEqual([]);
    expect(of({ "x-gitlab-event": "Push Hook" }, { ...gitlab, after: NOTHING, checkout_sha: null })).toEqual(
      [],
    );
  });

  it("whose files are not all told tells of none", () => {
    const paths = (body: Value) => of({ "x-github-event": "push" }, body)[0]?.paths;
    expect(paths({ ...github, before: NOTHING })).toBeNull();
    expect(paths({ ...github, commits: [] })).toBeNull();
    expect(paths({ ...github, total_commits: 3 })).toBeNull();
    expect(
      of({ "x-gitlab-event": "Push Hook" }, { ...gitlab, total_commits_count: 30 })[0]?.paths,
    ).toBeNull();
  });
});

describe("a tag", () => {
  it("of GitHub that has a message of its own leads to its commit", () => {
    const body = { ...github, ref: "refs/tags/v1.0", before: NOTHING, after: BEFORE };
    expect(of({ "x-github-event": "push" }, body)).toMatchObject([
      { kind: "tag", tag: "v1.0", branch: null, commit: COMMIT, before: null, paths: null },
    ]);
  });

  it("of GitLab does so, too", () => {
    const body = { ...gitlab, ref: "refs/tags/v1.0.0", before: NOTHING, after: BEFORE };
    expect(of({ "x-gitlab-event": "Tag Push Hook" }, body)).toMatchObject([
      { kind: "tag", tag: "v1.0.0", commit: COMMIT },
    ]);
  });
});

describe("a pull request", () => {
  const wanted = {
    kind: "pull_request",
    number: 7,
    branch: "main",
    commit: COMMIT,
    title: "Fix",
    author: "ana",
  };

  it("of GitHub and Gitea counts when it is opened and when it has new commits", () => {
    const body = {
      number: 7,
      pull_request: {
        number: 7,
        title: "Fix",
        html_url: "https://x",
        user: { login: "ana" },
        head: { sha: COMMIT, ref: "fix" },
        base: { sha: BEFORE, ref: "main" },
      },
      repository: { full_name: "team/app" },
    };
    for (const action of ["opened", "reopened", "synchronize", "synchronized"])
      expect(of({ "x-github-event": "pull_request" }, { ...body, action })).toMatchObject([
        { ...wanted, ref: "refs/pull/7/head" },
      ]);
    for (const action of ["closed", "labeled", "edited"])
      expect(of({ "x-gitea-event": "pull_request" }, { ...body, action })).toEqual([]);
  });

  it("of GitLab counts likewise, and not when only its text has changed", () => {
    const body = (attributes: Record<string, Value>) => ({
      user: { username: "ana" },
      project: { path_with_namespace: "team/app" },
      object_attributes: {
        iid: 7,
        title: "Fix",
        url: "https://x",
        target_branch: "main",
        last_commit: { id: COMMIT },
        ...attributes,
      },
    });
    const headers = { "x-gitlab-event": "Merge Request Hook" };
    expect(of(headers, body({ action: "open" }))).toMatchObject([
      { ...wanted, ref: "refs/merge-requests/7/head" },
    ]);
    expect(of(headers, body({ action: "update", oldrev: BEFORE }))).toMatchObject([wanted]);
    expect(of(headers, body({ action: "update" }))).toEqual([]);
    expect(of(headers, body({ action: "merge" }))).toEqual([]);
  });

  it("of Bitbucket counts likewise, and tells the beginning of its commit only", () => {
    const repository = { type: "repository", full_name: "team/app", name: "app" };
    const commit = (hash: string) => ({
      type: "commit",
      hash,
      links: { html: { href: `https://bitbucket.org/team/app/commits/${hash}` } },
    });
    const body = {
      repository,
      actor: { type: "user", nickname: "ana", display_name: "Ana" },
      pullrequest: {
        type: "pullrequest",
        id: 7,
        title: "Fix",
        state: "OPEN",
        source: { branch: { name: "fix/it" }, commit: commit(COMMIT.slice(0, 12)), repository },
        destination: { branch: { name: "main" }, commit: commit(BEFORE.slice(0, 12)), repository },
        links: { html: { href: "https://bitbucket.org/team/app/pull-requests/7" } },
      },
    };
    expect(of({ "x-event-key": "pullrequest:created" }, body)).toMatchObject([
      {
        ...wanted,
        commit: COMMIT.slice(0, 12),
        ref: "refs/heads/fix/it",
        url: "https://bitbucket.org/team/app/pull-requests/7",
      },
    ]);
    expect(of({ "x-event-key": "pullrequest:fulfilled" }, body)).toEqual([]);
  });
});

it.each<[Headers, Value]>([
  [{}, github],
  [{ "x-github-event": "issues" }, github],
  [{ "x-github-event": "push" }, null],
  [{ "x-github-event": "push" }, "text"],
  [{ "x-github-event": "push" }, { ref: ["refs/heads/main"], after: 5, commits: "x" }],
  [{ "x-github-event": "push" }, { ...github, head_commit: null, after: "--upload-pack=x" }],
  [{ "x-github-event": "push" }, { ...github, ref: "refs/notes/x" }],
  [{ "x-event-key": "repo:push" }, { push: { changes: [1, null, {}] } }],
  [{ "x-gitlab-event": "Merge Request Hook" }, { object_attributes: { action: "open" } }],
])("what is no event is none: %j", (headers, body) => {
  expect(of(headers, body)).toEqual([]);
});

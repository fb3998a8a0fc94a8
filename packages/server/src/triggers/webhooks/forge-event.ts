import type { ForgeEventKind } from "../../pipelines/index.ts";
import type { Value } from "@gaia/core";
import type { Headers } from "./signature.ts";

/** What a forge tells of a repository, whichever forge it is. */
export interface ForgeEvent {
  readonly kind: ForgeEventKind;
  /** Path of the repository on its host: `team/app`. */
  readonly repository: string;
  readonly ref: string;
  /** Of a pull request: the one that it is to go into. Null: a tag. */
  readonly branch: string | null;
  readonly tag: string | null;
  /** Bitbucket Cloud tells the first 12 digits where it tells of a pull request. */
  readonly commit: string;
  /** What the branch or tag stood at before; null: it is new, or not known. */
  readonly before: string | null;
  /** Number of the pull request. */
  readonly number: number | null;
  /** First line of the commit's message, or title of the pull request. */
  readonly title: string;
  readonly author: string;
  readonly url: string;
  /** Files that the push changes; null: not told, or not of all commits. */
  readonly paths: readonly string[] | null;
}

/** Reads what a forge delivered: several events, where one delivery tells of several branches. Empty: none that counts. */
export function forgeEventsOf(headers: Headers, body: Value): readonly ForgeEvent[] {
  const given = new Fields(body);
  const gitlab = headers["x-gitlab-event"];
  if (gitlab !== undefined) return some(gitlabEvent(gitlab, given));
  const bitbucket = headers["x-event-key"];
  if (bitbucket !== undefined) return bitbucketEvents(bitbucket, given);
  const event = headers["x-gitea-event"] ?? headers["x-gogs-event"] ?? headers["x-github-event"];
  return event === undefined ? [] : some(githubEvent(event, given));
}

/** GitHub, and Gitea, Forgejo and Gogs, which speak like it. */
function githubEvent(event: string, body: Fields): ForgeEvent | null {
  const repository = body.text("repository", "full_name");
  if (event === "push") {
    const commit = body.text("head_commit", "id") || body.text("after");
    return pushed({
      repository,
      ref: body.text("ref"),
      commit: isNothing(body.text("after")) ? "" : commit,
      before: body.text("before"),
      title: body.text("head_commit", "message") || (body.list("commits").at(0)?.text("message") ?? ""),
      author: body.text("sender", "login") || body.text("pusher", "name"),
      url: body.text("head_commit", "url") || body.text("compare") || body.text("compare_url"),
      paths: pathsOf(body.list("commits"), body.number("total_commits")),
    });
  }
  if (event !== "pull_request") return null;
  if (!["opened", "reopened", "synchronize", "synchronized"].includes(body.text("action"))) return null;
  const pull = body.inside("pull_request");
  return requested({
    repository,
    number: pull.number("number") ?? body.number("number"),
    ref: (number) => `refs/pull/${number}/head`,
    commit: pull.text("head", "sha"),
    branch: pull.text("base", "ref"),
    before: pull.text("base", "sha"),
    title: pull.text("title"),
    author: pull.text("user", "login"),
    url: pull.text("html_url"),
  });
}

function gitlabEvent(event: string, body: Fields): ForgeEvent | null {
  const repository = body.text("project", "path_with_namespace");
  if (event === "Push Hook" || event === "Tag Push Hook") {
    const commits = body.list("commits");
    const commit = body.text("checkout_sha") || body.text("after");
    const last = commits.find((one) => one.text("id") === commit);
    return pushed({
      repository,
      ref: body.text("ref"),
      commit: isNothing(body.text("after")) ? "" : commit,
      before: body.text("before"),
      title: last?.text("message") ?? "",
      author: body.text("user_username"),
      url: last?.text("url") ?? body.text("project", "web_url"),
      paths: pathsOf(commits, body.number("total_commits_count")),
    });
  }
  if (event !== "Merge Request Hook") return null;
  const request = body.inside("object_attributes");
  const action = request.text("action");
  // An update without new commits (a title, a label) has no `oldrev`.
  const counts =
    action === "open" || action === "reopen" || (action === "update" && request.text("oldrev") !== "");
  if (!counts) return null;
  return requested({
    repository,
    number: request.number("iid"),
    ref: (number) => `refs/merge-requests/${number}/head`,
    commit: request.text("last_commit", "id"),
    branch: request.text("target_branch"),
    before: request.text("oldrev"),
    title: request.text("title"),
    author: body.text("user", "username"),
    url: request.text("url"),
  });
}

function bitbucketEvents(event: string, body: Fields): readonly ForgeEvent[] {
  const repository = body.text("repository", "full_name");
  const author = body.text("actor", "nickname") || body.text("actor", "display_name");
  if (event === "repo:push") {
    return body
      .inside("push")
      .list("changes")
      .flatMap((change) => {
        const now = change.inside("new");
        const prefix = now.text("type") === "tag" ? "refs/tags/" : "refs/heads/";
        return some(
          pushed({
            repository,
            ref: prefix + now.text("name"),
            commit: now.text("target", "hash"),
            before: change.text("old", "target", "hash"),
            title: now.text("target", "message"),
            author,
            url: now.inside("target").text("links", "html", "href"),
            paths: null,
          }),
        );
      });
  }
  if (event !== "pullrequest:created" && event !== "pullrequest:updated") return [];
  const pull = body.inside("pullrequest");
  return some(
    requested({
      repository,
      number: pull.number("id"),
      // It keeps no refs for pull requests.
      ref: () => `refs/heads/${pull.text("source", "branch", "name")}`,
      commit: pull.text("source", "commit", "hash"),
      branch: pull.text("destination", "branch", "name"),
      before: pull.text("destination", "commit", "hash"),
      title: pull.text("title"),
      author,
      url: pull.text("links", "html", "href"),
    }),
  );
}

interface Pushed {
  readonly repository: string;
  readonly ref: string;
  /** Empty: the branch or tag was removed. */
  readonly commit: string;
  readonly before: string;
  readonly title: string;
  readonly author: string;
  readonly url: string;
  readonly paths: readonly string[] | null;
}

function pushed({ ref, commit, before, title, paths, ...push }: Pushed): ForgeEvent | null {
  const [, space, name = ""] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  if (space === undefined || !isWholeCommit(commit)) return null;
  const isTag = space === "tags";
  return {
    ...push,
    kind: isTag ? "tag" : "push",
    ref,
    branch: isTag ? null : name,
    tag: isTag ? name : null,
    commit,
    before: isNothing(before) ? null : before,
    number: null,
    title: firstLine(title),
    // What lies between a new branch and its beginning is not told.
    paths: isTag || isNothing(before) ? null : paths,
  };
}

function requested(pull: {
  readonly repository: string;
  readonly number: number | null;
  /** Under which the forge keeps its commits. */
  readonly ref: (number: number) => string;
  readonly commit: string;
  readonly branch: string;
  readonly before: string;
  readonly title: string;
  readonly author: string;
  readonly url: string;
}): ForgeEvent | null {
  const { number, commit, branch, before, title } = pull;
  if (number === null || branch === "" || !(isWholeCommit(commit) || /^[0-9a-f]{12}$/.test(commit)))
    return null;
  return {
    ...pull,
    kind: "pull_request",
    ref: pull.ref(number),
    tag: null,
    before: isNothing(before) ? null : before,
    title: firstLine(title),
    paths: null,
  };
}

/** Null when not all commits are told: forges cut long lists. */
function pathsOf(commits: readonly Fields[], total: number | null): readonly string[] | null {
  if (commits.length === 0 || (total !== null && total > commits.length) || commits.length >= MOST_COMMITS)
    return null;
  const paths = commits.flatMap((commit) =>
    ["added", "modified", "removed"].flatMap((key) => commit.texts(key)),
  );
  return [...new Set(paths)];
}

/** GitHub tells of no more. */
const MOST_COMMITS = 2_048;

/** Whether it is an id that leads to one commit only. */
export function isWholeCommit(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text) && !isNothing(text);
}

/** Forges write a commit that is none as zeros. */
function isNothing(commit: string): boolean {
  return /^0*$/.test(commit);
}

function firstLine(text: string): string {
  return (text.split("\n", 1)[0] ?? "").slice(0, 500);
}

function some<T>(value: T | null): readonly T[] {
  return value === null ? [] : [value];
}

/** What was delivered, read field by field: what is not there, or of another type, is empty. */
class Fields {
  readonly #value: Value | undefined;

  constructor(value: Value | undefined) {
    this.#value = value;
  }

  inside(...path: readonly string[]): Fields {
    return new Fields(path.reduce<Value | undefined>((at, key) => member(at, key), this.#value));
  }

  text(...path: readonly string[]): string {
    const value = this.inside(...path).#value;
    return typeof value === "string" ? value : "";
  }

  number(...path: readonly string[]): number | null {
    const value = this.inside(...path).#value;
    return typeof value === "number" ? value : null;
  }

  list(key: string): readonly Fields[] {
    const value = member(this.#value, key);
    return Array.isArray(value) ? value.map((item: Value) => new Fields(item)) : [];
  }

  texts(key: string): readonly string[] {
    const value = member(this.#value, key);
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
  }
}

function member(value: Value | undefined, key: string): Value | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Credential, Repository } from "./access.ts";
import { type FetchedTree, type FetchOptions, fetchTree } from "./fetch-tree.ts";
import { lookAt } from "./look.ts";
import { runProgram } from "./run-git.ts";
import { GitHttpServer } from "./testing/http-server.ts";
import { TestRepository, temporaryFolder } from "./testing/repositories.ts";
import { makeKey, SshServer } from "./testing/ssh-server.ts";

const folder = temporaryFolder();
const root = join(folder.path, "repositories");
const environment = { PATH: process.env["PATH"], HOME: join(folder.path, "home") };
let orders: TestRepository;
let older: string;
let newest: string;
let trees = 0;

beforeAll(() => {
  mkdirSync(environment.HOME, { recursive: true });
  orders = new TestRepository(join(root, "orders"));
  older = orders.commit("Count orders", { "pipeline.py": "old", "sub/file": "x" });
  orders.git("checkout", "--quiet", "-b", "release/1");
  orders.commit("Release", { "release.txt": "1" });
  orders.git("checkout", "--quiet", "main");
  newest = orders.commit('Count orders "by day": $(x) ünd <<END', { "pipeline.py": "new" });
  expect(new TestRepository(join(root, "empty")).git("rev-list", "--all")).toBe("");
});
afterAll(() => folder.remove());

function repository(url: string, more: Partial<Repository> = {}): Repository {
  return { url, branch: null, credential: null, knownHosts: null, ...more };
}

function token(secret: string, user: string | null = null): Credential {
  return { kind: "token", secret, user };
}

const scratch = join(folder.path, "scratch");

interface Fetched extends FetchedTree {
  readonly into: string;
  readonly told: readonly string[];
}

async function fetched(of: Repository, more: Partial<FetchOptions> = {}): Promise<Fetched> {
  const into = join(folder.path, "trees", String((trees += 1)));
  const told: string[] = [];
  const tree = await fetchTree(of, {
    into,
    commit: null,
    submodules: false,
    tell: (line) => told.push(line),
    scratch,
    environment,
    ...more,
  });
  return { ...tree, into, told };
}

/** What is said of a repository that cannot be read. */
async function refusal(
  of: Repository,
  more: Partial<FetchOptions> = {},
): Promise<{ problem: string; message: string }> {
  const caught: unknown = await fetched(of, more).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(caught).toMatchObject({ name: "GitError" });
  const { problem, message } = caught as { problem: string; message: string };
  return { problem, message };
}

afterEach(() => {
  // Whatever became of it: no credential stays.
  expect(existsSync(scratch) ? readdirSync(scratch) : []).toEqual([]);
});

describe("a repository in files", () => {
  const url = `file://${root}/orders`;

  test("is fetched as its default branch is now", async () => {
    const tree = await fetched(repository(url));
    expect(tree).toMatchObject({
      commit: newest,
      branch: "main",
      subject: 'Count orders "by day": $(x) ünd <<END',
    });
    expect(readFileSync(join(tree.into, "pipeline.py"), "utf8")).toBe("new");
    expect(tree.told).toEqual([`Fetching main of ${url}`, `${newest.slice(0, 12)} ${tree.subject}`]);
    expect(await lookAt(repository(url), { scratch, environment })).toEqual({
      commit: newest,
      branch: "main",
    });
  });

  test("is fetched as another branch, or an older commit, says", async () => {
    const release = await fetched(repository(url, { branch: "release/1" }));
    expect(readdirSync(release.into).toSorted()).toEqual([".git", "pipeline.py", "release.txt", "sub"]);
    const old = await fetched(repository(url, { branch: "main" }), { commit: older.toUpperCase() });
    expect(old).toMatchObject({ commit: older, subject: "Count orders", branch: "main" });
    expect(readFileSync(join(old.into, "pipeline.py"), "utf8")).toBe("old");
  });

  test("is told to be missing, empty, or without the branch or the commit", async () => {
    expect(await refusal(repository(`file://${root}/none`))).toMatchObject({ problem: "not_found" });
    expect(await refusal(repository(`file://${root}/empty`))).toMatchObject({ problem: "empty" });
    expect(await refusal(repository(url, { branch: "mian" }))).toEqual({
      problem: "branch_missing",
      message: `${url} has no branch \`mian\`; it has main, release/1.`,
    });
    expect(await refusal(repository(url), { commit: "0".repeat(40) })).toMatchObject({
      problem: "commit_missing",
    });
  });

  test("brings its submodules when they are wanted", async () => {
    const library = new TestRepository(join(root, "library")).commit("Add", { "library.py": "" });
    const outer = new TestRepository(join(root, "outer"));
    outer.addSubmodule("library", "../library", library);
    outer.commit("Use the library");
    const outerUrl = `file://${root}/outer`;
    const without = await fetched(repository(outerUrl));
    expect(readdirSync(join(without.into, "library"))).toEqual([]);
    const whole = await fetched(repository(outerUrl), { submodules: true });
    expect(readdirSync(join(whole.into, "library"))).toContain("library.py");
  });

  test("is given up when nobody waits for it any more, and when it takes too long", async () => {
    const abort = new AbortController();
    const refused = refusal(repository(url), { signal: abort.signal });
    abort.abort();
    expect(await refused).toMatchObject({ problem: "interrupted" });
    const slow = runProgram("git", ["-c", "alias.wait=!sleep 600", "wait"], {
      environment: { PATH: process.env["PATH"] ?? "" },
      timeoutMs: 50,
    });
    await expect(slow).rejects.toMatchObject({ problem: "too_slow", isTemporary: true });
    const none = runProgram("git-that-is-not-there", [], { environment: {}, timeoutMs: 1_000 });
    await expect(none).rejects.toMatchObject({ problem: "no_program" });
  });
});

describe("a repository over HTTP", () => {
  let server: GitHttpServer;
  let elsewhere: GitHttpServer;
  beforeEach(async () => {
    server = await GitHttpServer.start(root);
    elsewhere = await GitHttpServer.start(root);
  });
  afterEach(async () => {
    await server.close();
    await elsewhere.close();
  });

  test("is fetched with a token, which no process is shown", async () => {
    server.wants = "x-access-token:t0ken-of-ada";
    // Stands before the real one, and writes down what it is given.
    const bin = join(folder.path, "bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(
      join(bin, "git"),
      `#!/bin/sh\n{ printf '%s\\n' "$@"; env; } >> ${folder.path}/seen\nPATH=\${PATH#*:} exec git "$@"\n`,
    );
    chmodSync(join(bin, "git"), 0o755);
    const tree = await fetched(repository(server.url("orders"), { credential: token("t0ken-of-ada\n") }), {
      environment: { ...environment, PATH: `${bin}:${environment.PATH}` },
    });
    expect(tree.commit).toBe(newest);
    const seen = readFileSync(join(folder.path, "seen"), "utf8");
    expect(seen).toContain("ls-remote");
    expect(seen).not.toContain("t0ken");
    expect(readFileSync(join(tree.into, ".git", "config"), "utf8")).not.toContain("t0ken");
  });

  test("is fetched as the user that is named", async () => {
    server.wants = "ada:secret";
    const tree = await fetched(repository(server.url("orders"), { credential: token("secret", "ada") }));
    expect(tree.commit).toBe(newest);
  });

  test("wants credentials, or others, and says so", async () => {
    server.wants = "x-access-token:right";
    const open = await refusal(repository(server.url("orders")));
    expect(open.problem).toBe("credentials_wanted");
    expect(open.message).toContain("--token NAME");
    const wrong = await refusal(repository(server.url("orders"), { credential: token("wrong") }));
    expect(wrong.problem).toBe("credentials_refused");
    expect(wrong.message).not.toContain("wrong");
    server.authorizations.length = 0;
    await refusal(repository(server.url("orders"), { credential: token("wrong") }), { commit: newest });
    // Not asked for all branches as well: who may not read it may not read those.
    expect(server.authorizations.filter((shown) => shown !== undefined)).toHaveLength(1);
    const odd = await refusal(repository(server.url("orders"), { credential: token("a\nb") }));
    expect(odd.problem).toBe("key_invalid");
    server.wants = null;
    expect(await refusal(repository(server.url("none")))).toMatchObject({ problem: "not_found" });
  });

  test("does not make its token known to another host, by a redirection or a submodule", async () => {
    elsewhere.wants = "somebody:else";
    server.answer = (request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${elsewhere.port}${request.url}` }).end();
    };
    const credential = token("t0ken");
    const refused = await refusal(repository(server.url("orders"), { credential }));
    expect(refused.problem).toMatch(/^credentials/);
    server.answer = null;
    const outer = new TestRepository(join(root, "foreign"));
    outer.addSubmodule("library", elsewhere.url("orders"), newest);
    outer.commit("Use the library of others");
    server.wants = "x-access-token:t0ken";
    await refusal(repository(server.url("foreign"), { credential }), { submodules: true });
    expect(server.authorizations.some((shown) => shown !== undefined)).toBe(true);
    expect(elsewhere.authorizations.filter((shown) => shown !== undefined)).toEqual([]);
  });

  test("is told no token where that could be read on the way", async () => {
    const credential = token("t0ken");
    const { message } = await refusal(repository("http://repositories.invalid/orders", { credential }));
    expect(message).toContain("is not encrypted");
  });

  test("cannot reach this machine's files by a submodule", async () => {
    const outer = new TestRepository(join(root, "sly"));
    outer.addSubmodule("library", `file://${root}/orders`, newest);
    outer.commit("Read what is not mine");
    expect(await refusal(repository(server.url("sly")), { submodules: true })).toMatchObject({
      problem: "submodule",
    });
  });

  test("that cannot be reached just now is one to ask again", async () => {
    server.answer = (_, response) => void response.writeHead(503).end();
    const caught: unknown = await fetched(repository(server.url("orders"))).catch(
      (reason: unknown) => reason,
    );
    expect(caught).toMatchObject({ problem: "unreachable", isTemporary: true });
  });
});

describe("a repository over SSH", () => {
  let server: SshServer;
  let known: Partial<Repository>;
  beforeAll(async () => {
    server = await SshServer.start(join(folder.path, "sshd"));
    known = { knownHosts: server.knownHosts, credential: key(server.key) };
  });
  afterAll(() => server.close());

  function key(secret: string): Credential {
    return { kind: "ssh_key", secret, user: null };
  }

  test("is fetched with a key, from a host whose key is known", async () => {
    const tree = await fetched(repository(server.url(`${root}/orders`), known));
    expect(tree.commit).toBe(newest);
    const windows = { ...known, credential: key(server.key.replaceAll("\n", "\r\n").trimEnd()) };
    expect((await fetched(repository(server.url(`${root}/orders`), windows))).commit).toBe(newest);
  });

  test("is refused where the host is unknown, or another one", async () => {
    const url = server.url(`${root}/orders`);
    const unknown = await refusal(repository(url, { ...known, knownHosts: "" }));
    expect(unknown.problem).toBe("host_key_unknown");
    expect(unknown.message).toContain("--known-hosts known_hosts");
    const own = await refusal(repository(url, { ...known, knownHosts: null }));
    expect(own.problem).toBe("host_key_unknown");
    makeKey(join(folder.path, "other-host"));
    const [type = "", other = ""] = readFileSync(join(folder.path, "other-host.pub"), "utf8").split(" ");
    const changed = `[127.0.0.1]:${server.port} ${type} ${other}\n`;
    expect(await refusal(repository(url, { ...known, knownHosts: changed }))).toMatchObject({
      problem: "host_key_changed",
    });
  });

  test("says what is wrong with a key", async () => {
    const url = server.url(`${root}/orders`);
    makeKey(join(folder.path, "stranger"));
    const stranger = key(readFileSync(join(folder.path, "stranger"), "utf8"));
    const refused = await refusal(repository(url, { ...known, credential: stranger }));
    expect(refused.message).toContain("does not take this key");
    makeKey(join(folder.path, "locked"), "open sesame");
    const locked = key(readFileSync(join(folder.path, "locked"), "utf8"));
    expect(await refusal(repository(url, { ...known, credential: locked }))).toMatchObject({
      problem: "passphrase_wanted",
    });
    const publicKey = key(readFileSync(join(folder.path, "locked.pub"), "utf8"));
    expect(await refusal(repository(url, { ...known, credential: publicKey }))).toMatchObject({
      problem: "key_invalid",
    });
    const none = await refusal(repository(server.url(`${root}/none`), known));
    expect(none.problem).toBe("not_found");
  });
});

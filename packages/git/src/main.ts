/**
 * `fetch`: puts the files of a commit into a folder, for a task. What it does is told on stdout, what it found in
 * `$GAIA_OUTPUT`; exit status 1 when the repository cannot be read, with why in the last line and as output `error`.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Repository } from "./access.ts";
import { type FetchedTree, type FetchOptions, fetchTree } from "./fetch-tree.ts";
import { GitError } from "./git-error.ts";

const USAGE = `usage: gaia-git fetch --url ADDRESS --into DIR --scratch DIR [--branch B] [--commit C] [--ssh-key|--token] [--user U]
                      [--submodules] [--environment FILE]
  --into DIR           is replaced
  --scratch DIR        for files with credentials while they are needed; what is in it is removed first
  --ssh-key, --token   the credential's kind; it is read from $GIT_CREDENTIAL
  --environment FILE   JSON: variables for git besides, such as proxies
Keys of hosts are read from $GIT_KNOWN_HOSTS. Exit status: 0; 1 when it failed, with why in the last line; 2 for wrong usage.
`;

/** A repository that cannot be reached just now is asked again after so long. */
const PAUSES_MS = [2_000, 8_000];

const abort = new AbortController();
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => abort.abort());
process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const flags = flagsFrom(words);
  if (typeof flags === "string") {
    process.stderr.write(`${flags}\n${USAGE}`);
    return 2;
  }
  const { values } = flags;
  const { url = "", into = "", scratch = "", branch, commit, user } = values;
  const { GIT_CREDENTIAL: secret, GIT_KNOWN_HOSTS: knownHosts, ...environment } = process.env;
  const kind = values["ssh-key"] === true ? "ssh_key" : values.token === true ? "token" : null;
  const repository: Repository = {
    url,
    branch: branch ?? null,
    credential: kind === null ? null : { kind, secret: secret ?? "", user: user ?? null },
    knownHosts: knownHosts ?? null,
  };
  const tell = (line: string): void => void process.stdout.write(`${line}\n`);
  try {
    const tree = await fetchPatiently(repository, {
      into,
      commit: commit === undefined || commit === "" ? null : commit,
      submodules: values.submodules === true,
      tell,
      scratch,
      environment: {
        ...(values.environment === undefined ? {} : variablesIn(values.environment)),
        ...environment,
      },
      signal: abort.signal,
    });
    output({ commit: tree.commit, subject: tree.subject, branch: tree.branch ?? "" });
    return 0;
  } catch (caught) {
    if (!(caught instanceof GitError)) throw caught;
    output({ error: caught.message });
    process.stderr.write(`${caught.message}\n`);
    return 1;
  }
}

async function fetchPatiently(repository: Repository, options: FetchOptions): Promise<FetchedTree> {
  for (const pauseMs of [...PAUSES_MS, null]) {
    // What an attempt before this one has left there is no part of it.
    await rm(options.into, { recursive: true, force: true });
    await rm(options.scratch, { recursive: true, force: true });
    try {
      return await fetchTree(repository, options);
    } catch (caught) {
      const isFinal = pauseMs === null || abort.signal.aborted;
      if (isFinal || !(caught instanceof GitError) || !caught.isTemporary) throw caught;
      options.tell(`${caught.message} Trying again in ${pauseMs / 1_000} s.`);
      await pause(pauseMs, undefined, { signal: abort.signal }).catch(() => undefined);
    }
  }
  throw new Error("the last attempt returns or throws");
}

function flagsFrom(words: readonly string[]) {
  const [name, ...args] = words;
  if (name !== "fetch") return `There is no \`${name ?? ""}\`.`;
  try {
    const flags = parseArgs({
      args,
      strict: true,
      options: {
        url: { type: "string" },
        into: { type: "string" },
        scratch: { type: "string" },
        branch: { type: "string" },
        commit: { type: "string" },
        user: { type: "string" },
        environment: { type: "string" },
        "ssh-key": { type: "boolean" },
        token: { type: "boolean" },
        submodules: { type: "boolean" },
      },
    });
    const { url = "", into = "", scratch = "" } = flags.values;
    const isWhole = url !== "" && into !== "" && scratch !== "";
    return isWhole ? flags : "--url, --into and --scratch are wanted.";
  } catch (caught) {
    return caught instanceof Error ? caught.message : String(caught);
  }
}

function variablesIn(file: string): Readonly<Record<string, string>> {
  if (!existsSync(file)) return {};
  const entries = Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function output(values: Readonly<Record<string, string>>): void {
  const file = process.env["GAIA_OUTPUT"];
  if (file !== undefined && file !== "") appendFileSync(file, `${JSON.stringify(values)}\n`);
}

import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { credentialProblem, readAddress } from "./address.ts";
import { type Attempted, complaintOf } from "./complaint.ts";
import { GitError } from "./git-error.ts";
import { type GitResult, runProgram } from "./run-git.ts";

/** A repository, with all that it takes to read it. */
export interface Repository {
  readonly url: string;
  /** Null: what the repository itself calls its default. */
  readonly branch: string | null;
  readonly credential: Credential | null;
  /** In the form of a `known_hosts` file; null: what the user knows. */
  readonly knownHosts: string | null;
}

export interface Credential {
  readonly kind: "ssh_key" | "token";
  /** The private key, or the token. */
  readonly secret: string;
  /** Null: the usual one. */
  readonly user: string | null;
}

export interface AccessOptions {
  /** Where files with credentials lie while they are needed; for this user only, and not kept. */
  readonly scratch: string;
  /** Of who calls: `PATH`, `HOME`, proxies. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

export interface GitCall {
  readonly folder?: string;
  readonly timeoutMs: number;
}

/** Runs `git` on one repository. */
export interface GitAccess {
  /** @throws GitError */
  git(args: readonly string[], call: GitCall): Promise<string>;
}

/** GitHub, GitLab and Gitea take any name beside a token. */
const USUAL_USER = "x-access-token";
const KEY_CHECK_MS = 10_000;

/**
 * Makes ready what `git` needs to read a repository, calls `work`, and removes it again. Credentials reach `git` by files
 * that only this user can read: never by arguments, addresses or an environment.
 * @throws GitError, also when the credential is not for such an address
 */
export async function withAccess<T>(
  repository: Repository,
  options: AccessOptions,
  work: (access: GitAccess) => Promise<T>,
): Promise<T> {
  const address = readAddress(repository.url);
  if (address.kind === "invalid") throw new GitError("other", `The address ${address.message}.`);
  const { credential } = repository;
  const problem = credential === null ? null : credentialProblem(address, credential.kind);
  if (problem !== null) throw new GitError("other", `${problem}.`);
  await mkdir(options.scratch, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(options.scratch, "access-"));
  try {
    const { transport, host } = address;
    const attempted: Attempted = {
      url: repository.url,
      host,
      transport,
      hasCredential: credential !== null,
      hasKnownHosts: repository.knownHosts !== null,
    };
    const settings = [...PLAIN_SETTINGS, ...(await credentialSettings(repository, folder))];
    const environment: Record<string, string> = {
      ...withoutGit(options.environment),
      ...configuration(settings),
      GIT_TERMINAL_PROMPT: "0",
      // A repository of the network must not reach into this machine's files by its submodules.
      GIT_ALLOW_PROTOCOL: transport === "file" ? "file:https:http:ssh" : "https:http:ssh",
      GIT_SSH_COMMAND: await sshCommand(repository, folder, options),
      GIT_SSH_VARIANT: "ssh",
      // Messages are understood in English only.
      LC_ALL: "C",
      LANGUAGE: "",
    };
    return await work({
      async git(args, { folder: at, timeoutMs }) {
        const result = await runProgram("git", args, {
          environment,
          folder: at,
          timeoutMs,
          signal: options.signal,
        });
        return stdoutOf(result, attempted);
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function stdoutOf({ status, stdout, stderr }: GitResult, attempted: Attempted): string {
  if (status === 0) return stdout;
  throw complaintOf(stderr, attempted);
}

const PLAIN_SETTINGS: readonly (readonly [string, string])[] = [
  ["protocol.version", "2"],
  ["core.askPass", ""],
  ["core.hooksPath", "/dev/null"],
  ["submodule.recurse", "false"],
  ["advice.detachedHead", "false"],
  ["init.defaultBranch", "main"],
  ["gc.auto", "0"],
  // A transfer that stands still for a minute is over.
  ["http.lowSpeedLimit", "100"],
  ["http.lowSpeedTime", "60"],
];

/** A token is told to the repository's own host only: neither a redirection nor a submodule leads it elsewhere. */
async function credentialSettings(
  { url, credential }: Repository,
  folder: string,
): Promise<readonly (readonly [string, string])[]> {
  if (credential === null || credential.kind !== "token") return [];
  const token = credential.secret.trim();
  if (token === "" || /[\r\n\0]/.test(token))
    throw new GitError(
      "key_invalid",
      "The secret that is named as the token is empty, or has several lines.",
    );
  const [, protocol = "", host = ""] = /^(https?):\/\/([^/?#]+)/i.exec(url) ?? [];
  const answer = join(folder, "answer");
  const helper = join(folder, "helper");
  await writeFile(answer, `username=${credential.user ?? USUAL_USER}\npassword=${token}\n`, { mode: 0o600 });
  await writeFile(helper, helperScript(protocol.toLowerCase(), host, answer), { mode: 0o700 });
  return [
    ["credential.helper", ""],
    ["credential.helper", `!${quoted(helper)}`],
  ];
}

/** Speaks the protocol of Git's credential helpers, and answers for one host. */
function helperScript(protocol: string, host: string, answer: string): string {
  return `#!/bin/sh
test "$1" = get || exit 0
while IFS= read -r line && test -n "$line"; do
  case $line in
    protocol=*) protocol=\${line#protocol=} ;;
    host=*) host=\${line#host=} ;;
  esac
done
if test "$protocol" = ${quoted(protocol)} && test "$host" = ${quoted(host)}; then
  cat ${quoted(answer)}
fi
`;
}

async function sshCommand(
  { url, credential, knownHosts }: Repository,
  folder: string,
  options: AccessOptions,
): Promise<string> {
  const words = ["ssh", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=20"];
  if (knownHosts !== null) {
    const file = join(folder, "known_hosts");
    await writeFile(file, withNewline(knownHosts), { mode: 0o600 });
    words.push("-o", `UserKnownHostsFile=${quoted(file)}`, "-o", "GlobalKnownHostsFile=/dev/null");
  }
  if (credential?.kind === "ssh_key") {
    const file = join(folder, "key");
    await writeFile(file, withNewline(credential.secret.replaceAll("\r\n", "\n")), { mode: 0o600 });
    await chmod(file, 0o600);
    await checkKey(file, options);
    words.push("-i", quoted(file), "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none");
    if (credential.user !== null && !/^(ssh:\/\/)?[^/@:]+@/.test(url))
      words.push("-l", quoted(credential.user));
  }
  return words.join(" ");
}

/** Asked beforehand, since a host's refusal would only say that it does not know the key. */
async function checkKey(file: string, { environment, signal }: AccessOptions): Promise<void> {
  const result = await runProgram("ssh-keygen", ["-y", "-P", "", "-f", file], {
    environment: { ...withoutGit(environment), LC_ALL: "C" },
    timeoutMs: KEY_CHECK_MS,
    signal,
  });
  if (result.status === 0) return;
  if (/passphrase/i.test(result.stderr)) {
    throw new GitError(
      "passphrase_wanted",
      "The SSH key has a passphrase, which nobody is there to type. Keep a key without one (a deploy key of its own is best), or take it away from a copy: ssh-keygen -p -f COPY",
    );
  }
  throw new GitError(
    "key_invalid",
    "The secret that is named as the SSH key is no private key in the form that ssh reads. Keep the file that ssh-keygen made, without .pub, whole.",
  );
}

/** Settings of Git itself, without a file and without arguments. */
function configuration(settings: readonly (readonly [string, string])[]): Record<string, string> {
  const entries = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { ...Object.fromEntries(entries), GIT_CONFIG_COUNT: String(settings.length) };
}

/** `GIT_DIR` and the like would make `git` look elsewhere; programs that ask for passwords would ask nobody. */
function withoutGit(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      (!entry[0].startsWith("GIT_") || entry[0].startsWith("GIT_SSL_CA")) &&
      entry[0] !== "SSH_ASKPASS" &&
      entry[0] !== "DISPLAY",
  );
  return Object.fromEntries(kept);
}

function withNewline(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

/** As one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

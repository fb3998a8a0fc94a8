import { type ChangeSource, type CreatePipeline, GaiaError, LIMITS } from "@gaia/contracts";
import { formatDuration, parseDuration } from "@gaia/core";
import { type Address, branchProblem, credentialProblem, readAddress } from "@gaia/git";
import { stat } from "node:fs/promises";
import { basename, isAbsolute, normalize } from "node:path";
import type { SecretResolver } from "../engine/options.ts";
import type { Caller } from "../runs/port.ts";
import { buildStatusTarget } from "./build-status.ts";
import type { ProgramSourceRow, SourceCredential, SourceSettings, SourceStatus } from "../store/port.ts";

/** What a person says of a source, read and checked. */
export interface ReadSource {
  readonly source: SourceSettings;
  readonly saidPollMs: number | null;
  /** What a pipeline made of it is called when nothing else is said; not checked. */
  readonly name: string;
}

type RepositoryAddress = Extract<Address, { kind: "ok" }>;

/**
 * Reads where a pipeline's versions come from.
 * @throws GaiaError `invalid_request`, `not_found`, `forbidden`, each with what to do
 */
export async function readSource(order: CreatePipeline, caller: Caller): Promise<ReadSource> {
  if (isFolder(order)) return folderSource(order, caller);
  const address = addressFrom(order.source);
  if (address.transport === "file") refuseRemote(caller);
  const branch = order.branch ?? null;
  const problem = branch === null ? null : branchProblem(branch);
  if (problem !== null) throw refused("branch", `\`branch\`: ${problem}.`);
  const folder = folderFrom(order.folder ?? ".");
  const source: SourceSettings = {
    kind: "git",
    url: address.url,
    branch,
    folder,
    language: order.language ?? null,
    credential: credentialFrom(order, address),
    knownHosts: order.known_hosts ?? null,
    submodules: order.submodules ?? false,
    webhook: order.webhook ?? null,
    status: statusFrom(order, address),
  };
  return {
    source,
    saidPollMs: order.poll === undefined ? null : pollFrom(order.poll),
    name: folder === "." ? address.name : basename(folder),
  };
}

/** A path is built as it is, or, where its branch is named, by its commits. */
function isFolder({ source, branch }: CreatePipeline): boolean {
  return isAbsolute(source) && typeof branch !== "string";
}

/** What a source becomes by a change: what the change does not name stays. */
export function changedSource(
  row: ProgramSourceRow,
  change: ChangeSource,
  caller: Caller,
): Promise<ReadSource> {
  if (row.source.kind === "file") {
    throw new GaiaError(
      "conflict",
      `\`${row.pipeline}\` is built from ${row.source.url}: put another file there to change it.`,
    );
  }
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const order = { ...orderOf(row), ...given };
  if (!isFolder(order)) return readSource(order, caller);
  // What was said of the repository before means nothing to a folder.
  const { source, folder, language } = order;
  return readSource({ source, folder, language, ...given }, caller);
}

/** The order that would make a row's source. */
function orderOf({ source, saidPollMs }: ProgramSourceRow): CreatePipeline {
  const { kind, url, folder, language, credential } = source;
  if (kind === "folder") return { source: url, folder, language };
  return {
    source: url,
    folder,
    language,
    branch: source.branch,
    ssh_key: credential?.kind === "ssh_key" ? credential.secret : null,
    token: credential?.kind === "token" ? credential.secret : null,
    user: credential?.user ?? null,
    known_hosts: source.knownHosts,
    submodules: source.submodules,
    webhook: source.webhook,
    ...(saidPollMs === null ? {} : { poll: formatDuration(saidPollMs) }),
    status: source.status,
  };
}

/** A folder of this machine is built as it is, uncommitted changes and all. */
async function folderSource(order: CreatePipeline, caller: Caller): Promise<ReadSource> {
  refuseRemote(caller);
  const ofRepositories = [
    "ssh_key",
    "token",
    "user",
    "known_hosts",
    "submodules",
    "poll",
    "webhook",
    "status",
  ] as const;
  const odd = ofRepositories.find((key) => (order[key] ?? null) !== null);
  if (odd !== undefined) {
    throw refused(
      odd,
      `\`${odd}\` is for repositories, and ${order.source} is read as a folder, as it is. To build commits of a repository that lies there, name its \`branch\`.`,
    );
  }
  const url = normalize(order.source).replace(/(?<=.)\/+$/, "");
  const folder = folderFrom(order.folder ?? ".");
  await refuseAbsent(url);
  return {
    source: {
      kind: "folder",
      url,
      branch: null,
      folder,
      language: order.language ?? null,
      credential: null,
      knownHosts: null,
      submodules: false,
      webhook: null,
      status: null,
    },
    saidPollMs: null,
    name: basename(folder === "." ? url : folder),
  };
}

async function refuseAbsent(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null) {
    const message = `The server finds no folder ${path}. Name one that is there, or the address of a repository.`;
    throw new GaiaError("not_found", message, issueAt("source", message));
  }
  if (!found.isDirectory()) {
    throw refused(
      "source",
      `${path} is no folder. Name the folder of a pipeline, or put a built program into $GAIA_HOME/pipelines.`,
    );
  }
}

function addressFrom(text: string): RepositoryAddress {
  const address = readAddress(text);
  if (address.kind === "ok") return address;
  // What is wrong with it may be a password.
  const shown = text.includes("@") ? "The address" : `\`${text.slice(0, 200)}\``;
  throw refused("source", `\`source\`: ${shown} ${address.message}.`);
}

function credentialFrom(order: CreatePipeline, address: RepositoryAddress): SourceCredential | null {
  const key = order.ssh_key ?? null;
  const token = order.token ?? null;
  const user = order.user ?? null;
  if (key !== null && token !== null)
    throw refused("token", "`ssh_key` and `token` are two ways to sign in; one is possible.");
  const secret = key ?? token;
  if (secret === null) {
    if (user !== null) throw refused("user", "`user` goes with a `token`: name the secret that has it.");
    return null;
  }
  const kind = key === null ? "token" : "ssh_key";
  const problem = credentialProblem(address, kind);
  if (problem !== null) throw refused(kind, `${problem}.`);
  return { kind, secret, user };
}

/** Checked as far as it goes without the pipeline's name. */
function statusFrom({ status }: CreatePipeline, { url }: RepositoryAddress): SourceStatus | null {
  if (status === null || status === undefined) return null;
  const { token, forge = null, api = null } = status;
  const given = { token, forge, api };
  const read = buildStatusTarget("pipeline", url, given);
  if (read.kind === "ok") return given;
  if (read.key === "repository") throw refused("source", `\`source\` ${read.message}.`);
  const message = `\`status.${read.key}\` ${read.message}.`;
  throw new GaiaError("invalid_request", message, {
    issues: [{ path: ["status", read.key], message, nearest: null }],
  });
}

/** A folder within a repository. It may not lead out of it; a link that does is the builder's to refuse. */
function folderFrom(text: string): string {
  const folder = normalize(text).replace(/(?<=.)\/+$/, "");
  // oxlint-disable-next-line no-control-regex -- no folder of a repository has such a name on purpose
  if (isAbsolute(folder) || folder.split("/").includes("..") || /[\u0000-\u001f]/.test(folder)) {
    throw refused("folder", "`folder` is a path within the repository, such as pipelines/orders.");
  }
  return folder;
}

function pollFrom(text: string): number {
  const parsed = parseDuration(text);
  if (parsed.kind === "error") throw refused("poll", `\`poll\`: ${parsed.message}; "0s" is never.`);
  if (parsed.ms !== 0 && (parsed.ms < LIMITS.pollMsMin || parsed.ms > LIMITS.pollMsMax)) {
    throw refused(
      "poll",
      `\`poll\` is 0s (never), or from ${formatDuration(LIMITS.pollMsMin)} to ${formatDuration(LIMITS.pollMsMax)}.`,
    );
  }
  return parsed.ms;
}

function refuseRemote(caller: Caller): void {
  if (caller.local) return;
  const message =
    "A folder of the server's machine can be named only over the socket of the same user. Name the address of a repository.";
  throw new GaiaError("forbidden", message, issueAt("source", message));
}

/** Refuses a webhook whose secret is not there for the pipeline's builds. @throws GaiaError `invalid_input` */
export function checkWebhook(
  webhook: string | null | undefined,
  asker: Parameters<SecretResolver>[1],
  secret: SecretResolver,
): void {
  if (webhook === null || webhook === undefined) return;
  const asked = secret(webhook, asker);
  if (asked.kind === "value") return;
  const message = `The webhook needs the secret ${webhook}, ${asked.why}.`;
  throw new GaiaError("invalid_input", message, issueAt("webhook", message));
}

function refused(key: keyof ChangeSource, message: string): GaiaError {
  return new GaiaError("invalid_request", message, issueAt(key, message));
}

/** In the form in which a body's schema tells of its keys: a form shows it beside its field. */
function issueAt(key: keyof ChangeSource, message: string): Readonly<Record<string, unknown>> {
  return { issues: [{ path: [key], message, nearest: null }] };
}

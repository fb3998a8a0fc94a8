import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { GaiaError } from "@gaia/contracts/errors.ts";
import { z } from "zod";
import { BoltError, BoltFile } from "./bolt.ts";
import { readGaiaVault, VaultError } from "./gaia-vault.ts";

/** A pipeline of an original Gaia. */
export interface OriginalPipeline {
  readonly name: string;
  /** golang, python, java, cpp, ruby, nodejs */
  readonly language: string;
  readonly repository: OriginalRepository | null;
  /** What was built there last; null: it is not in the home. */
  readonly built: string | null;
  /** As they were written. */
  readonly schedules: readonly string[];
}

export interface OriginalRepository {
  readonly url: string;
  /** Null: the repository's own. */
  readonly branch: string | null;
  readonly user: string;
  readonly password: string;
  readonly sshUser: string;
  /** PEM. */
  readonly sshKey: string;
  readonly sshPassphrase: string;
}

/** What an original Gaia's home holds that can be taken over. */
export interface OriginalHome {
  readonly pipelines: readonly OriginalPipeline[];
  readonly secrets: ReadonlyMap<string, string>;
  /** What is there and cannot be, in sentences. */
  readonly notes: readonly string[];
}

/** The types that the original gives the files of its pipelines. */
const LANGUAGES = ["golang", "python", "java", "cpp", "ruby", "nodejs"];
/** Secrets that mean something to the original alone. */
const OWN_SECRETS = /^(WORKER_REGISTER_KEY|GITHUB_WEBHOOK_SECRET(_\d+)?)$/;

const privateKey = z.object({
  key: z.string().default(""),
  username: z.string().default(""),
  password: z.string().default(""),
});
const repository = z.object({
  url: z.string().default(""),
  user: z.string().default(""),
  password: z.string().default(""),
  privatekey: privateKey.nullish(),
  selectedbranch: z.string().default(""),
});
const pipeline = z.object({
  name: z.string(),
  type: z.string(),
  repo: repository.nullish(),
  periodicschedules: z.array(z.string()).nullish(),
});

/** @throws GaiaError when it is no such home, or one that cannot be read */
export async function readGaiaHome(home: string): Promise<OriginalHome> {
  const data = join(home, "data");
  const database = await readFile(join(data, "gaia.db")).catch(() => null);
  if (database === null)
    throw new GaiaError(
      "not_found",
      `There is no home of an original Gaia in ${home}: such a one has a file data/gaia.db. Name the folder that was given to it as -home-path.`,
    );
  const notes: string[] = [];
  const files = await filesOf(join(home, "pipelines"));
  const stored = storedPipelines(database, notes).map((one) => pipelineOf(one, files));
  const known = new Set(stored.map(({ name }) => name.toLowerCase()));
  const dropped = [...files].flatMap(([file, path]) => droppedPipeline(file, path, notes) ?? []);
  const { secrets, more } = await secretsOf(data);
  return {
    pipelines: [...stored, ...dropped.filter(({ name }) => !known.has(name.toLowerCase()))],
    secrets,
    notes: [...notes, ...more],
  };
}

function storedPipelines(database: Buffer, notes: string[]): readonly z.infer<typeof pipeline>[] {
  try {
    return new BoltFile(database).entries("Pipelines").flatMap(({ value }) => {
      const parsed = pipeline.safeParse(asJson(value));
      if (parsed.success) return [parsed.data];
      notes.push("A pipeline in data/gaia.db cannot be read and is left out.");
      return [];
    });
  } catch (reason) {
    if (reason instanceof BoltError)
      throw new GaiaError(
        "invalid_request",
        `data/gaia.db cannot be read: ${reason.message}.`,
        {},
        { cause: reason },
      );
    throw reason;
  }
}

function asJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
}

function inOrder(names: readonly string[]): readonly string[] {
  return names.toSorted((left, right) => (left < right ? -1 : 1));
}

/** Name -> path. */
async function filesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    inOrder(names).map(async (name): Promise<[string, string] | null> => {
      const path = join(folder, name);
      return (await stat(path)).isFile() ? [name, path] : null;
    }),
  );
  return new Map(files.filter((file) => file !== null));
}

function pipelineOf(one: z.infer<typeof pipeline>, files: ReadonlyMap<string, string>): OriginalPipeline {
  const { repo } = one;
  const key = repo?.privatekey;
  return {
    name: one.name,
    language: one.type,
    repository:
      repo === null || repo === undefined || repo.url === ""
        ? null
        : {
            url: repo.url,
            branch: repo.selectedbranch === "" ? null : repo.selectedbranch.replace(/^refs\/heads\//, ""),
            user: repo.user,
            password: repo.password,
            sshUser: key?.username ?? "",
            sshKey: key?.key ?? "",
            sshPassphrase: key?.password ?? "",
          },
    built: files.get(`${one.name}_${one.type}`) ?? null,
    schedules: one.periodicschedules ?? [],
  };
}

/** The type of a file is what stands behind its last `_`. */
function droppedPipeline(file: string, path: string, notes: string[]): OriginalPipeline | null {
  const at = file.lastIndexOf("_");
  const language = file.slice(at + 1);
  if (at > 0 && LANGUAGES.includes(language))
    return { name: file.slice(0, at), language, repository: null, built: path, schedules: [] };
  notes.push(
    `pipelines/${file} is left out: its name does not end in the type of a pipeline, such as _golang.`,
  );
  return null;
}

async function secretsOf(
  data: string,
): Promise<{ readonly secrets: ReadonlyMap<string, string>; readonly more: readonly string[] }> {
  const vault = await readFile(join(data, ".gaia_vault")).catch(() => null);
  if (vault === null) return { secrets: new Map(), more: [] };
  const key = await readFile(join(data, "ca.key")).catch(() => null);
  if (key === null)
    return {
      secrets: new Map(),
      more: ["The secrets are left out: data/ca.key, with which they are encrypted, is missing."],
    };
  try {
    const { secrets, lostLines } = readGaiaVault(vault, key);
    const own = [...secrets.keys()].filter((name) => OWN_SECRETS.test(name));
    const more = own.length === 0 ? [] : [`${own.join(", ")}: left out, of use to the original alone.`];
    if (lostLines > 0)
      more.push(
        `The vault has ${lostLines === 1 ? "a line" : `${lostLines} lines`} that belong to no secret: the rest of values of several lines, which the original has lost. Set these secrets again.`,
      );
    return { secrets: new Map([...secrets].filter(([name]) => !own.includes(name))), more };
  } catch (reason) {
    if (reason instanceof VaultError)
      return { secrets: new Map(), more: [`The secrets are left out: ${reason.message}.`] };
    throw reason;
  }
}

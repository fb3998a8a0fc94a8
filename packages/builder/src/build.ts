import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { LIMITS } from "@gaia/contracts/limits.ts";
import type { BuiltProgramFile } from "@gaia/contracts/program-build.ts";
import { formatDuration } from "@gaia/core/policy/index.ts";
import { PARALLEL_CALLS } from "@gaia/program";
import type { BuildOptions, BuildResult, Say } from "./build-options.ts";
import { readBuilt, touchBuilt, writeBuilt } from "./builds/built.ts";
import { buildFolder, buildLock, cacheLock, workFolder } from "./builds/layout.ts";
import { waitForLock } from "./builds/lock.ts";
import { newestOf, writeRebuilt } from "./builds/rebuilt.ts";
import { useCache } from "./builds/trim-caches.ts";
import { trainProgram } from "./check/train-program.ts";
import { checkProgram } from "./check/check-program.ts";
import { diskError, fullDisk, removeTree } from "./disk.ts";
import { languageNamed } from "./languages.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { judgeTriggers } from "./gaia-file/read.ts";
import { hashOf } from "./source/fingerprint.ts";
import { Steps } from "./steps/steps.ts";

/** Builds a pipeline, or finds it built. Throws a `BuildError`; then nothing is left of it. */
export async function build(given: BuildOptions): Promise<BuildResult> {
  const options = { ...given, builds: resolve(given.builds), cache: resolve(given.cache) };
  const say: Say = (name, text) => void options.out.write(`${name.padEnd(10)} ${text}\n`);
  const prepared = await prepare(options, say);
  const { builds } = options;
  const make = async (id: string): Promise<BuildResult> => ({
    id,
    built: await buildAlone(options, prepared, id, say),
    cached: false,
  });
  if (options.rebuild) {
    const id = hashOf([prepared.id, randomUUID()]);
    const result = await locked(options, id, say, () => make(id));
    await writeRebuilt(builds, prepared.id, id);
    return result;
  }
  const newest = await newestOf(builds, prepared.id);
  const rebuilt =
    newest === prepared.id ? null : await locked(options, newest, say, () => find(builds, newest, say));
  if (rebuilt !== null) return rebuilt;
  return locked(options, prepared.id, say, async () => {
    return (await find(builds, prepared.id, say)) ?? make(prepared.id);
  });
}

/** While it lasts nobody else builds this, or removes it. */
async function locked<T>(options: BuildOptions, id: string, say: Say, work: () => Promise<T>): Promise<T> {
  const lock = await waitForLock(buildLock(options.builds, id), {
    signal: options.signal,
    onWait: () => say("waiting", "another process builds the same"),
  });
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function find(builds: string, id: string, say: Say): Promise<BuildResult | null> {
  const built = await readBuilt(builds, id);
  if (built === null) return null;
  await touchBuilt(builds, id);
  say("found", `it is built already: ${id}`);
  return { id, built, cached: true };
}

/** What the holder of the lock does. Whatever lies under the id was left by one that was killed. */
async function buildAlone(
  options: BuildOptions,
  prepared: Prepared,
  id: string,
  say: Say,
): Promise<BuiltProgramFile> {
  const work = workFolder(options.builds, id);
  const target = buildFolder(options.builds, id);
  const caches = await waitForLock(cacheLock(options.cache), {
    shared: true,
    signal: options.signal,
    onWait: () => say("waiting", "the caches are being cleaned"),
  });
  let isWhole = false;
  say("build", id);
  try {
    for (const folder of [work, target]) await removeTree(folder);
    await mkdir(join(work, "tmp"), { recursive: true, mode: 0o700 });
    await mkdir(target, { mode: 0o700 });
    const full = await fullDisk(options.builds);
    if (full !== null) throw full;
    const built = await buildIn(options, prepared, { id, work, target }, say);
    await writeBuilt(options.builds, id, built);
    isWhole = true;
    return built;
  } catch (reason) {
    throw (await diskError(options.builds, reason)) ?? reason;
  } finally {
    if (!isWhole) await removeTree(target);
    await removeTree(work);
    caches.release();
  }
}

interface Place {
  readonly id: string;
  readonly work: string;
  readonly target: string;
}

async function buildIn(
  options: BuildOptions,
  prepared: Prepared,
  { id, work, target }: Place,
  say: Say,
): Promise<BuiltProgramFile> {
  const { recipe, language, folder, file } = prepared;
  const environment = { ...prepared.inherited, TMPDIR: join(work, "tmp") };
  const startedAt = performance.now();
  // A folder of its own: the sources may hold a file called as that which makes a build whole.
  const root = join(recipe.keepsSource ? target : work, "source");
  await prepared.copyTo(root);
  const command = await recipe.build({
    id,
    root,
    folder: join(root, folder),
    target,
    cacheOf: (tool) => useCache(options.cache, tool),
    steps: new Steps({
      environment,
      stepMs: prepared.stepMs ?? options.stepMs ?? LIMITS.buildStepMs,
      outputBytes: LIMITS.buildOutputBytes,
      disks: [options.builds, options.cache],
      signal: options.signal,
      out: options.out,
    }),
    environment: prepared.environment,
    isFresh: options.rebuild,
    signal: options.signal,
  });
  const took = formatDuration(Math.max(100, Math.round((performance.now() - startedAt) / 100) * 100));
  say("built", `in ${took}`);
  const check = { folder: target, environment, signal: options.signal, out: options.out };
  const { sdk, maxParallel, jobs } = await checkProgram({ ...check, command });
  const titles = jobs.slice(0, 10).map(({ title }) => title);
  say(
    "checked",
    `${jobs.length === 1 ? "1 job" : `${jobs.length} jobs`}: ${titles.join(", ")}${jobs.length > titles.length ? ", …" : ""}`,
  );
  if (file !== null) judgeTriggers(file.written, jobs);
  const triggers = file?.triggers ?? [];
  if (triggers.length > 0)
    say("triggers", triggers.length === 1 ? "1, as gaia.yaml says" : `${triggers.length}, as gaia.yaml says`);
  // The published SDKs do not say how many calls they take.
  const known = sdk === null ? languageNamed(language) : null;
  const most = known === null ? maxParallel : PARALLEL_CALLS[known].most;
  const fastest =
    recipe.train === undefined ? command : await trainProgram(check, command, recipe.train(command));
  return {
    version: 1,
    language,
    command: fastest,
    sdk,
    maxParallel: most,
    jobs: [...jobs],
    triggers: [...triggers],
  };
}

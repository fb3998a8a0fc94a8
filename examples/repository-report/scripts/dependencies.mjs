// Task `dependencies`: package manifests, what they ask for, and whether a lock file pins it.
import { CONTENT_LIMIT_BYTES, readContents } from "./git/objects.mjs";
import { openRepository } from "./git/repository.mjs";
import { manifestOf } from "./knowledge/manifests.mjs";
import { count, loadFacts, publishOutputs, runTask, saveFacts, say, summarize } from "./task.mjs";

const EXAMPLE_PATH = /(^|\/)(examples?|samples?|fixtures?|templates?|tests?|__tests__|testdata|e2e|docs?)\//i;
/** Ecosystems whose programs are expected to pin with a lock file. Libraries of some do not, by custom. */
const WANTS_LOCK = new Set(["npm", "Cargo", "RubyGems", "Composer", "Go"]);

await runTask(async () => {
  const repository = await openRepository(process.argv[2], process.argv[3]);
  const { files } = loadFacts("inventory");
  const paths = new Set(files.map((file) => file.path));
  const wanted = files.filter(
    (file) =>
      file.kind === "file" &&
      file.role !== "vendored" &&
      file.sizeBytes <= CONTENT_LIMIT_BYTES &&
      manifestOf(file.path),
  );
  const manifests = [];
  for await (const { file, content } of readContents(repository, wanted)) {
    manifests.push(readManifest(file.path, content.toString("utf8"), paths));
  }
  const ecosystems = bySystem(manifests);
  const facts = {
    manifests,
    ecosystems,
    unlocked: manifests.filter(isUnlocked).map((manifest) => manifest.path),
    ...imagesOf(manifests),
    submodules: files.filter((file) => file.kind === "submodule").length,
  };
  saveFacts("dependencies", facts);
  publishOutputs({
    manifests: manifests.length,
    dependencies: ecosystems.reduce((sum, system) => sum + system.dependencies, 0),
  });
  for (const system of ecosystems) {
    say(
      `  ${system.name.padEnd(16)} ${count(system.dependencies).padStart(6)} in ${count(system.manifests, "manifest")}`,
    );
  }
  const sentence =
    manifests.length === 0
      ? "no package manifest found"
      : `${count(manifests.length, "manifest")} of ${count(ecosystems.length, "ecosystem")}`;
  say(sentence);
  summarize(`Dependencies: ${sentence}.`);
});

function readManifest(path, text, paths) {
  const { ecosystem, read, locks } = manifestOf(path);
  const { names, development } = read(text);
  return {
    path,
    ecosystem,
    names: [...new Set(names)].map((name) => name.slice(0, 120)),
    development,
    locked: locks.length === 0 ? undefined : hasLock(path, locks, paths),
    example: EXAMPLE_PATH.test(path),
  };
}

/** A lock stands beside the manifest, or above it (workspaces have one in their root). */
function hasLock(path, locks, paths) {
  const segments = path.split("/").slice(0, -1);
  for (;;) {
    const folder = segments.length === 0 ? "" : `${segments.join("/")}/`;
    if (locks.some((lock) => paths.has(folder + lock))) return true;
    if (segments.length === 0) return false;
    segments.pop();
  }
}

function isUnlocked(manifest) {
  return (
    WANTS_LOCK.has(manifest.ecosystem) &&
    manifest.locked === false &&
    manifest.names.length > 0 &&
    !manifest.example
  );
}

function bySystem(manifests) {
  const systems = new Map();
  for (const manifest of manifests) {
    const system = systems.get(manifest.ecosystem) ?? {
      name: manifest.ecosystem,
      manifests: 0,
      names: new Set(),
      locked: 0,
      lockable: 0,
    };
    system.manifests++;
    for (const name of manifest.names) system.names.add(name);
    if (manifest.locked !== undefined) system.lockable++;
    if (manifest.locked === true) system.locked++;
    systems.set(manifest.ecosystem, system);
  }
  return [...systems.values()]
    .map(({ names, ...system }) => ({ ...system, dependencies: names.size }))
    .sort((a, b) => b.dependencies - a.dependencies || b.manifests - a.manifests);
}

/** Base images that change under the same name: no tag, or `latest`. */
function imagesOf(manifests) {
  const docker = manifests.filter((manifest) => manifest.ecosystem === "Docker" && !manifest.example);
  const floating = docker.flatMap((manifest) =>
    manifest.names
      .filter((image) => !image.includes("$") && (!/[:@][^/]*$/.test(image) || image.endsWith(":latest")))
      .map((image) => ({ image, path: manifest.path })),
  );
  return { floatingImages: floating };
}

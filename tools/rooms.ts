import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The rooms of the house, and who may call on whom. The lint rules hold the strongest walls, this table all of them. */

export const ROOT: string = dirname(dirname(fileURLToPath(import.meta.url)));

export interface Room {
  /** Folder, from the root. */
  readonly path: string;
  readonly mayImport: readonly string[];
}

const CORE = "packages/core/src";
const CONTRACTS = "packages/contracts/src";
const LAUNCHER = "packages/launcher/src";
const PROGRAM = "packages/program/src";
const GIT = "packages/git/src";
const SERVER = "packages/server/src";
const WEB = "packages/web/src";
const PORTS = [
  `${SERVER}/store/port.ts`,
  `${SERVER}/engine/port.ts`,
  `${SERVER}/observe/port.ts`,
  `${SERVER}/logs/port.ts`,
];

/** The most special path wins; what is in no room may import everything (composition roots, tests). */
export const ROOMS: readonly Room[] = [
  { path: CORE, mayImport: [] },
  { path: CONTRACTS, mayImport: [] },
  { path: LAUNCHER, mayImport: [] },
  {
    path: "packages/worker/src",
    mayImport: [
      CORE,
      CONTRACTS,
      `${LAUNCHER}/index.ts`,
      `${LAUNCHER}/lock.ts`,
      `${LAUNCHER}/files.ts`,
      `${PROGRAM}/index.ts`,
    ],
  },
  { path: PROGRAM, mayImport: [CONTRACTS] },
  { path: GIT, mayImport: [] },
  {
    path: "packages/builder/src",
    mayImport: [
      CORE,
      CONTRACTS,
      `${PROGRAM}/index.ts`,
      `${LAUNCHER}/lock.ts`,
      `${SERVER}/pipelines/read-yaml-file.ts`,
      `${SERVER}/pipelines/program-triggers.ts`,
    ],
  },
  {
    path: "packages/cli/src",
    mayImport: [CORE, CONTRACTS, `${LAUNCHER}/index.ts`, `${PROGRAM}/index.ts`],
  },
  {
    path: "packages/cli/src/server-port.ts",
    mayImport: [CONTRACTS, `${SERVER}/main.ts`, `${SERVER}/offline.ts`, `${SERVER}/pipelines/index.ts`],
  },
  ...[
    "home",
    "inbox",
    "pipelines",
    "runs",
    "run",
    "editor",
    "triggers",
    "activity",
    "secrets",
    "settings",
    "system",
  ].map((screen) => ({ path: `${WEB}/${screen}`, mayImport: [`${WEB}/api`, `${WEB}/app`, `${WEB}/design`] })),
  // The editor offers the project's examples as a beginning.
  { path: `${WEB}/editor/templates.ts`, mayImport: ["examples"] },
  // A pipeline that is being built shows what its build prints.
  {
    path: `${WEB}/pipelines/build-note.tsx`,
    mayImport: [
      `${WEB}/api`,
      `${WEB}/app`,
      `${WEB}/design`,
      `${WEB}/pipelines`,
      `${WEB}/run/log/log-tail.tsx`,
    ],
  },
  { path: `${WEB}/design`, mayImport: [`${WEB}/api/refusal.ts`] },
  { path: `${WEB}/api`, mayImport: [] },
  { path: `${SERVER}/store`, mayImport: [CORE, CONTRACTS] },
  { path: `${SERVER}/observe`, mayImport: [CONTRACTS] },
  { path: `${SERVER}/config`, mayImport: [CORE, CONTRACTS] },
  { path: `${SERVER}/home`, mayImport: [CONTRACTS] },
  { path: `${SERVER}/engine`, mayImport: [CORE, CONTRACTS, ...PORTS] },
  {
    path: `${SERVER}/pipelines`,
    mayImport: [
      CORE,
      CONTRACTS,
      `${GIT}/address.ts`,
      `${SERVER}/triggers/zone.ts`,
      // Where a forge has its API is known where the file is read, so that a mistake has its line.
      `${SERVER}/commit-statuses/target.ts`,
    ],
  },
  { path: `${SERVER}/workers`, mayImport: [CORE, CONTRACTS, `${SERVER}/engine`, ...PORTS] },
  { path: `${SERVER}/logs`, mayImport: [CONTRACTS, ...PORTS] },
  { path: `${SERVER}/access`, mayImport: [CONTRACTS] },
  { path: `${SERVER}/web`, mayImport: [] },
  { path: `${SERVER}/vault`, mayImport: [CONTRACTS, ...PORTS] },
  {
    path: `${SERVER}/repositories`,
    mayImport: [CONTRACTS, `${GIT}/index.ts`, `${SERVER}/engine`, ...PORTS],
  },
  {
    path: `${SERVER}/triggers`,
    mayImport: [
      CORE,
      CONTRACTS,
      `${GIT}/index.ts`,
      `${SERVER}/engine`,
      `${SERVER}/pipelines/index.ts`,
      `${SERVER}/repositories/index.ts`,
      ...PORTS,
    ],
  },
  {
    path: `${SERVER}/commit-statuses`,
    mayImport: [CORE, CONTRACTS, `${GIT}/address.ts`, `${SERVER}/engine`, ...PORTS],
  },
  {
    path: `${SERVER}/runs`,
    mayImport: [CORE, CONTRACTS, `${SERVER}/engine`, `${SERVER}/pipelines/index.ts`, ...PORTS],
  },
  {
    path: `${SERVER}/programs`,
    mayImport: [
      CORE,
      CONTRACTS,
      `${GIT}/index.ts`,
      `${SERVER}/engine`,
      `${SERVER}/pipelines/index.ts`,
      `${SERVER}/repositories/index.ts`,
      `${SERVER}/runs/port.ts`,
      `${SERVER}/triggers/webhooks/delivery.ts`,
      `${SERVER}/triggers/webhooks/sender-proofs.ts`,
      `${SERVER}/triggers/webhooks/signature.ts`,
      `${SERVER}/commit-statuses/target.ts`,
      ...PORTS,
    ],
  },
  { path: `${SERVER}/upkeep`, mayImport: [CONTRACTS, `${SERVER}/engine`, ...PORTS] },
  {
    path: `${SERVER}/api`,
    mayImport: [
      CORE,
      CONTRACTS,
      `${SERVER}/engine`,
      `${SERVER}/pipelines/index.ts`,
      `${SERVER}/programs/port.ts`,
      `${SERVER}/runs/port.ts`,
      `${SERVER}/runs/retry.ts`,
      `${SERVER}/workers`,
      `${SERVER}/logs/index.ts`,
      `${SERVER}/access/index.ts`,
      `${SERVER}/web/index.ts`,
      `${SERVER}/vault/port.ts`,
      `${SERVER}/observe/metrics-port.ts`,
      ...PORTS,
    ],
  },
];

/** One import that goes where it must not. */
export interface Trespass {
  readonly file: string;
  readonly target: string;
}

/** Folders with sources: what users have, and what proves, measures and builds it. */
const FOLDERS = ["packages", "simulation", "faults", "bench", "tools", "e2e", "sdks/conformance"];

/** All sources of ours, from the root; tests and test support left out. */
export function sources(): readonly string[] {
  return FOLDERS.flatMap((folder) => walk(join(ROOT, folder)))
    .map((path) => relative(ROOT, path))
    .filter((path) => /\.(tsx?|mjs)$/.test(path) && !/\.d\.m?ts$/.test(path) && !isTest(path));
}

export function isTest(path: string): boolean {
  return /\.(test|suite)\.tsx?$|\/(testing|suite|golden)\//.test(path);
}

/** Everything that the table does not allow. */
export function trespasses(): readonly Trespass[] {
  return sources().flatMap((file) => {
    const room = roomOf(file);
    if (room === null) return [];
    return importsOf(file)
      .filter(
        (target) => !within(target, room.path) && !room.mayImport.some((allowed) => within(target, allowed)),
      )
      .map((target) => ({ file, target }));
  });
}

/** What a file names in its imports. */
export function specifiersOf(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [
    ...text.matchAll(
      /^\s*(?:import|export|\}).*\sfrom\s+"([^"]+)"|(?:^\s*import\s*|\bimport\s*\(\s*)"([^"]+)"/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? "");
}

/** Paths, from the root, of the files of ours that a file imports. */
export function importsOf(file: string): readonly string[] {
  const found: string[] = [];
  for (const specifier of specifiersOf(file)) {
    const workspace = /^@gaia\/([a-z-]+)(?:\/(.*))?$/.exec(specifier);
    if (workspace !== null) found.push(`packages/${workspace[1]}/src/${workspace[2] ?? "index.ts"}`);
    else if (specifier.startsWith(".")) found.push(relative(ROOT, resolve(ROOT, dirname(file), specifier)));
  }
  return found;
}

function roomOf(file: string): Room | null {
  const rooms = ROOMS.filter((room) => within(file, room.path));
  return rooms.toSorted((left, right) => right.path.length - left.path.length)[0] ?? null;
}

function within(path: string, room: string): boolean {
  return path === room || path.startsWith(`${room}/`);
}

function walk(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    if (name === "node_modules" || name === "dist") return [];
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
}

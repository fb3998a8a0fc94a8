import { constants, copyFile, glob, lstat, mkdir, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";

/** More files than this are a pattern that was not meant so, such as `**` in a home folder. */
const FILES_MAX = 10_000;
const BYTES_MAX = 4 * 1024 * 1024 * 1024;

/**
 * Copies what the patterns find below `cwd` to `destination`, with its relative path. Only files that really lie
 * below `cwd` are taken: a link that leads out of it would publish what nobody meant to publish.
 *
 * @returns problems, in words for people
 */
export async function collectArtifacts(
  cwd: string,
  patterns: readonly string[],
  destination: string,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const root = await realpath(cwd).catch(() => null);
  if (root === null) return [`artifacts: the working folder ${cwd} is gone`];
  const budget = { files: 0, bytes: 0 };
  for (const pattern of patterns) {
    if (isAbsolute(pattern) || pattern.split(/[\\/]/).includes("..")) {
      problems.push(`artifacts: "${pattern}" leads out of the working folder; give a pattern relative to it`);
      continue;
    }
    for await (const found of glob(pattern, { cwd: root })) {
      const problem = await copyOne(root, found, destination, budget);
      if (problem !== null) problems.push(problem);
      if (budget.files > FILES_MAX || budget.bytes > BYTES_MAX) return problems;
    }
  }
  return problems;
}

async function copyOne(
  root: string,
  found: string,
  destination: string,
  budget: { files: number; bytes: number },
): Promise<string | null> {
  const source = await realpath(join(root, found)).catch(() => null);
  if (source === null) return `artifacts: ${found} is a link to nothing`;
  const inside = relative(root, source);
  if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    return `artifacts: ${found} is a link that leads out of the working folder; it was not taken`;
  }
  const stat = await lstat(source);
  if (!stat.isFile()) return null;
  budget.files += 1;
  budget.bytes += stat.size;
  if (budget.files > FILES_MAX)
    return `artifacts: more than ${FILES_MAX} files; only the first ones were taken`;
  if (budget.bytes > BYTES_MAX)
    return `artifacts: more than ${BYTES_MAX} bytes; ${found} and what follows it was not taken`;
  const target = join(destination, found);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  return null;
}

// How the tree is parted into folders of a size worth one job each.
import { FOLDER_SPLIT_SHARE, FOLDERS_MAX } from "../limits.mjs";

/** The folder of files that stand in the repository's root. */
export const ROOT_FOLDER = ".";
/** What is left when the smallest folders share one job; a name that is easy to type, as it becomes part of the job's. */
export const OTHER_FOLDERS = "+others";

/**
 * Gives each file its `folder` and returns the folders: the top-level ones; one with too large a share of the code is
 * split into its subfolders; the smallest are put together. At least the root folder is there, in an empty repository too.
 */
export function chooseFolders(files) {
  const code = files.filter(isOwnCode);
  const total = code.reduce((sum, file) => sum + file.lines, 0);
  let groups = groupBy(code, (file) => prefix(file.path, 1));
  const settled = new Set();
  for (;;) {
    const largest = [...groups.entries()]
      .filter(([name, group]) => !settled.has(name) && linesOf(group) > total * FOLDER_SPLIT_SHARE)
      .sort((a, b) => linesOf(b[1]) - linesOf(a[1]))[0];
    if (largest === undefined) break;
    const [name, group] = largest;
    settled.add(name);
    const parts = groupBy(group, (file) => deeper(file.path, name));
    if (groups.size - 1 + parts.size > FOLDERS_MAX * 2) continue;
    groups.delete(name);
    groups = new Map([...groups, ...parts]);
  }
  return assign(mergeSmallest(groups));
}

/** Source or tests in a language whose indentation means something. */
export function isOwnCode(file) {
  return (
    file.language?.kind === "code" && (file.role === "source" || file.role === "test") && file.kind === "file"
  );
}

function mergeSmallest(groups) {
  const ordered = [...groups.entries()].sort((a, b) => linesOf(b[1]) - linesOf(a[1]));
  if (ordered.length <= FOLDERS_MAX) return ordered;
  const kept = ordered.slice(0, FOLDERS_MAX - 1);
  return [...kept, [OTHER_FOLDERS, ordered.slice(FOLDERS_MAX - 1).flatMap(([, group]) => group)]];
}

function assign(groups) {
  for (const [name, group] of groups) for (const file of group) file.folder = name;
  return groups.length === 0 ? [ROOT_FOLDER] : groups.map(([name]) => name);
}

/** The first segments of a file's folder: prefix("a/b/c.js", 1) is "a"; of a file in the root it is ".". */
function prefix(path, depth) {
  const segments = path.split("/").slice(0, -1);
  return segments.length === 0 ? ROOT_FOLDER : segments.slice(0, depth).join("/");
}

function deeper(path, folder) {
  return folder === ROOT_FOLDER ? ROOT_FOLDER : prefix(path, folder.split("/").length + 1);
}

function linesOf(group) {
  return group.reduce((sum, file) => sum + file.lines, 0);
}

function groupBy(files, keyOf) {
  const groups = new Map();
  for (const file of files) {
    const key = keyOf(file);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return groups;
}

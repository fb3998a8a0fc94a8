/** Folders that tools make beside sources, and that no build may take over: dependencies, results, histories. */
const FOLDERS = new Set([
  ".git",
  ".hg",
  ".svn",
  "node_modules",
  "__pycache__",
  ".tox",
  ".nox",
  ".pytest_cache",
  ".mypy_cache",
  ".ruff_cache",
  ".gradle",
  ".bundle",
  "CMakeFiles",
]);

const FILES = new Set([".DS_Store", "pipeline.out", "CMakeCache.txt"]);
const ENDINGS = [".pyc", ".pyo", ".o", ".class"];

/** A folder is a result when one of these lies in it: a virtual environment, a CMake build. */
const MARKS = ["pyvenv.cfg", "CMakeCache.txt"];

/** Results of a tool, told by what lies beside them. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  target: ["pom.xml", "Cargo.toml"],
  dist: ["setup.py", "pyproject.toml"],
};

/**
 * Whether an entry of a folder is left over from an earlier build, or belongs to a tool.
 *
 * @param beside the names of all that lies in the same folder
 */
export function isLeftOver(name: string, isFolder: boolean, beside: ReadonlySet<string>): boolean {
  if (!isFolder) return FILES.has(name) || ENDINGS.some((ending) => name.endsWith(ending));
  if (FOLDERS.has(name) || name.endsWith(".egg-info")) return true;
  return (BESIDE[name] ?? []).some((mark) => beside.has(mark));
}

/** Whether a folder, below the root, is a result as a whole. */
export function isResult(names: ReadonlySet<string>): boolean {
  return MARKS.some((mark) => names.has(mark));
}

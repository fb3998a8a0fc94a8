/**
 * What a task gets of its starter's environment; everything else it declares, or `--env` adds. A whole environment
 * would carry tokens into the database. `LC_*` comes along too.
 */
const PASSED = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LANGUAGE",
  "TZ",
  "TMPDIR",
  "XDG_RUNTIME_DIR",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
]);

/** The base environment of a run's tasks, out of an environment. */
export function baseEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (PASSED.has(entry[0]) || entry[0].startsWith("LC_")),
  );
  return Object.fromEntries(kept);
}

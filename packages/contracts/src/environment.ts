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

/**
 * How this machine reaches registries, repositories and the hosts behind a proxy: what who builds a program needs to
 * know besides. Values may hold credentials, so they are never kept with a run.
 */
const BUILD_SETTINGS = [
  /^(https?|ftp|all|no)_proxy$/i,
  /^(GOPROXY|GOSUMDB|GONOSUMDB|GONOSUMCHECK|GOPRIVATE|GONOPROXY|GOINSECURE|GOFLAGS|GOTOOLCHAIN|GOROOT)$/,
  /^(PIP|npm_config|NPM_CONFIG|YARN|BUNDLE|GEM|UV|CARGO)_/,
  /^(MAVEN_ARGS|MAVEN_OPTS|JAVA_HOME|M2_HOME|CC|CXX|CFLAGS|CXXFLAGS|LDFLAGS|PKG_CONFIG_PATH|PYENV_ROOT)$/,
  /^(SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|GIT_SSL_CAINFO|GIT_SSL_CAPATH)$/,
];

/** What builders are given of an environment, beside the base environment of tasks. */
export function buildEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && BUILD_SETTINGS.some((setting) => setting.test(entry[0])),
  );
  return Object.fromEntries(kept.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

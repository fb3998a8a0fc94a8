/**
 * What a build gets of its starter's environment: where programs are, how a registry is reached, what a toolchain is told
 * to do. Everything else stays out, and with it whatever secrets the starter has. Addresses may hold credentials, so the
 * values are never kept with a run.
 */
const PASSED = new Set([
  "PATH",
  "HOME",
  "LANG",
  "LANGUAGE",
  "TZ",
  "USER",
  "LOGNAME",
  // Certificates of a registry, or of a proxy in front of it.
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_EXTRA_CA_CERTS",
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
  "GIT_SSL_CAPATH",
  // Toolchains.
  "CC",
  "CXX",
  "CFLAGS",
  "CXXFLAGS",
  "CPPFLAGS",
  "LDFLAGS",
  "MAKEFLAGS",
  "PKG_CONFIG_PATH",
  "LD_LIBRARY_PATH",
  "LIBRARY_PATH",
  "CPATH",
  "GOENV",
  "GOFLAGS",
  "GOROOT",
  "GOTOOLCHAIN",
  "GOPROXY",
  "GONOPROXY",
  "GOPRIVATE",
  "GOSUMDB",
  "GONOSUMDB",
  "GONOSUMCHECK",
  "GOINSECURE",
  "GOVCS",
  "GOAUTH",
  "JAVA_HOME",
  "JAVA_TOOL_OPTIONS",
  "JDK_JAVA_OPTIONS",
  "M2_HOME",
  "MAVEN_HOME",
  "RUBYOPT",
  "RUBYLIB",
  "SOURCE_DATE_EPOCH",
  // Where version managers keep what their shims start.
  "ASDF_DATA_DIR",
  "ASDF_DIR",
  "MISE_DATA_DIR",
  "NVM_DIR",
  "PYENV_ROOT",
  "PYENV_VERSION",
  "RBENV_ROOT",
  "RBENV_VERSION",
  "RUSTUP_HOME",
  "RUSTUP_TOOLCHAIN",
  "SDKMAN_DIR",
  "VOLTA_HOME",
]);

const PASSED_PREFIXES = [
  "LC_",
  "PIP_",
  "UV_",
  "CGO_",
  "CARGO_",
  "CMAKE_",
  "MAVEN_",
  "BUNDLE_",
  "GEM_",
  "npm_config_",
  "NPM_CONFIG_",
  "YARN_",
];

/** Proxies are named in both cases: `https_proxy`, `HTTPS_PROXY`. */
const PROXY = /^(https?|ftp|no|all)_proxy$/i;

/** The part of an environment that builds may see. */
export function buildEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      (PASSED.has(entry[0]) ||
        PASSED_PREFIXES.some((prefix) => entry[0].startsWith(prefix)) ||
        PROXY.test(entry[0])),
  );
  return Object.fromEntries(kept);
}

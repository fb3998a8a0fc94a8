/**
 * What a build gets of its starter's environment: where programs are, how a registry is reached, what a toolchain is told
 * to do. Everything else stays out, and with it the secrets that the starter has: what is built is code of others.
 * Addresses may hold credentials, so the values are never kept with a run.
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
  // Of tools that take credentials as variables as well, in names that cannot be foreseen (a host's, a registry's).
  "UV_CONCURRENT_DOWNLOADS",
  "UV_DEFAULT_INDEX",
  "UV_EXTRA_INDEX_URL",
  "UV_FIND_LINKS",
  "UV_HTTP_TIMEOUT",
  "UV_INDEX",
  "UV_INDEX_STRATEGY",
  "UV_INDEX_URL",
  "UV_INSECURE_HOST",
  "UV_NATIVE_TLS",
  "UV_OFFLINE",
  "UV_PYTHON",
  "UV_PYTHON_INSTALL_MIRROR",
  "UV_PYTHON_PREFERENCE",
  "UV_SYSTEM_CERTS",
  "GEM_HOST",
  "BUNDLE_FORCE_RUBY_PLATFORM",
  "BUNDLE_JOBS",
  "BUNDLE_REDIRECT",
  "BUNDLE_RETRY",
  "BUNDLE_SSL_CA_CERT",
  "BUNDLE_SSL_CLIENT_CERT",
  "BUNDLE_SSL_VERIFY_MODE",
  "BUNDLE_TIMEOUT",
  "BUNDLE_WITHOUT",
  "YARN_CAFILE",
  "YARN_NETWORK_CONCURRENCY",
  "YARN_NETWORK_TIMEOUT",
  "YARN_NPM_REGISTRY_SERVER",
  "YARN_PROXY",
  "YARN_REGISTRY",
  "YARN_STRICT_SSL",
  "YARN_UNSAFE_HTTP_WHITELIST",
]);

const PASSED_PREFIXES = [
  "LC_",
  "PIP_",
  "CGO_",
  "CARGO_BUILD_",
  "CARGO_HTTP_",
  "CARGO_NET_",
  "CARGO_PROFILE_",
  "CARGO_REGISTRIES_",
  "CMAKE_",
  "MAVEN_",
  "BUNDLE_BUILD__",
  "BUNDLE_MIRROR__",
  "npm_config_",
  "NPM_CONFIG_",
  "YARN_ENABLE_",
  "YARN_HTTP_",
  "YARN_HTTPS_",
];

/** What no prefix lets through: `npm_config__authToken`, `MAVEN_GPG_PASSPHRASE`, `NPM_CONFIG_KEY`. */
const SECRET = /token|secret|passw|passphrase|credential|_auth|api_?key|_key$|_otp$/i;

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
        (PASSED_PREFIXES.some((prefix) => entry[0].startsWith(prefix)) && !SECRET.test(entry[0])) ||
        PROXY.test(entry[0])),
  );
  return Object.fromEntries(kept);
}

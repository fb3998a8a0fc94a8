import { expect, test } from "vitest";
import { buildEnvironment } from "./build-environment.ts";

test("builds see how registries are reached and what toolchains are told, and no secret", () => {
  const passed = {
    PATH: "/usr/bin",
    https_proxy: "http://127.0.0.1:1",
    ALL_PROXY: "http://127.0.0.1:1",
    SSL_CERT_FILE: "/ca.pem",
    GIT_SSL_CAPATH: "/ca",
    GOPROXY: "direct",
    GONOSUMCHECK: "1",
    PIP_INDEX_URL: "https://registry.example",
    UV_INDEX_URL: "https://registry.example",
    npm_config_registry: "https://registry.example",
    YARN_REGISTRY: "https://registry.example",
    YARN_HTTP_TIMEOUT: "60000",
    BUNDLE_MIRROR__ALL: "https://registry.example",
    GEM_HOST: "https://registry.example",
    CARGO_HTTP_PROXY: "http://127.0.0.1:1",
    CARGO_NET_GIT_FETCH_WITH_CLI: "true",
    CARGO_REGISTRIES_OURS_INDEX: "sparse+https://registry.example/",
    MAVEN_OPTS: "-Xmx1g",
    RBENV_ROOT: "/opt/rbenv",
  };
  const hidden = Object.fromEntries(
    [
      "AWS_SECRET_ACCESS_KEY",
      "GAIA_SECRET_KEY",
      "NPM_TOKEN",
      "SSH_AUTH_SOCK",
      // With which packages are published, or private ones are read.
      "CARGO_REGISTRY_TOKEN",
      "CARGO_REGISTRIES_OURS_TOKEN",
      "GEM_HOST_API_KEY",
      "UV_PUBLISH_TOKEN",
      "UV_PUBLISH_PASSWORD",
      "UV_INDEX_OURS_USERNAME",
      "UV_INDEX_OURS_PASSWORD",
      "YARN_NPM_AUTH_TOKEN",
      "YARN_NPM_AUTH_IDENT",
      "BUNDLE_GITHUB__COM",
      "BUNDLE_NEXUS",
      "MAVEN_GPG_PASSPHRASE",
      "npm_config__auth",
      "npm_config__authToken",
      "npm_config__password",
      "npm_config_//registry.example/:_authToken",
      "npm_config_key",
      "NPM_CONFIG_OTP",
      "NPM_CONFIG__AUTH",
    ].map((name) => [name, "s"]),
  );
  expect(buildEnvironment({ ...hidden, ...passed, LC_ALL: undefined })).toEqual(passed);
});

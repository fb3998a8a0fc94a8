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
    BUNDLE_MIRROR__ALL: "https://registry.example",
    GEM_HOST: "https://registry.example",
    CARGO_HTTP_PROXY: "http://127.0.0.1:1",
    MAVEN_OPTS: "-Xmx1g",
    RBENV_ROOT: "/opt/rbenv",
  };
  const hidden = { AWS_SECRET_ACCESS_KEY: "s", GAIA_SECRET_KEY: "s", NPM_TOKEN: "s", SSH_AUTH_SOCK: "/s" };
  expect(buildEnvironment({ ...hidden, ...passed, LC_ALL: undefined })).toEqual(passed);
});

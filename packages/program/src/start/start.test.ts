import { describe, expect, test } from "vitest";
import { ProgramError } from "../program-error.ts";
import { programEnvironment } from "./environment.ts";
import { channelTarget, parseHandshake } from "./handshake-line.ts";

describe("the handshake line", () => {
  function target(line: string): string {
    try {
      return channelTarget(parseHandshake(Buffer.from(line)));
    } catch (reason) {
      if (reason instanceof ProgramError) return reason.code;
      throw reason;
    }
  }

  test.each([
    ["1|2|tcp|127.0.0.1:42597|grpc", "dns:127.0.0.1:42597"],
    ["1|2|tcp|localhost:1|grpc\r", "dns:localhost:1"],
    ["1|2|tcp|[::1]:65535|grpc", "dns:[::1]:65535"],
    ["1|2|tcp|[::]:4000|grpc", "dns:localhost:4000"],
    ["1|2|tcp|0.0.0.0:4000|grpc|", "dns:localhost:4000"],
    ["1|2|unix|/tmp/plugin.sock|grpc", "unix:/tmp/plugin.sock"],
    ["1|2|unix|plugin.sock|grpc", "bad_address"],
    ["1|2|tcp|127.0.0.1|grpc", "bad_address"],
    ["1|2|tcp|127.0.0.1:0|grpc", "bad_address"],
    ["1|2|tcp|127.0.0.1:70000|grpc", "bad_address"],
    ["1|2|tcp|127.0.0.1.example.com:80|grpc", "bad_address"],
    ["1|2|udp|127.0.0.1:80|grpc", "bad_address"],
    ["1|2|tcp|127.0.0.1:80", "wrong_protocol"],
    ["1|two|tcp|127.0.0.1:80|grpc", "wrong_app_version"],
    ["3|2|tcp|127.0.0.1:80|grpc", "wrong_core_version"],
    ["", "noise_before_handshake"],
    ["a|b|c|d|e", "noise_before_handshake"],
    ["\u001b[31mred", "noise_before_handshake"],
    ["\u0000", "binary_output"],
  ])("%j is %s", (line, expected) => expect(target(line)).toBe(expected));
});

describe("a program's environment", () => {
  const paths = { certificate: "/c", key: "/k", authority: "/a" };

  test("has what the protocol names, whatever is inherited", () => {
    expect(programEnvironment({ PATH: "/bin", GAIA_PLUGIN_CERT: "/old", NOTHING: undefined }, paths)).toEqual(
      {
        PATH: "/bin",
        LANG: "C.UTF-8",
        GAIA_PLUGIN: "FdXjW27mN6XuG2zDBP4LixXUwDAGCEkidxwqBGYpUhxiWHzctATYZvpz4ZJdALmh",
        GAIA_PLUGIN_CERT: "/c",
        GAIA_PLUGIN_KEY: "/k",
        GAIA_PLUGIN_CA_CERT: "/a",
        PLUGIN_MIN_PORT: "10000",
        PLUGIN_MAX_PORT: "25000",
        PLUGIN_PROTOCOL_VERSIONS: "2",
      },
    );
  });

  test.each([
    [{ LANG: "de_DE.UTF-8" }, { LANG: "de_DE.UTF-8" }],
    [{ LANG: "C" }, { LANG: "C.UTF-8" }],
    [{ LC_ALL: "POSIX", LANG: "de_DE.UTF-8" }, { LANG: "C.UTF-8" }],
    [
      { LC_ALL: "fr_FR.UTF-8", LANG: "C" },
      { LC_ALL: "fr_FR.UTF-8", LANG: "C" },
    ],
  ])("with the locale %j has %j", (inherited, expected) => {
    const { LANG, LC_ALL } = programEnvironment(inherited, paths);
    expect({ LANG, LC_ALL }).toEqual({ LC_ALL: undefined, ...expected });
  });
});

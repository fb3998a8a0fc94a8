import { expect, it } from "vitest";
import { parseOptions } from "./options.ts";

it("reads the command line, and has defaults", () => {
  expect(
    parseOptions(["--server", "unix:/run/s.sock", "--home", "/home/g", "--slots", "3", "--tags", "a,b"]),
  ).toMatchObject({
    kind: "ok",
    options: {
      server: "unix:/run/s.sock",
      home: "/home/g",
      name: "local",
      slots: 3,
      tags: ["a", "b"],
      stateFolder: "/home/g/worker/local",
      launcherSocket: "/home/g/worker/local/launcher.sock",
      launcherJournal: "/home/g/worker/local/launcher.journal",
      launcherEntry: null,
      cache: { bytes: 10_737_418_240, ageMs: 1_209_600_000 },
    },
  });
});

it.each([
  [["--home", "/h"], "--server unix:PATH is missing"],
  [["--server", "unix:/s"], "--home DIR is missing"],
  [["--server", "unix:/s", "--home", "/h", "--slots", "0"], "--slots 0: a whole number from 1 to 1024"],
  [["--server", "unix:/s", "--home", "/h", "--name", "a/b"], "--name a/b: letters"],
  [
    ["--server", "unix:/s", "--home", "/h", "--cache-max-bytes", "1G"],
    "--cache-max-bytes 1G: a whole number",
  ],
  [["--server", "unix:/s", "--home", "/h", "--cache-max-age-ms="], "--cache-max-age-ms : a whole number"],
  [["--server", "unix:/s", "--home", "/h", "--nonsense"], "--nonsense"],
])("%j is wrong: %s", (argv, message) => {
  const parsed = parseOptions(argv);
  expect(parsed.kind === "wrong" && parsed.message).toContain(message);
});

import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CommandLine, endCommands, type Ended, temporaryHome } from "../testing/command-line.ts";

const PROGRAMS = new URL("../../../program/src/testing/", import.meta.url);
const PROGRAM = fileURLToPath(new URL("scripted-program.ts", PROGRAMS));
const OWN_SDK_PROGRAM = fileURLToPath(new URL("performing-program.ts", PROGRAMS));

let home: ReturnType<typeof temporaryHome>;
beforeEach(() => (home = temporaryHome()));
afterEach(async () => {
  await endCommands();
  home.remove();
});

/** `gaia sdk verify FLAGS -- node PROGRAM BEHAVIOUR`, with its temporary files in the home of the test. */
function start(behaviour: string, ...flags: readonly string[]): CommandLine {
  return startProgram(PROGRAM, behaviour, flags);
}

function startProgram(program: string, behaviour: string, flags: readonly string[]): CommandLine {
  const command = [process.execPath, "--disable-warning=ExperimentalWarning", program, behaviour];
  return new CommandLine(home.home, ["sdk", "verify", ...flags, "--", ...command], {
    env: { TMPDIR: home.home },
  });
}

function verify(behaviour: string, ...flags: readonly string[]): Promise<Ended> {
  return start(behaviour, ...flags).ended;
}

function certificateFolders(): readonly string[] {
  return readdirSync(home.home).filter((name) => name.startsWith("gaia-program-"));
}

describe("gaia sdk verify", () => {
  test("shows a checklist and the jobs of a program that is as it should be", async () => {
    const { status, stdout, stderr } = await verify("good", "--jobs", "--run", "count");
    expect(stderr).toBe("");
    expect(stdout).toMatch(/✓ handshake {4}protocol 2, tcp localhost:\d+\n/);
    expect(stdout).toContain("  ✓ jobs         9 jobs over mutual TLS\n");
    expect(stdout).toContain("  ✓ stable       the same in two calls and in two processes\n");
    expect(stdout).toContain("  ✓ arguments    1 declared\n");
    expect(stdout).toContain("  ✓ certificate  a host without one is turned away\n");
    expect(stdout).toContain("  ✓ health       not offered (optional)\n");
    expect(stdout).toContain("  ✓ run Count    succeeded\n");
    expect(stdout).toContain("  ✓ stdout       silent after the handshake\n");
    expect(stdout).toContain("  ✓ stop         ends after SIGTERM (SIGTERM)\n");
    expect(stdout).toMatch(/JOB +NEEDS +ARGUMENTS\n {2}Count +name \(text\)\n {2}Fail +Count\n/);
    expect(stdout).toContain("✓ speaks Gaia's protocol: ");
    expect(status).toBe(0);
    expect(certificateFolders()).toEqual([]);
  });

  test("sends arguments as declared, as given, and one that the program does not know", async () => {
    const { stdout, status } = await verify("good", "--json", "--run", "Echo", "--arg", "more=1");
    const { checks } = JSON.parse(stdout) as { checks: { name: string; text: string }[] };
    const echo = checks.find(({ name }) => name === "run Echo")?.text ?? "{}";
    const { args } = JSON.parse(echo) as { args: { key: string; value: string }[] };
    expect(args.map(({ key, value }) => [key, value])).toEqual([
      ["more", "1"],
      ["gaia-sdk-verify", "not declared"],
    ]);
    expect(status).toBe(1);
  });

  test.each([
    ["exits-early", "✗ handshake    The program ended before its handshake line, with exit code 3."],
    ["exits-early", "Traceback: no module named six"],
    ["cycle", "✗ jobs         The jobs wait for each other: Build → Test → Ship → Build."],
    ["unstable", "✗ stable       the jobs are others when they are asked for again"],
  ])("%s: tells %s", async (behaviour, line) => {
    const { status, stdout } = await verify(behaviour);
    expect(stdout).toContain(line);
    expect(stdout).toMatch(/✗ 1 check failed: /);
    expect(status).toBe(1);
  });

  test.each([
    ["no-client-certificate", "! certificate  a host without one is answered"],
    ["chatty", "bytes were printed after the handshake; nobody sees them"],
    ["ignores-sigterm", "! stop         it did not end after SIGTERM and was killed"],
  ])("%s: warns, and passes", async (behaviour, line) => {
    const { status, stdout } = await verify(behaviour);
    expect(stdout).toContain(line);
    expect(stdout).toContain("(1 warning)");
    expect(status).toBe(0);
  });

  test.each([
    ["Crash", "✗ run Crash    The program ended during the job, with exit code 4."],
    ["Hang", "✗ run Hang     no answer within 1 s"],
    ["Exit", "✓ run Exit     asked to end the pipeline: pipeline exit requested by job"],
    ["Refuse", "! run Refuse   No free threads in thread pool"],
    ["Nothing", "✗ run Nothing  there is no such job"],
  ])("runs the job %s on demand", async (job, line) => {
    expect((await verify("good", "--run", job, "--timeout", "1")).stdout).toContain(line);
  });

  test("names the SDK of a program on one of Gaia's own, and shows what its jobs log", async () => {
    const flags = ["--jobs", "--verbose", "--run", "logs"];
    const { status, stdout, stderr } = await startProgram(OWN_SDK_PROGRAM, "good", flags).ended;
    expect(stdout).toContain("  ✓ sdk          gaia-test/1.2.3, at most 7 jobs at once\n");
    expect(stdout).toContain("  ✓ published    the same jobs over the published protocol\n");
    expect(stdout).toContain("  ✓ perform      a job that it does not have is refused\n");
    expect(stdout).toContain("  ✓ run Logs     succeeded\n");
    expect(stdout).toMatch(/\n {2}Part +\(on demand\)\n/);
    expect(stderr).toContain("WARN warn\nERROR error\n");
    expect(status).toBe(0);
  });

  test("wants a command", async () => {
    const command = new CommandLine(home.home, ["sdk", "verify"]);
    const { status, stderr } = await command.ended;
    expect(stderr).toContain("gaia sdk verify --help");
    expect(status).toBe(2);
  });

  test("ends the program when it is interrupted, and leaves no file", async () => {
    const command = start("hangs");
    await vi.waitFor(() => expect(certificateFolders()).toHaveLength(1), 20_000);
    // The program runs with the certificates; the command waits for its handshake.
    command.process.kill("SIGINT");
    expect((await command.ended).status).toBe(130);
    expect(certificateFolders()).toEqual([]);
    expect(existsSync(home.socket)).toBe(false);
  });
});

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { StartCommand } from "@gaia/program";
import { EXPECTED_JOBS, titleHash } from "./expected-jobs.ts";
import { OriginalHost } from "./original-host.ts";

const PATIENCE = { timeout: 60_000 };
/** A success has nothing in it. */
const SUCCEEDED: readonly unknown[] = [];
/** Types that the original Gaia has a field for. */
const TYPES: Readonly<Record<string, string>> = { textarea: "textarea", boolean: "boolean", vault: "vault" };

function failure(title: string, message: unknown): readonly unknown[] {
  return [
    ["unique_id", titleHash(title)],
    ["failed", 1],
    ["exit_pipeline", 1],
    ["message", message],
  ];
}

/** The cases of `proto.Plugin`, with a host that knows nothing else. */
export function originalSuite(command: () => StartCommand): void {
  describe("over proto.Plugin, as the original Gaia speaks it", () => {
    let host: OriginalHost;
    beforeAll(async () => (host = await OriginalHost.open(command())), PATIENCE.timeout);
    afterAll(() => host.close());

    const execute = (title: string, values?: Readonly<Record<string, string>>): Promise<readonly unknown[]> =>
      host.executeJob(titleHash(title), values);
    const logged = (text: string): Promise<void> =>
      vi.waitFor(() => expect(host.stderr()).toContain(text), PATIENCE);

    test("shakes hands as the published SDKs do", () => {
      const { address, ...handshake } = host.program.handshake;
      expect(handshake).toEqual({ coreVersion: 1, appVersion: 2, network: "tcp", protocol: "grpc" });
      expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    });

    test("speaks TLS 1.2 and 1.3, and answers nobody without a certificate", async () => {
      for (const version of ["TLSv1.2", "TLSv1.3"] as const)
        expect(await host.shakeHands(version)).toBe(version);
      expect(await host.program.answersStrangers()).toBe(false);
    });

    test("is healthy, by both names and no other", async () => {
      const check = (name: string): Promise<Buffer> =>
        host.call("/grpc.health.v1.Health/Check", Buffer.from([10, name.length, ...Buffer.from(name)]));
      for (const name of ["", "plugin"]) expect([...(await check(name))]).toEqual([8, 1]);
      await expect(check("other")).rejects.toMatchObject({ code: 5 });
    });

    test("answers what go-plugin asks besides with UNIMPLEMENTED", async () => {
      for (const path of ["/plugin.GRPCController/Shutdown", "/plugin.GRPCStdio/StreamStdio"])
        await expect(host.call(path, Buffer.alloc(0))).rejects.toMatchObject({ code: 12 });
    });

    test("lists the jobs of the graph, field for field", async () => {
      const text = (name: string, value: string): readonly unknown[] => (value === "" ? [] : [[name, value]]);
      const expected = EXPECTED_JOBS.filter(({ onDemand }) => onDemand !== true).map((job) => [
        ["unique_id", titleHash(job.title)],
        ["title", job.title],
        ...text("description", job.description ?? ""),
        ...(job.dependsOn === undefined ? [] : [["dependson", job.dependsOn.map(titleHash)]]),
        ...(job.arguments ?? []).map(({ key, type, description, value }) => [
          "args",
          [
            ...text("description", description),
            ["type", TYPES[type] ?? "textfield"],
            ["key", key],
            ...text("value", value),
          ],
        ]),
      ]);
      expect(await host.getJobs()).toEqual(expected);
    });

    test("arguments that are not sent have their defaults, and the log is stderr", async () => {
      expect(await execute("Greet")).toEqual(SUCCEEDED);
      await logged("INFO hello world\n");
      expect(await execute("Greet", { name: "Größe ☃", times: "3", other: "", loud: "true" })).toEqual(
        SUCCEEDED,
      );
      await logged("INFO hello Größe ☃\n");
    });

    test("levels are words before the lines", async () => {
      expect(await execute("Levels")).toEqual(SUCCEEDED);
      await logged("DEBUG a debug line\nINFO an info line\nWARN a warning\nERROR an error\nINFO two\n");
      await vi.waitFor(() => expect(host.stderr()).toMatch(/INFO two\n(INFO )?lines\n/), PATIENCE);
    });

    test("failures and exits are what the published SDKs send", async () => {
      expect(await execute("Fail")).toEqual(failure("Fail", "it broke: ☃"));
      expect(await execute("Throw")).toEqual(failure("Throw", expect.stringMatching(/\S/)));
      expect(await execute("Flaky")).toEqual(failure("Flaky", "not yet"));
      expect(await execute("Needs")).toEqual(failure("Needs", expect.stringContaining('argument "what"')));
      expect(await execute("Greet", { times: "x" })).toEqual(
        failure("Greet", expect.stringContaining('argument "times" is "x", which is no number')),
      );
      expect(await execute("Exit")).toEqual([
        ["unique_id", titleHash("Exit")],
        ["exit_pipeline", 1],
        ["message", "enough"],
      ]);
    });

    test("a skipped job is a success, and says so on stderr", async () => {
      expect(await execute("Skip")).toEqual(SUCCEEDED);
      await logged("not today\n");
    });

    test("what takes another Gaia fails, and says so", async () => {
      for (const title of ["Grow", "Call"])
        expect(await execute(title)).toEqual(failure(title, expect.stringMatching(/Gaia/)));
    });

    test("a timeout is kept by the program, also when the job ignores it", async () => {
      for (const title of ["Slow", "Stubborn"])
        expect(await execute(title)).toEqual(failure(title, expect.stringContaining("timed out")));
    });

    test("outputs are dropped; what is printed holds nothing up; large values come", async () => {
      expect(await execute("Read")).toEqual(SUCCEEDED);
      expect(await execute("Noise")).toEqual(SUCCEEDED);
      expect(await execute("Größe ☃", { wert: "x".repeat(6_000_000) })).toEqual(SUCCEEDED);
    });

    test("a job that does not exist is NOT_FOUND", async () => {
      await expect(host.executeJob(1)).rejects.toMatchObject({ code: 5 });
    });

    test("jobs run at the same time", async () => {
      const endless = host.executeJob(titleHash("Wait"));
      endless.catch(() => {});
      await logged("INFO waiting\n");
      const ends = await Promise.all(Array.from({ length: 40 }, () => execute("Sleep", { ms: "1" })));
      expect(ends).toEqual(Array.from({ length: 40 }, () => SUCCEEDED));
    });
  });
}

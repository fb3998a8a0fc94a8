import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { StartCommand } from "@gaia/program";
import { publishedProgram } from "@gaia/program/testing/published-programs.ts";
import { BUILD_MS, built } from "./build.ts";
import { titleHash } from "./expected-jobs.ts";
import type { Language, Move } from "./languages.ts";
import { OriginalHost } from "./original-host.ts";

const PROGRAMS = fileURLToPath(new URL("../../packages/program/src/testing/programs/", import.meta.url));
const PATIENCE = { timeout: 60_000 };

/**
 * A program for the published SDK, and the same with another import: what both send is compared field by field, with a
 * host that pretends to be the original Gaia.
 */
export function movedSuite(language: Language, move: Move): void {
  describe("with a program for the published SDK, by another import", () => {
    const hosts: OriginalHost[] = [];
    let theirs: OriginalHost;
    let ours: OriginalHost;

    beforeAll(async () => {
      const open = async (command: StartCommand): Promise<OriginalHost> => {
        const host = await OriginalHost.open(command);
        hosts.push(host);
        return host;
      };
      theirs = await open(await publishedProgram(move.published));
      ours = await open(move.start(await built(language, "moved", move.build, movedFiles(move))));
    }, BUILD_MS);
    afterAll(async () => {
      for (const host of hosts) await host.close();
    });

    async function both(
      perform: (host: OriginalHost) => Promise<readonly unknown[]>,
    ): Promise<readonly (readonly unknown[])[]> {
      return [await perform(theirs), await perform(ours)];
    }

    test("shakes hands alike", () => {
      const [one, other] = [theirs, ours].map(({ program }) => ({ ...program.handshake, address: "" }));
      expect(other).toEqual(one);
    });

    test("lists the same jobs, but for fields that have nothing in them", async () => {
      const [published, moved] = await both((host) => host.getJobs());
      const hasNothing = (field: unknown): boolean =>
        isDeepStrictEqual(field, ["interaction", []]) || isDeepStrictEqual(field, ["description", ""]);
      const expected = (published ?? []).map((job) =>
        (job as readonly unknown[]).filter((field) => !hasNothing(field)),
      );
      expect(moved).toEqual(expected);
      expect(expected).toHaveLength(4);
    });

    test.each(["Fail", "Exit"])("%s: ends with the same result", async (title) => {
      const [published, moved] = await both((host) => host.executeJob(titleHash(title)));
      expect(moved).toEqual(published?.map((field) => withoutPrefix(field, move.messagePrefix)));
      expect(moved).not.toEqual([]);
    });

    test("is sent the same arguments, and logs the same", async () => {
      for (const [index, value] of ["Größe ☃", ""].entries()) {
        expect(await both((host) => host.executeJob(titleHash("Count"), { name: value }))).toEqual([[], []]);
        for (const host of [theirs, ours])
          await vi.waitFor(
            () => expect(host.stderr()).toContain(`count ${index + 1} name=${value}\n`),
            PATIENCE,
          );
      }
    });

    test("ends with its process alike", async () => {
      for (const host of [theirs, ours]) {
        await expect(host.executeJob(titleHash("Crash"))).rejects.toMatchObject({ code: 14 });
        expect((await host.program.process.exited).code).toBe(4);
      }
    });
  });
}

function withoutPrefix(field: unknown, prefix: string): unknown {
  const [name, value] = field as readonly [string, unknown];
  return name === "message" && typeof value === "string" && value.startsWith(prefix)
    ? [name, value.slice(prefix.length)]
    : field;
}

/** The sources of the published program with its import changed, and a build file of ours. By path in the SDK's folder. */
function movedFiles({
  source,
  target,
  theirImport,
  ourImport,
  buildFiles,
}: Move): Readonly<Record<string, (folder: string) => string>> {
  const text = readFileSync(`${PROGRAMS}${source}`, "utf8");
  if (!text.includes(theirImport)) throw new Error(`${source} does not have ${theirImport}`);
  return {
    [target]: () => text.replace(theirImport, ourImport),
    ...Object.fromEntries(
      Object.entries(buildFiles).map(([path, { from, change }]) => [
        path,
        (folder: string) => change(readFileSync(`${folder}/${from}`, "utf8")),
      ]),
    ),
  };
}

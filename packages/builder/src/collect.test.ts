import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { tryLock } from "./builds/lock.ts";
import { cacheLock } from "./builds/layout.ts";
import { type Builder, scriptedPipeline, testBuilder } from "./testing/builder.ts";

const PATIENTLY = { timeout: 50_000, interval: 50 };
const builder = testBuilder();

function idOf(name: string, outputs: Readonly<Record<string, string>>): string {
  const id = outputs["build"];
  if (id === undefined) throw new Error(`${name} was not built: ${outputs["error"]}`);
  return id;
}

async function built(name: string): Promise<string> {
  const source = builder.source(name, { "gaia.yaml": scriptedPipeline("good"), name });
  return idOf(name, (await builder.build(source)).outputs);
}

function builds(from: Builder): readonly string[] {
  return readdirSync(from.builds)
    .filter((name) => name !== ".work")
    .toSorted();
}

/** As if it had been asked for two days ago. */
function age(id: string): void {
  const before = new Date(Date.now() - 2 * 86_400_000);
  utimesSync(join(builder.builds, id, "program.json"), before, before);
}

describe("a collection", () => {
  test("removes what is old and not kept, and what was killed half way", async () => {
    const [old, kept, filed, young] = [
      await built("old"),
      await built("kept"),
      await built("filed"),
      await built("young"),
    ];
    for (const id of [old, kept, filed]) age(id);
    const half = "a".repeat(64);
    for (const folder of [half, join(".work", half, "source")])
      mkdirSync(join(builder.builds, folder), { recursive: true });
    const file = join(builder.folder, "keep");
    writeFileSync(file, `${filed}\n`);
    const { status, out, outputs } = await builder.run([
      ...["gc", "--builds", builder.builds, "--keep", kept, "--keep-file", file],
    ]);
    expect(status).toBe(0);
    expect(out).toContain(`removed    ${old} (`);
    expect(outputs["removed"]).toBe("2");
    expect(builds(builder)).toEqual([kept, filed, young].toSorted());
    expect(existsSync(join(builder.builds, ".work", half))).toBe(false);
    expect(readdirSync(join(builder.builds, ".work", "locks"))).not.toContain(old);
  });

  test("leaves what was found lately, however old it is", async () => {
    const id = await built("found");
    age(id);
    expect(await built("found")).toBe(id);
    await builder.run(["gc", "--builds", builder.builds]);
    expect(builds(builder)).toContain(id);
    await builder.run(["gc", "--builds", builder.builds, "--older-than", "1ms"]);
    expect(builds(builder)).toEqual([]);
  });

  test("leaves what is being built", async () => {
    const [begun, go] = [join(builder.folder, "begun"), join(builder.folder, "go")];
    const command = `touch ${begun}; while [ ! -e ${go} ]; do sleep 0.1; done`;
    const source = builder.source("under-way", { "gaia.yaml": scriptedPipeline("good", command) });
    const { ended } = builder.start(builder.words(source));
    await vi.waitFor(() => expect(existsSync(begun)).toBe(true), PATIENTLY);
    const words = ["gc", "--builds", builder.builds, "--older-than", "1ms"];
    const busy = await builder.run([...words, "--cache", builder.cache, "--cache-max-bytes", "0"]);
    expect(busy.out).toContain("the caches are in use by a build");
    writeFileSync(go, "");
    expect((await ended).status).toBe(0);
  });

  test("forgets a rebuild that is gone: the sources are built once more", async () => {
    const source = builder.source("again", { "gaia.yaml": scriptedPipeline("good") });
    const first = idOf("first", (await builder.build(source)).outputs);
    const second = idOf("second", (await builder.build(source, "--rebuild")).outputs);
    age(second);
    await builder.run(["gc", "--builds", builder.builds]);
    expect(builds(builder)).not.toContain(second);
    expect((await builder.build(source)).outputs).toMatchObject({ build: first, cached: "true" });
  });
});

describe("a cache that is too large", () => {
  function fill(name: string, usedAt: number): void {
    const folder = join(builder.cache, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "content"), Buffer.alloc(1_000));
    utimesSync(folder, new Date(usedAt), new Date(usedAt));
  }
  const trim = (bytes: number) =>
    builder.run([
      ...["gc", "--builds", builder.builds, "--cache", builder.cache, "--cache-max-bytes", String(bytes)],
    ]);

  test("loses what was not used for longest, a tool's as a whole", async () => {
    await trim(0);
    fill("go", 3_000);
    fill("pip", 1_000);
    fill("node_modules/a", 2_000);
    fill("node_modules/b", 4_000);
    const { outputs } = await trim(2_000);
    expect(outputs).toEqual({ removed: "2", freed_bytes: "2000" });
    const there = ["go", "pip", "node_modules/a", "node_modules/b"].filter((name) =>
      existsSync(join(builder.cache, name)),
    );
    expect(there).toEqual(["go", "node_modules/b"]);
  });

  test("stays as it is while a build uses it", async () => {
    fill("go", 1_000);
    const lock = tryLock(cacheLock(builder.cache), true);
    try {
      expect((await trim(0)).out).toContain("the caches are in use by a build");
      expect(existsSync(join(builder.cache, "go"))).toBe(true);
    } finally {
      lock?.release();
    }
    await trim(0);
    expect(existsSync(join(builder.cache, "go"))).toBe(false);
  });
});

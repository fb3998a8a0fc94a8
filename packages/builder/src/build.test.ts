import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { builtProgram } from "@gaia/contracts/program-build.ts";
import { scriptedPipeline, testBuilder } from "./testing/builder.ts";

const builder = testBuilder();

function builds(): readonly string[] {
  return readdirSync(builder.builds).filter((name) => name !== ".work");
}

describe("a build by gaia.yaml", () => {
  test("runs its commands, asks the program for its jobs, and keeps what was built", async () => {
    const source = builder.source("good", {
      "gaia.yaml": scriptedPipeline("good", "echo made here > made.txt", "echo seen by people"),
    });
    const { status, out, outputs } = await builder.build(source);
    expect(out).toContain("seen by people");
    expect(status).toBe(0);
    expect(outputs).toMatchObject({ language: "program", jobs: "9", cached: "false" });
    const folder = join(builder.builds, outputs["build"] ?? "");
    const built = builtProgram.parse(JSON.parse(readFileSync(join(folder, "program.json"), "utf8")));
    expect(built.jobs.map(({ title }) => title)).toContain("Count");
    expect(built.jobs.find(({ title }) => title === "Fail")?.dependsOn).toEqual([1]);
    expect(readFileSync(join(folder, "source", "made.txt"), "utf8")).toBe("made here\n");
    expect(existsSync(join(source, "made.txt"))).toBe(false);
    const again = await builder.build(source);
    expect(again.outputs).toEqual({ ...outputs, cached: "true" });
  });

  test("keeps the triggers that gaia.yaml names, as they are written", async () => {
    const file = `${scriptedPipeline("good")}triggers:
  - cron: "0 6 * * *"
    inputs: { name: morning }
  - webhook: ordered
`;
    const { status, out, outputs } = await builder.build(builder.source("triggered", { "gaia.yaml": file }));
    expect(status, out).toBe(0);
    expect(out).toMatch(/^warning +gaia\.yaml, line \d+: nobody can call this webhook/m);
    expect(out).toMatch(/^triggers +2, as gaia\.yaml says$/m);
    const text = readFileSync(join(builder.builds, outputs["build"] ?? "", "program.json"), "utf8");
    expect(builtProgram.parse(JSON.parse(text)).triggers).toEqual([
      { cron: "0 6 * * *", inputs: { name: "morning" } },
      { webhook: "ordered" },
    ]);
  });

  test("is not taken for whole because of a file of the sources", async () => {
    const whole = await builder.build(builder.source("whole", { "gaia.yaml": scriptedPipeline("good") }));
    const file = readFileSync(join(builder.builds, whole.outputs["build"] ?? "", "program.json"), "utf8");
    const source = builder.source("posing", { "gaia.yaml": scriptedPipeline("good"), "program.json": file });
    const { outputs } = await builder.build(source);
    expect(outputs["cached"]).toBe("false");
    const kept = join(builder.builds, outputs["build"] ?? "", "source", "program.json");
    expect(readFileSync(kept, "utf8")).toBe(file);
  });

  test("is made anew under an id of its own, which is then the newest", async () => {
    const source = builder.source("again", { "gaia.yaml": scriptedPipeline("good") });
    const first = await builder.build(source);
    const second = await builder.build(source, "--rebuild");
    expect(second.outputs["cached"]).toBe("false");
    expect(second.outputs["build"]).not.toBe(first.outputs["build"]);
    expect((await builder.build(source)).outputs["build"]).toBe(second.outputs["build"]);
    expect(builds()).toEqual(
      expect.arrayContaining([first.outputs["build"] ?? "", second.outputs["build"] ?? ""]),
    );
  });

  test.each([
    [
      "its command fails",
      scriptedPipeline("good", "echo broken; exit 3"),
      "`echo broken; exit 3` failed with exit code 3.",
    ],
    ["its program prints noise", scriptedPipeline("noise"), "Gaia cannot use it"],
    ["its program ends", scriptedPipeline("exits-early"), "no module named six. Its stderr says why."],
    [
      "its program lacks a module",
      `start: [node, --input-type=module, -e, "import 'not-there'"]\n`,
      "It said: Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'not-there'",
    ],
    [
      "its triggers name what it does not know",
      `${scriptedPipeline("good")}triggers: [{ cron: 0 6 * * *, inputs: { nane: x } }]\n`,
      "gaia.yaml, line 3: unknown input `nane`; did you mean `name`?",
    ],
    ["its jobs go in a circle", scriptedPipeline("cycle"), "Build → Test → Ship → Build"],
  ])("that is not to be: %s", async (name, file, sentence) => {
    const before = existsSync(builder.builds) ? builds() : [];
    const { status, out, outputs } = await builder.build(builder.source(name, { "gaia.yaml": file }));
    expect(out).toContain(sentence);
    expect(status).toBe(1);
    expect(outputs["error"]).toContain(sentence);
    expect(outputs["build"]).toBeUndefined();
    expect(builds()).toEqual(before);
  });
});

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { builtProgram, type BuiltProgramFile } from "@gaia/contracts/program-build.ts";
import { openProgram, startChildProcess, temporaryAuthority } from "@gaia/program";
import { type Ran, testBuilder } from "./testing/builder.ts";

/** Cold, on a slow machine whose registry is slow as well. */
const BUILD_MS = 900_000;

const builder = testBuilder({ keepsDownloads: true });
const PUBLISHED = fileURLToPath(new URL("../../program/src/testing/programs/", import.meta.url));
const OWN = fileURLToPath(new URL("./testing/programs/", import.meta.url));

function builtIn(ran: Ran): BuiltProgramFile {
  const id = ran.outputs["build"];
  if (id === undefined) throw new Error(ran.out);
  return builtProgram.parse(JSON.parse(readFileSync(join(builder.builds, id, "program.json"), "utf8")));
}

/** Starts what was built, as a worker does, and performs its first job. */
async function perform(ran: Ran): Promise<{ readonly kind: string; readonly log: string }> {
  const { command, jobs } = builtIn(ran);
  const folder = join(builder.builds, ran.outputs["build"] ?? "");
  const program = await openProgram({
    command: {
      file: command.file.includes("/") ? join(folder, command.file) : command.file,
      args: command.args,
      folder: join(folder, command.folder),
    },
    environment: { ...process.env, ...command.environment },
    start: startChildProcess,
    authority: await temporaryAuthority(),
  });
  try {
    // The host hears here which protocol it is.
    await program.describe();
    const [first] = jobs;
    const call = {
      job: first?.id ?? 0,
      title: first?.title ?? "",
      values: (first?.arguments ?? []).map((one) => ({ key: one.key, value: one.default })),
      outputs: {},
      run: "r",
      pipeline: "p",
      attempt: 1,
    };
    const unasked = () => Promise.reject(new Error("no job asks for this"));
    const log: string[] = [];
    const hooks = {
      log: (_: string, text: string) => void log.push(text),
      startRun: unasked,
      awaitRun: unasked,
    };
    const { kind } = await program.execute(call, hooks).outcome;
    await program.close();
    return { kind, log: `${log.join("\n")}${program.process.stderrTail()}` };
  } finally {
    await program.close();
  }
}

describe("programs of the published SDKs, and one without any", () => {
  test.each([
    ["golang", join(PUBLISHED, "go"), null],
    ["python", join(PUBLISHED, "python"), 20],
    ["java", join(PUBLISHED, "java"), null],
    ["nodejs", join(OWN, "node"), 1],
  ])(
    "%s is built, and runs from where it was built",
    async (language, source, most) => {
      const ran = await builder.build(source);
      expect(ran.status, ran.out).toBe(0);
      const built = builtIn(ran);
      expect(built).toMatchObject({ language, sdk: null, maxParallel: most });
      expect((await perform(ran)).kind).toBe("succeeded");
      expect((await builder.build(source)).outputs).toMatchObject({ cached: "true" });
    },
    BUILD_MS,
  );
});

test(
  "a Java program starts with the archive of its classes, and says nothing when it does not fit",
  async () => {
    const ran = await builder.build(join(PUBLISHED, "java"));
    const { command } = builtIn(ran);
    expect(command.args).toContain("-XX:SharedArchiveFile=pipeline.jsa");
    const archive = join(builder.builds, ran.outputs["build"] ?? "", "pipeline.jsa");
    expect(existsSync(archive)).toBe(true);
    expect((await perform(ran)).kind).toBe("succeeded");
    rmSync(archive);
    writeFileSync(archive, "damaged");
    expect((await perform(ran)).kind).toBe("succeeded");
  },
  BUILD_MS,
);

test(
  "a Go package without a module gets one, with the published SDK at the versions that work",
  async () => {
    const main = readFileSync(join(PUBLISHED, "go", "main.go"), "utf8");
    const ran = await builder.build(builder.source("go-alone", { "main.go": main }));
    expect(ran.status, ran.out).toBe(0);
    expect(builtIn(ran).jobs).toHaveLength(4);
  },
  BUILD_MS,
);

test(
  "a Go package that is no program is told apart",
  async () => {
    const source = builder.source("go-library", { "go.mod": "module x\n\ngo 1.18\n", "x.go": "package x\n" });
    const { outputs } = await builder.build(source);
    expect(outputs["error"]).toContain("The folder has a Go package that is not `main`");
  },
  BUILD_MS,
);

test(
  "a Python package is installed, with what the published SDK forgets to ask for",
  async () => {
    const setup = `from setuptools import setup
setup(name="pipeline-of-a-test", version="1", py_modules=["pipeline"], install_requires=["gaiasdk==0.0.17"])
`;
    const source = builder.source("python-package", {
      "setup.py": setup,
      "pipeline.py": readFileSync(join(PUBLISHED, "python", "pipeline.py"), "utf8"),
    });
    const ran = await builder.build(source);
    expect(ran.status, ran.out).toBe(0);
    expect(builtIn(ran).command.folder).toBe(".");
    expect((await perform(ran)).log).toContain("count 1");
  },
  BUILD_MS,
);

/**
 * Processes that try to outlive the end of their attempt. None does under a control group or a subreaper; what is
 * known to survive the weakest means is listed here, and the list is asserted. All of them end by themselves within
 * a minute, should a test fail.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findProcesses, isRunning, TestHost, type TestSetup, until } from "./launcher-under-test.ts";
import type { StopMeans } from "./protocol.ts";

interface Animal {
  readonly name: string;
  /** TAG stands for a text that only processes of this test have in their command line. */
  readonly script: string;
  /** How many processes with the tag there are, at least, when it is in full swing. */
  readonly processes: number;
  /** The main process ends by itself; the others are left behind. */
  readonly leavesBehind?: true;
  /** Known to survive where neither a control group nor a subreaper is in force. */
  readonly survivesGroup?: true;
}

const animals: readonly Animal[] = [
  { name: "a plain tree", script: "sleep 60.TAG & sh -c 'sleep 60.TAG; :' & wait", processes: 2 },
  { name: "a new session", script: "setsid sleep 60.TAG & sleep 60.TAG", processes: 2 },
  {
    name: "a daemon (double fork)",
    script: "(setsid sh -c 'sleep 60.TAG & exit' &); sleep 60.TAG",
    processes: 2,
  },
  { name: "nohup", script: "nohup sleep 60.TAG & sleep 60.TAG", processes: 2 },
  { name: "an empty environment", script: "env -i sleep 60.TAG & sleep 60.TAG", processes: 2 },
  {
    name: "a daemon with an empty environment",
    script: "setsid env -i sh -c 'sleep 60.TAG & exit'; sleep 60.TAG",
    processes: 2,
    survivesGroup: true,
  },
  {
    name: "deaf ones",
    script: `trap "" TERM HUP INT QUIT USR1; setsid sleep 60.TAG & sh -c 'trap "" TERM; sleep 60.TAG; :' & sleep 60.TAG`,
    processes: 3,
  },
  {
    name: "one that answers SIGTERM with a new daemon",
    script: `trap "setsid env -i sh -c 'sleep 60.TAG & exit'; exit 0" TERM; sleep 60.TAG & wait`,
    processes: 1,
    survivesGroup: true,
  },
  { name: "a child left behind", script: "sleep 60.TAG & exit 0", processes: 0, leavesBehind: true },
  {
    name: "a daemon left behind",
    script: "(setsid nohup sleep 60.TAG &) ; exit 0",
    processes: 0,
    leavesBehind: true,
  },
  {
    name: "a daemon with an empty environment left behind",
    script: "setsid env -i sh -c 'sleep 60.TAG & exit'; exit 0",
    processes: 0,
    leavesBehind: true,
    survivesGroup: true,
  },
  {
    name: "a daemon that shed every sign, left behind",
    script: "setsid env -i prlimit --locks=4242: sh -c 'sleep 60.TAG & exit'; exit 0",
    processes: 0,
    leavesBehind: true,
    survivesGroup: true,
  },
];

const cages: readonly { readonly means: StopMeans; readonly setup: TestSetup; readonly needsRoot?: true }[] =
  [
    { means: "subreaper", setup: { spawner: "koffi", extraArguments: ["--cgroup", "never"] } },
    { means: "cgroup", setup: { spawner: "koffi", extraArguments: ["--cgroup", "always"] }, needsRoot: true },
    { means: "cgroup", setup: { spawner: "node", extraArguments: ["--cgroup", "always"] }, needsRoot: true },
    { means: "group", setup: { spawner: "node", extraArguments: ["--cgroup", "never"] } },
  ];

for (const { means, setup, needsRoot } of cages) {
  // Whether an ordinary user may make control groups depends on the host; root can where this suite is run.
  describe.skipIf(needsRoot === true && process.getuid?.() !== 0)(`${setup.spawner}, ${means}`, () => {
    let host: TestHost;
    const tag = `${process.pid}${Math.floor(Math.random() * 1e6)}`;
    beforeEach(() => {
      host = new TestHost(setup);
    });
    afterEach(async () => {
      await host.close();
      for (const pid of findProcesses(tag)) process.kill(pid, "SIGKILL");
    });

    for (const animal of animals) {
      const survives = means === "group" && animal.survivesGroup === true;
      it(`${survives ? "loses (as documented)" : "ends"} ${animal.name}`, async () => {
        const worker = await host.launch();
        expect(worker.hello?.stopMeans).toBe(means);
        worker.send(worker.shell("animal", animal.script.replaceAll("TAG", tag)));
        if (animal.leavesBehind !== true) {
          await until("it is in full swing", () => sleepers(tag).length >= animal.processes);
          worker.send({ kind: "stop", attempt: "animal", signal: "SIGTERM", graceMs: 300 });
        }
        const exited = await worker.exited("animal");
        if (animal.leavesBehind === true) expect(exited).toMatchObject({ code: 0 });
        expect(exited).toMatchObject({ survivors: [], stopMeans: means });
        if (survives) expect(sleepers(tag)).not.toEqual([]);
        else expect(findProcesses(tag)).toEqual([]);
      });
    }

    it.skipIf(means === "group")("ends a swarm that forks faster than anyone can look", async () => {
      const worker = await host.launch();
      // Each process starts its successor, in a session and with an environment of its own, and is gone.
      const hopper = join(host.folder, `hopper-${tag}`);
      const endsAt = Math.floor(Date.now() / 1000) + 40;
      writeFileSync(
        hopper,
        `[ "$(date +%s)" -lt ${endsAt} ] || exit 0\nsetsid env -i PATH="$PATH" sh ${hopper} &\nexit 0\n`,
      );
      worker.send(worker.shell("swarm", `for i in 1 2 3 4 5 6 7 8; do sh ${hopper} & done; sleep 60.${tag}`));
      await until("it swarms", () => findProcesses(hopper).length > 0 && sleepers(tag).length > 0);
      worker.send({ kind: "stop", attempt: "swarm", signal: "SIGTERM", graceMs: 0 });
      expect(await worker.exited("swarm")).toMatchObject({ survivors: [], stopMeans: means });
      expect(findProcesses(tag)).toEqual([]);
    });

    it("spares the neighbours, and everyone who is not ours", async () => {
      const worker = await host.launch();
      const script = `setsid env -i sh -c 'sleep 60.${tag} & echo $! ; exit'; sleep 60.${tag} & echo $!; wait`;
      worker.send(worker.shell("victim", script), worker.shell("neighbour", script));
      const pidsOf = async (attempt: string) =>
        (await worker.logged(attempt, /\d+\n\d+\n/)).trim().split("\n").map(Number);
      const [victims, neighbours] = [await pidsOf("victim"), await pidsOf("neighbour")];
      worker.send({ kind: "stop", attempt: "victim", signal: "SIGTERM", graceMs: 100 });
      await worker.exited("victim");
      expect(neighbours.filter(isRunning)).toEqual(neighbours);
      if (means !== "group") expect(victims.filter(isRunning)).toEqual([]);
      expect((await worker.list()).find((view) => view.attempt === "neighbour")?.state).toBe("running");
    });

    it("ends what a launcher left that was killed", async () => {
      const first = await host.launch();
      first.send(
        first.shell("orphans", `setsid env -i sh -c 'sleep 60.${tag} & exit'; setsid sleep 60.${tag} & wait`),
      );
      await until("they run", () => sleepers(tag).length >= 2);
      await first.list();
      await host.crash(first);
      const second = await host.launch();
      expect(await second.list()).toMatchObject([
        { attempt: "orphans", exited: { lost: true, survivors: [] } },
      ]);
      expect(sleepers(tag)).toHaveLength(means === "group" ? 1 : 0);
    });
  });
}

/** The sleeping processes of this test, without the shells whose scripts name them. */
function sleepers(tag: string): readonly number[] {
  return findProcesses(`sleep\x0060.${tag}`);
}

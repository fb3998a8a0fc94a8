import type { Attempt } from "./attempt.ts";
import { killCgroupsUnder } from "./cgroup-files.ts";
import { type HostIdentity, isSameHost } from "./host.ts";
import type { EndedRecord, JournalContent, JournaledAttempt, StartedRecord } from "./journal.ts";
import type { ExitedMessage } from "./protocol.ts";
import type { Spawner } from "./spawner.ts";
import { Sweeper } from "./sweeper.ts";
import type { Tree } from "./tree.ts";

/**
 * Takes over from launchers that died: ends what they started and is still there, and gives every attempt that
 * nobody forgot its end, the true one where the journal has it. Must run before anything new is started, under the
 * launcher's lock. After a reboot, or in another namespace of pids, nothing is signalled.
 */
export async function recover(
  content: JournalContent,
  host: HostIdentity,
  spawner: Spawner,
): Promise<readonly Attempt[]> {
  const former = content.incarnations.filter((record) => isSameHost(record, host));
  await killCgroupsUnder(former.flatMap((record) => record.cgroupFolders));
  const reachable = new Set<string | null>(former.map((record) => record.incarnation));
  const trees = new Map<string, Tree>();
  for (const { attempt, incarnation, started, ended } of content.attempts.values()) {
    if (started === null || ended !== null || !reachable.has(incarnation)) continue;
    const { pid, startTime } = started.started;
    trees.set(attempt, { attempt, main: { pid, startTime }, mark: started.mark, cgroup: null });
  }
  const survivors = await sweep([...trees.values()], markedOnly(former), spawner);
  const recovered: Attempt[] = [];
  for (const attempt of content.attempts.values()) {
    const { started, ended } = attempt;
    if (ended !== null) recovered.push(endedAttempt(attempt, ended));
    else if (started !== null) recovered.push(lostAttempt(started, survivors.get(attempt.attempt) ?? []));
  }
  return recovered;
}

/** What a launcher started in the instant before its death, and could not journal any more, still bears its mark. */
function markedOnly(former: JournalContent["incarnations"]): readonly Tree[] {
  return former.flatMap(({ incarnation, markBase }) =>
    markBase === null
      ? []
      : [
          {
            attempt: `launcher ${incarnation}`,
            main: { pid: -1, startTime: -1 },
            mark: null,
            markBase,
            cgroup: null,
          },
        ],
  );
}

async function sweep(
  trees: readonly Tree[],
  marked: readonly Tree[],
  spawner: Spawner,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const all = [...trees, ...marked];
  const sweeper = new Sweeper({ spawner, liveTrees: () => all, scope: "all_processes" });
  const kills = all.map(
    async (tree): Promise<[string, readonly number[]]> => [tree.attempt, await sweeper.kill(tree)],
  );
  return new Map(await Promise.all(kills));
}

function endedAttempt({ attempt, started }: JournaledAttempt, ended: EndedRecord): Attempt {
  const known = ended.started ?? started?.started ?? null;
  return exitedAttempt(attempt, {
    logPath: ended.logPath ?? started?.logPath ?? "",
    meta: ended.meta ?? started?.meta ?? null,
    started: known,
    exited: ended.exited,
  });
}

function lostAttempt(record: StartedRecord, survivors: readonly number[]): Attempt {
  const { started, logPath, meta } = record;
  const atMs = Date.now();
  const exited: ExitedMessage = {
    kind: "exited",
    attempt: started.attempt,
    code: null,
    signal: null,
    atMs,
    usage: { wallMs: Math.max(0, atMs - started.atMs), userMs: null, systemMs: null, maxRssBytes: null },
    survivors,
    stopMeans: started.means,
    lost: true,
  };
  return exitedAttempt(started.attempt, { logPath, meta, started, exited });
}

function exitedAttempt(
  id: string,
  end: Pick<Attempt, "logPath" | "meta"> & Pick<Attempt["state"] & { kind: "exited" }, "started" | "exited">,
): Attempt {
  const { logPath, meta, started, exited } = end;
  return {
    id,
    logPath,
    meta,
    isSecret: false,
    leaseEndsMs: null,
    state: { kind: "exited", started, exited },
  };
}

import type { RunningState } from "./attempt.ts";
import { readProportionalBytes } from "./process-table.ts";
import type { Sweeper } from "./sweeper.ts";

/** Where the kernel does not enforce a memory limit: the attempts whose trees use more than theirs now. */
export function overMemoryLimit(states: readonly RunningState[], sweeper: Sweeper): readonly RunningState[] {
  const members = sweeper.members(states.map((state) => state.tree));
  return states.filter((state) => {
    const limit = state.sampled?.memoryBytes;
    if (limit === undefined) return false;
    let bytes = 0;
    for (const row of members.get(state.tree) ?? []) bytes += readProportionalBytes(row.pid);
    return bytes > limit;
  });
}

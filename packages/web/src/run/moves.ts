import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useAddress } from "../app/address.ts";
import { useScreenKeys } from "../app/keys.ts";
import type { Jobs } from "./jobs.ts";
import { telling } from "./head/telling.ts";

/**
 * `J` and `K` go from job to job in the order of the screen, `Enter` opens the log of the one that is selected.
 *
 * @param keys of the jobs, in that order
 */
export function useMoves(id: string, jobs: Jobs, keys: readonly string[], selected: string | null): void {
  const { set } = useAddress();
  const navigate = useNavigate();
  useScreenKeys(
    useMemo(() => {
      const move = (by: number): void => {
        const next = neighbour(keys, selected, by);
        // Only the first selection is a step that one goes back to.
        if (next !== null) set({ job: next }, { replace: selected !== null });
      };
      const open = (event: KeyboardEvent): void => {
        const log = selected === null || isActing(event.target) ? null : telling(jobs, selected);
        if (log !== null) void navigate({ to: "/runs/$run/log/$job", params: { run: id, job: log } });
      };
      return { j: () => move(1), k: () => move(-1), Enter: open };
    }, [id, jobs, keys, selected, set, navigate]),
  );
}

/** The job after or before; from none, or from one that is not there, the first or the last. Null: there is none. */
export function neighbour(keys: readonly string[], from: string | null, by: number): string | null {
  const at = from === null ? -1 : keys.indexOf(from);
  if (at < 0) return (by > 0 ? keys[0] : keys.at(-1)) ?? null;
  return keys[Math.min(keys.length - 1, Math.max(0, at + by))] ?? null;
}

/** What has a meaning of its own for Enter. */
function isActing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("a,button,summary,[role=button]") !== null;
}

import type { JobDetail } from "../../api/client.ts";
import { useAddress } from "../../app/address.ts";

/** The attempt that the address names; the newest when it names none, or one that there is not. 0: there is none yet. */
export function useAttempt(job: JobDetail): {
  readonly attempt: number;
  readonly choose: (attempt: number) => void;
} {
  const { search, set } = useAddress();
  const named = Number(/^\d{1,6}$/.exec(search["attempt"] ?? "")?.[0] ?? "0");
  const isThere = job.attempts.some(({ number }) => number === named);
  const newest = job.attempts.at(-1)?.number ?? 0;
  return {
    attempt: isThere ? named : newest,
    // A line of one attempt's log means nothing in another's. The newest needs no name: it is followed by its next.
    choose: (attempt) => set({ attempt: attempt === newest ? null : String(attempt), line: null }),
  };
}

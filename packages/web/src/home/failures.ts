import type { RunView } from "../api/client.ts";

/** The newest run of each pipeline, in the order given. */
export function newestOfEach<Run extends Pick<RunView, "pipeline">>(runs: readonly Run[]): readonly Run[] {
  const seen = new Set<string>();
  return runs.filter(({ pipeline }) => {
    if (seen.has(pipeline)) return false;
    seen.add(pipeline);
    return true;
  });
}

/** `check-links failed: exit 1` says where and why. */
export function causeOf(reason: string): { readonly where: string; readonly cause: string } {
  const match = /^(\S+) failed: (.+)$/s.exec(reason);
  if (match === null) return { where: "", cause: reason };
  return { where: match[1] ?? "", cause: match[2] ?? "" };
}

/** The server's words mark names as code; in a line of text they stand as they are. */
export function plain(words: string): string {
  return words.replaceAll("`", "");
}

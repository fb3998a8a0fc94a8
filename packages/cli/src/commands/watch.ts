import type { Context } from "../context.ts";
import type { Input } from "../input.ts";
import { withReference } from "../references.ts";
import { watchToEnd } from "./run.ts";

/** `gaia watch RUN`: looks on; Ctrl-C leaves the run alone. */
export async function watch(context: Context, input: Input): Promise<number> {
  const client = context.client();
  const ref = input.optional(0) ?? "@";
  const run = await withReference(client, { run: ref, task: null }, () => client.run(ref));
  return watchToEnd(context, client, run.id, {
    json: input.json,
    quiet: input.quiet,
    verbose: input.verbose,
    onInterrupt: "leave",
  });
}

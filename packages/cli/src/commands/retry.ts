import type { Context } from "../context.ts";
import { pairs, type Input } from "../input.ts";
import { taskKey, withReference } from "../references.ts";
import { followStarted } from "./run.ts";

/** `gaia retry RUN` */
export async function retry(context: Context, input: Input): Promise<number> {
  const { client } = await context.server();
  const ref = input.argument(0);
  const from = input.text("from");
  const started = await withReference(client, { run: ref, task: from }, async () => {
    const ignore = await Promise.all(input.list("ignore").map((task) => taskKey(client, ref, task)));
    const inputs = await pairs("input", [...input.list("input"), ...input.list("arg")]);
    return client.retry(ref, {
      ...(input.flag("failed") ? { failed: true } : {}),
      ...(from === null ? {} : { from: await taskKey(client, ref, from) }),
      ...(ignore.length === 0 ? {} : { ignore }),
      ...(Object.keys(inputs).length === 0 ? {} : { inputs }),
    });
  });
  return followStarted(context, client, started, input);
}

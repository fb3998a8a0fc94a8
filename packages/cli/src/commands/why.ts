import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { outDocument } from "../output.ts";
import { taskKey, withReference } from "../references.ts";

/** `gaia why RUN [TASK]` */
export async function why(context: Context, input: Input): Promise<number> {
  const client = context.client();
  const ref = input.optional(0) ?? "@";
  const task = input.optional(1);
  const answer = await withReference(client, { run: ref, task }, async () =>
    client.why(ref, task === null ? undefined : await taskKey(client, ref, task)),
  );
  if (input.json) {
    outDocument(context, answer);
    return EXIT.success;
  }
  const style = context.outStyle;
  context.out(`  ${answer.sentence}`);
  for (const reason of answer.because) context.out(`    ${style.faint("because")}  ${reason}`);
  for (const action of answer.actions)
    context.out(`    ${style.faint(`${action.label}:`)}  ${style.command(action.command)}`);
  return EXIT.success;
}

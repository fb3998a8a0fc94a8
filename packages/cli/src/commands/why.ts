import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { outColumns, outDocument } from "../output.ts";
import { taskKey, withReference } from "../references.ts";
import { wrapWords } from "../terminal/wrap.ts";

const BECAUSE = "    because  ";

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
  const columns = outColumns(context);
  for (const line of wrapWords(answer.sentence, columns - 2)) context.out(`  ${line}`);
  for (const reason of answer.because) {
    const [first = "", ...more] = wrapWords(reason, columns - BECAUSE.length);
    context.out(`    ${style.faint("because")}  ${first}`);
    for (const line of more) context.out(`${" ".repeat(BECAUSE.length)}${line}`);
  }
  for (const action of answer.actions)
    context.out(`    ${style.faint(`${action.label}:`)}  ${style.command(action.command)}`);
  return EXIT.success;
}

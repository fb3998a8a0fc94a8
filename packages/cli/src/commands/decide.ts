import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { outDocument } from "../output.ts";
import { taskKey, withReference } from "../references.ts";

/** `gaia approve RUN TASK` */
export async function approve(context: Context, input: Input): Promise<number> {
  return decide(context, input, "approve");
}

/** `gaia reject RUN TASK` */
export async function reject(context: Context, input: Input): Promise<number> {
  return decide(context, input, "reject");
}

async function decide(context: Context, input: Input, verb: "approve" | "reject"): Promise<number> {
  const client = context.client();
  const ref = input.argument(0);
  const task = input.argument(1);
  const job = await withReference(client, { run: ref, task }, async () =>
    client.decide(ref, await taskKey(client, ref, task), verb, input.text("comment")),
  );
  if (input.json) outDocument(context, job);
  else if (!input.quiet) {
    const style = context.outStyle;
    context.out(
      verb === "approve"
        ? `  ${style.good("✓")} ${job.key} approved`
        : `  ${style.bad("✗")} ${job.key} rejected`,
    );
  }
  return EXIT.success;
}

import type { JobView } from "@gaia/contracts/api.ts";
import type { GaiaClient } from "../client/api.ts";
import { followRun } from "../client/follow-run.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { outDocument } from "../output.ts";
import { taskKey, withReference } from "../references.ts";
import { plainLine } from "../terminal/control.ts";
import { glyph, hasEnded } from "../terminal/glyphs.ts";

/** `gaia stop RUN TASK`: asks, then waits until what the task started is gone; the run goes on. */
export async function stopTask(context: Context, input: Input, task: string): Promise<number> {
  const client = context.client();
  const ref = input.argument(0);
  const comment = input.text("comment");
  const order = { force: input.flag("force"), ...(comment === null ? {} : { comment }) };
  const [run, asked] = await withReference(client, { run: ref, task }, async () => {
    const { id } = await client.run(ref);
    return [id, await client.stopJob(id, await taskKey(client, id, task), order)] as const;
  });
  const waits = !hasEnded(asked.status) && !input.flag("detach");
  if (waits && !input.json && !input.quiet) context.note(`  Stopping ${asked.key} …`);
  const job = waits ? await untilEnded(client, run, asked.key) : asked;
  if (input.json) outDocument(context, job);
  else if (!input.quiet) tell(context, job);
  return job.survivors.length > 0 ? EXIT.failed : EXIT.success;
}

/** Ctrl-C leaves the task to the server, which goes on stopping it. */
async function untilEnded(client: GaiaClient, run: string, key: string): Promise<JobView> {
  const abort = new AbortController();
  const leave = () => abort.abort();
  process.once("SIGINT", leave);
  try {
    for await (const news of followRun(client, run, null, abort.signal)) {
      if (news.kind === "job" && news.job.key === key && hasEnded(news.job.status)) return news.job;
      // It may have ended before the stream began.
      if (news.kind === "end" || (news.kind === "snapshot" && hasEnded((await client.job(run, key)).status)))
        break;
    }
  } finally {
    process.off("SIGINT", leave);
  }
  return client.job(run, key);
}

function tell(context: Context, job: JobView): void {
  const style = context.outStyle;
  const reason = job.reason === "" ? "" : `: ${plainLine(job.reason)}`;
  context.out(`  ${glyph(job.status, style)} ${style.strong(job.key)} ${job.status}${reason}`);
  if (job.survivors.length > 0) {
    context.note(
      `  ${context.noteStyle.bad("✗")} ${job.key} could not be stopped: pid ${job.survivors.join(", ")}`,
    );
  }
}

import type { RunDetail, RunView } from "@gaia/contracts/api.ts";
import type { GaiaClient } from "../client/api.ts";
import { followRun } from "../client/follow-run.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { verdictLine } from "../live/verdict.ts";
import { outDocument } from "../output.ts";
import { withReference } from "../references.ts";
import { hasEnded } from "../terminal/glyphs.ts";
import { stopTask } from "./stop-task.ts";

/** `gaia stop RUN [TASK]`: asks, then waits until every process is gone. */
export async function stop(context: Context, input: Input): Promise<number> {
  const task = input.optional(1);
  return task === null ? stopRun(context, input) : stopTask(context, input, task);
}

async function stopRun(context: Context, input: Input): Promise<number> {
  const client = context.client();
  const ref = input.argument(0);
  const comment = input.text("comment");
  const before = await withReference(client, { run: ref, task: null }, () => client.run(ref));
  if (hasEnded(before.status)) {
    if (input.json) outDocument(context, withoutJobs(before));
    else context.note(`  ${before.pipeline} #${before.number} has ended already: ${before.status}.`);
    return EXIT.success;
  }
  await client.stop(before.id, { force: input.flag("force"), ...(comment === null ? {} : { comment }) });
  const run = input.flag("detach")
    ? await client.run(before.id)
    : await untilEnded(context, client, before, input);
  if (input.json) outDocument(context, withoutJobs(run));
  else if (!input.quiet) tell(context, run);
  return survived(run) ? EXIT.failed : EXIT.success;
}

async function untilEnded(
  context: Context,
  client: GaiaClient,
  before: RunDetail,
  input: Input,
): Promise<RunDetail> {
  if (!input.json && !input.quiet) context.note(`  Stopping ${before.pipeline} #${before.number} …`);
  const abort = new AbortController();
  const leave = () => abort.abort();
  process.once("SIGINT", leave);
  try {
    for await (const news of followRun(client, before.id, null, abort.signal)) {
      if (news.kind === "end") break;
    }
  } finally {
    process.off("SIGINT", leave);
  }
  return client.run(before.id);
}

function tell(context: Context, run: RunDetail): void {
  const words = hasEnded(run.status)
    ? verdictLine(run, [], context.outStyle)
    : `${run.pipeline} #${run.number} is ${run.status}.`;
  context.out(`  ${words}`);
  for (const job of run.jobs.filter((one) => one.survivors.length > 0)) {
    context.note(
      `  ${context.noteStyle.bad("✗")} ${job.key} could not be stopped: pid ${job.survivors.join(", ")}`,
    );
  }
}

function survived(run: RunDetail): boolean {
  return hasEnded(run.status) && run.jobs.some((job) => job.survivors.length > 0);
}

function withoutJobs(detail: RunDetail): RunView {
  const { jobs: _jobs, jobs_total: _total, ...run } = detail;
  return run;
}

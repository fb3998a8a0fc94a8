import { GaiaError } from "@gaia/contracts/errors.ts";
import type { PipelineView } from "@gaia/contracts/screens.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { outDocument } from "../output.ts";

/** `gaia pipeline pin PIPELINE VERSION` */
export async function pin(context: Context, input: Input): Promise<number> {
  const version = versionFrom(input.argument(1));
  return tell(context, input, await context.client().pipelines.choose(input.argument(0), "pin", { version }));
}

/** `gaia pipeline unpin PIPELINE` */
export async function unpin(context: Context, input: Input): Promise<number> {
  return tell(context, input, await context.client().pipelines.choose(input.argument(0), "unpin", {}));
}

/** `gaia pipeline promote PIPELINE [VERSION]` */
export async function promote(context: Context, input: Input): Promise<number> {
  const text = input.optional(1);
  const body = text === null ? {} : { version: versionFrom(text) };
  return tell(context, input, await context.client().pipelines.choose(input.argument(0), "promote", body));
}

/** `gaia pipeline rollback PIPELINE` */
export async function rollback(context: Context, input: Input): Promise<number> {
  return tell(context, input, await context.client().pipelines.choose(input.argument(0), "rollback", {}));
}

/** `gaia pipeline rm PIPELINE` */
export async function rm(context: Context, input: Input): Promise<number> {
  const name = input.argument(0);
  await context.client().pipelines.remove(name);
  if (input.json) outDocument(context, { removed: name });
  else if (!input.quiet) context.out(`  ${context.outStyle.good("✓")} ${name} is removed; its runs stay`);
  return EXIT.success;
}

function tell(context: Context, input: Input, pipeline: PipelineView): number {
  if (input.json) {
    outDocument(context, pipeline);
    return EXIT.success;
  }
  if (input.quiet) {
    context.out(String(pipeline.version));
    return EXIT.success;
  }
  const { program } = pipeline;
  const newest = program?.newest_version ?? pipeline.version;
  const pinned = program?.pinned_version == null ? "the newest" : `pinned; the newest is ${newest}`;
  context.out(
    `  ${context.outStyle.good("✓")} runs of ${pipeline.name} start from version ${pipeline.version} (${pinned})`,
  );
  return EXIT.success;
}

function versionFrom(text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw new GaiaError("invalid_request", `A version is a number such as 3, not \`${text}\`.`, {
    next: ["gaia pipeline versions PIPELINE"],
  });
}

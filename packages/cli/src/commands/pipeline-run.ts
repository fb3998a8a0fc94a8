import { GaiaError } from "@gaia/contracts/errors.ts";
import type { Context } from "../context.ts";
import { type Input, pairs } from "../input.ts";
import { followStarted } from "./run.ts";

/** `gaia pipeline run PIPELINE --arg name=value` */
export async function run(context: Context, input: Input): Promise<number> {
  const { client } = await context.server();
  const priority = input.count("priority", 0, 10);
  const version = input.count("version", 1);
  const body = {
    inputs: await pairs("arg", [...input.list("arg"), ...input.list("input")]),
    ...(priority === null ? {} : { priority }),
    ...(version === null ? {} : { version }),
  };
  const name = input.argument(0);
  try {
    return await followStarted(context, client, await client.startWorkflow(name, body), input);
  } catch (reason) {
    if (!(reason instanceof GaiaError) || reason.code !== "not_found") throw reason;
    throw new GaiaError("not_found", reason.message, { ...reason.details, next: ["gaia pipeline list"] });
  }
}

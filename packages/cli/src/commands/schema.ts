import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";

/** `gaia schema` */
export async function schema(context: Context): Promise<number> {
  const { workflowJsonSchema } = await import("@gaia/contracts/workflow-file.ts");
  context.out(JSON.stringify(workflowJsonSchema(), null, 2));
  return EXIT.success;
}

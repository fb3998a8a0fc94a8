import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { outDocument } from "../output.ts";
import { VERSION } from "@gaia/contracts/version.ts";

/** `gaia version` */
export async function version(context: Context, input: Input): Promise<number> {
  if (input.json)
    outDocument(context, {
      version: VERSION,
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
    });
  else context.out(`gaia ${VERSION}`);
  return EXIT.success;
}

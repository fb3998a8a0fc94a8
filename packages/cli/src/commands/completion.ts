import { GaiaError } from "@gaia/contracts/errors.ts";
import { nearest } from "@gaia/core/text/index.ts";
import { candidatesFor } from "../completion/candidates.ts";
import { completionScript, SHELLS } from "../completion/scripts.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";

/** `gaia completion bash|zsh|fish` */
export async function completion(context: Context, input: Input): Promise<number> {
  const name = input.argument(0);
  const shell = SHELLS.find((one) => one === name);
  if (shell === undefined) {
    const near = nearest(name, SHELLS);
    const guess = near === null ? `There are ${SHELLS.join(", ")}.` : `Did you mean \`${near}\`?`;
    throw new GaiaError("invalid_request", `There is no completion for \`${name}\`. ${guess}`);
  }
  context.out(completionScript(shell));
  return EXIT.success;
}

/** `gaia __complete WORD…`: one candidate a line, with a tab and its description; `:files` asks the shell for files. */
export async function complete(context: Context, input: Input): Promise<number> {
  const words = input.rest(0);
  for (const { word, text } of await candidatesFor(context, words))
    context.out(text === "" ? word : `${word}\t${text}`);
  return EXIT.success;
}

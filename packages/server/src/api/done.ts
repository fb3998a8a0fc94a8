import { errorFrom } from "@gaia/contracts";
import type { Caller } from "../runs/port.ts";
import type { ApiContext } from "./context.ts";

/**
 * Notes for the activity what somebody had the server do. It has been done: when the note cannot be written, such as on
 * a full disk, the log says so, and the answer is not spoiled.
 */
export async function noteDone(
  { deps }: ApiContext,
  caller: Caller,
  kind: string,
  body: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { namespace, actor } = caller;
  try {
    await deps.engine.submit((batch) =>
      batch.note({ namespace, at: batch.now, actor, kind, subject: "", body }),
    );
  } catch (caught) {
    deps.log.warn({ err: errorFrom(caught), kind }, "what was done could not be noted in the activity");
  }
}

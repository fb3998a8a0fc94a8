import { LIMITS } from "@gaia/contracts/limits.ts";
import type { JobCall, JobOutputs } from "../port.ts";
import type { ProgramError } from "../program-error.ts";
import { programService } from "./program-service.ts";
import { requestTooLarge } from "./request-size.ts";

/** The first message of a call, serialized; an error when it is past the limit. */
export function startBytes(call: JobCall): Buffer | ProgramError {
  const bytes = programService().perform.requestSerialize({
    start: {
      job: call.job,
      title: call.title,
      arguments: Object.fromEntries(call.values.map(({ key, value }) => [key, value])),
      outputs: Object.fromEntries(
        Object.entries(call.outputs).map(([title, outputs]) => [title, { values: asJson(outputs) }]),
      ),
      run: call.run,
      pipeline: call.pipeline,
      attempt: call.attempt,
    },
  });
  if (bytes.length <= LIMITS.programCallBytes) return bytes;
  return requestTooLarge(bytes.length, call.values, "programCallBytes");
}

/** Each value as JSON. */
export function asJson(outputs: JobOutputs): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, JSON.stringify(value)]));
}

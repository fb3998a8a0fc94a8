import { LIMITS } from "@gaia/contracts/limits.ts";
import type { ArgumentValues } from "../port.ts";
import { ProgramError } from "../program-error.ts";

/** The error of a call that is not made, because no program of its kind takes so much. */
export function requestTooLarge(
  bytes: number,
  values: ArgumentValues,
  limit: "programRequestBytes" | "programCallBytes",
): ProgramError {
  const largest = values.toSorted((left, right) => right.value.length - left.value.length)[0]?.key ?? "";
  const what = limit === "programCallBytes" ? "arguments and outputs of dependencies" : "arguments";
  const which = largest === "" ? "" : `; the largest argument is \`${largest}\``;
  return new ProgramError(
    "request_too_large",
    `The ${what} have ${bytes} bytes together, past the limit of ${LIMITS[limit]} bytes (${limit})${which}.`,
  );
}

import type { ProgramArgument, ProgramJob } from "../port.ts";
import { type Check, failed, ok, warning } from "./check.ts";

/** Types of arguments that the original Gaia shows a field for. */
const PUBLISHED_TYPES = ["textfield", "textarea", "boolean", "vault"];
const TYPES = ["text", "textarea", "boolean", "number", "choice", "vault"];

/** Whether each argument has a key of its own, a type that is known, and a default that goes with it. */
export function verifyArguments(jobs: readonly ProgramJob[], sdk: string | null): Check {
  const known = sdk === null ? PUBLISHED_TYPES : TYPES;
  const declared = jobs.flatMap((job) => job.arguments.map((argument) => ({ job, argument })));
  if (declared.length === 0) return ok("arguments", "none declared");
  for (const { job, argument } of declared) {
    if (argument.key === "")
      return failed("arguments", `an argument of \`${job.title}\` has no key`, "Give it one.");
    const where = `argument \`${argument.key}\` of \`${job.title}\``;
    if (!known.includes(argument.declaredType)) {
      const text = `${where} has the type \`${argument.declaredType}\``;
      return warning("arguments", text, `Types are ${known.join(", ")}.`);
    }
    const wrong = wrongDefault(argument);
    if (wrong !== null) return failed("arguments", `${where} ${wrong}`, "Mend the declaration.");
  }
  for (const job of jobs) {
    const keys = job.arguments.map(({ key }) => key);
    const twice = keys.find((key, index) => keys.indexOf(key) !== index);
    if (twice !== undefined)
      return failed("arguments", `\`${job.title}\` declares \`${twice}\` twice`, "Declare it once.");
  }
  return ok("arguments", `${declared.length} declared`);
}

/** Only for types that say what a value may be; published SDKs leave a boolean's default empty or free. */
function wrongDefault({ type, value, choices }: ProgramArgument): string | null {
  if (type === "choice" && choices.length === 0) return "has no choices";
  if (value === "") return null;
  if (type === "choice" && !choices.includes(value))
    return `has the default \`${value}\`, which is no choice`;
  if (type === "number" && !Number.isFinite(Number(value))) return `has the default \`${value}\`, no number`;
  return null;
}

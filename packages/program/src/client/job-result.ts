import { LIMITS } from "@gaia/contracts/limits.ts";
import type { WireAddedJob, WireJobResult } from "@gaia/contracts/program-messages.ts";
import { status } from "@grpc/grpc-js";
import type { AddedJob, JobOutcome, JobOutputs, JsonValue } from "../port.ts";
import { wrongTitle } from "./job-list.ts";
import { cutMessage } from "./job-outcome.ts";
import { exactJson } from "./exact-json.ts";

/** As in a workflow, where `${tasks.build.outputs.NAME}` reads them. */
const OUTPUT_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** A success with something in it that Gaia does not take. */
class Refused extends Error {}

/** What a job's own result means. A success whose outputs or jobs are past what Gaia takes is a failure. */
export function outcomeOfJobResult(result: WireJobResult, known: ReadonlySet<number>): JobOutcome {
  const message = cutMessage(result.message);
  switch (result.outcome) {
    case "SUCCEEDED":
      return succeeded(result, known);
    case "FAILED":
      return { kind: "failed", message };
    case "EXIT_PIPELINE":
      return { kind: "exited", message };
    case "SKIPPED":
      return { kind: "skipped", message };
    case "CANCELLED":
      return { kind: "cancelled", message };
    default: {
      const sentence = `The job ended with outcome ${result.outcome}, which this version of Gaia does not know.`;
      return { kind: "errored", status: status.OK, message: sentence };
    }
  }
}

function succeeded(result: WireJobResult, known: ReadonlySet<number>): JobOutcome {
  try {
    return { kind: "succeeded", outputs: outputsOf(result.outputs), jobs: addedJobs(result.jobs, known) };
  } catch (reason) {
    if (!(reason instanceof Refused)) throw reason;
    return { kind: "failed", message: cutMessage(`The job succeeded, but ${reason.message}.`) };
  }
}

function outputsOf(wire: WireJobResult["outputs"]): JobOutputs {
  const entries = Object.entries(wire);
  if (entries.length > LIMITS.outputsPerTask)
    throw past(`has ${entries.length} outputs`, LIMITS.outputsPerTask, "outputsPerTask");
  let total = 0;
  const values = entries.map(([name, json]): [string, JsonValue] => {
    if (name.length > LIMITS.nameCharacters || !OUTPUT_NAME.test(name)) {
      const allowed = `begin with a letter or _, go on with letters, digits, _ . - (at most ${LIMITS.nameCharacters})`;
      throw new Refused(
        `\`${name.slice(0, LIMITS.nameCharacters)}\` is no name of an output: names ${allowed}`,
      );
    }
    const bytes = Buffer.byteLength(json);
    total += bytes;
    if (bytes > LIMITS.outputValueBytes)
      throw past(`its output \`${name}\` has ${bytes} bytes`, LIMITS.outputValueBytes, "outputValueBytes");
    const read = exactJson(json);
    if (read.kind === "bad") throw new Refused(`its output \`${name}\` ${read.message}`);
    return [name, read.value];
  });
  if (total > LIMITS.outputsBytes)
    throw past(`its outputs have ${total} bytes together`, LIMITS.outputsBytes, "outputsBytes");
  return Object.fromEntries(values);
}

function addedJobs(wire: readonly WireAddedJob[], known: ReadonlySet<number>): readonly AddedJob[] {
  if (wire.length > LIMITS.growthJobs)
    throw past(`it adds ${wire.length} jobs`, LIMITS.growthJobs, "growthJobs");
  const titles = new Set<string>();
  return wire.map(({ title, job, arguments: values, depends_on: dependsOn }) => {
    const wrong = wrongTitle(title);
    if (wrong !== null) throw new Refused(`one that it adds is refused: ${wrong.replace(/\.$/, "")}`);
    const name = title.toLowerCase();
    if (titles.has(name)) throw new Refused(`it adds two jobs that are called \`${title}\``);
    titles.add(name);
    if (!known.has(job))
      throw new Refused(
        `it adds \`${title}\`, performed by a job with id ${job}, which the program does not have`,
      );
    if (dependsOn.some((dependency) => dependency.toLowerCase() === name))
      throw new Refused(`it adds \`${title}\`, which depends on itself`);
    if (dependsOn.length > LIMITS.dependenciesPerTask) {
      const many = `\`${title}\`, which it adds, has ${dependsOn.length} dependencies`;
      throw past(many, LIMITS.dependenciesPerTask, "dependenciesPerTask");
    }
    const entries = Object.entries(values).map(([key, value]) => ({ key, value }));
    return { title, job, values: entries, dependsOn: [...new Set(dependsOn)] };
  });
}

function past(what: string, limit: number, name: keyof typeof LIMITS): Refused {
  return new Refused(`${what}, past the limit of ${limit} (${name})`);
}

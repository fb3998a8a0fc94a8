import { programDefinition, type ProgramGrowth, programGrowth } from "@gaia/contracts";
import type { JobFragment } from "@gaia/core/graph/index.ts";
import type { ParsedGrowth } from "./growth.ts";
import { programPolicy, programTask } from "./program.ts";

export interface ProgramGrowthOptions {
  /** Title of the job that adds them. */
  readonly parent: string;
  /** The run's definition. */
  readonly definition: string;
  /** The titles that the run has. */
  readonly titles: Iterable<string>;
}

/** Jobs that a job of a program adds to its run. Titles stand as they are; dependencies are found in any case. */
export function parseProgramGrowth(text: string, options: ProgramGrowthOptions): ParsedGrowth {
  const growth = programGrowth.safeParse(JSON.parse(text));
  const definition = programDefinition.safeParse(JSON.parse(options.definition));
  if (!growth.success || !definition.success)
    return refuse(options, "its worker is of another version of Gaia: use the same on both");
  const byId = new Map(definition.data.program.jobs.map((job) => [job.id, job]));
  const titleOf = titlesOf(growth.data, options.titles);
  const jobs: JobFragment[] = [];
  for (const added of growth.data) {
    const job = byId.get(added.job);
    if (job === undefined)
      return refuse(options, `\`${added.title}\` is to be performed by a job that the program does not have`);
    if (titleOf(added.title) !== added.title)
      return refuse(
        options,
        `the run has a job \`${titleOf(added.title)}\` already: titles differ in more than their case`,
      );
    const dependencies = added.dependsOn.map(titleOf);
    jobs.push({
      key: added.title,
      name: added.title,
      work: {
        kind: "task",
        task: programTask(definition.data, job, { title: added.title, dependencies, given: added.arguments }),
      },
      dependencies,
      condition: null,
      policy: programPolicy(job),
    });
  }
  return { kind: "ok", jobs, keys: "flat" };
}

/** Finds a title in any case; one that is unknown stays as it is, and the graph refuses it. */
function titlesOf(added: ProgramGrowth, titles: Iterable<string>): (title: string) => string {
  const known = new Map(
    [...added.map(({ title }) => title), ...titles].map((title) => [title.toLowerCase(), title]),
  );
  return (title) => known.get(title.toLowerCase()) ?? title;
}

function refuse({ parent }: ProgramGrowthOptions, why: string): ParsedGrowth {
  return { kind: "invalid", message: `what \`${parent}\` adds cannot be taken: ${why}` };
}

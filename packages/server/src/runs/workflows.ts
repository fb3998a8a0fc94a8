import { GaiaError, HOME_TAG } from "@gaia/contracts";
import { isUnbuilt, parseProgram, parseWorkflow, unbuiltProgram, type Workflow } from "../pipelines/index.ts";
import type { PipelineRow } from "../store/port.ts";

/** Parsed definitions that are kept; the largest allowed has 10,000 tasks. */
const KEPT = 200;

/** Definitions as graphs, parsed once per version. */
export class Workflows {
  readonly #kept = new Map<string, Workflow>();

  /** @throws GaiaError `invalid_definition` with every problem in `details.problems`. */
  async parse(source: string, file: string, variables: Readonly<Record<string, unknown>>): Promise<Workflow> {
    const parsed = await parseWorkflow(source, { file, variables });
    if (parsed.kind === "ok") return parsed.workflow;
    const [first] = parsed.problems;
    const more = parsed.problems.length - 1;
    const where = first === undefined ? "" : `${first.file}:${first.line}:${first.column}  ${first.message}`;
    throw new GaiaError("invalid_definition", more > 0 ? `${where} (and ${more} more)` : where, {
      problems: parsed.problems,
    });
  }

  async of(row: PipelineRow): Promise<Workflow> {
    const key = `${row.name}\n${row.hash}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const workflow = await this.#parsed(row);
    this.#kept.set(key, workflow);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return workflow;
  }

  async #parsed(row: PipelineRow): Promise<Workflow> {
    const { kind, name, definition, origin } = row;
    switch (kind) {
      case "program":
        return isUnbuilt(definition) ? unbuiltProgram(name) : parseProgram(definition);
      case "workflow":
        return this.parse(definition, origin ?? `${name}.yaml`, {});
      case "build":
        return buildWorkflow(await this.parse(definition, "build.yaml", {}), name);
    }
  }
}

/** What no file can say: its name, and that its tasks work in the server's home. */
function buildWorkflow(workflow: Workflow, name: string): Workflow {
  const jobs = workflow.jobs.map((job) =>
    job.work.kind === "task"
      ? { ...job, work: { ...job.work, task: { ...job.work.task, tags: [HOME_TAG] } } }
      : job,
  );
  return { ...workflow, name, jobs };
}

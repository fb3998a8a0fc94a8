import type { GrowthReader } from "../engine/attempts.ts";
import { parseGrowth, parseProgramGrowth } from "../pipelines/index.ts";

/** Reads what an attempt adds to its run's graph: a fragment of a workflow file, or jobs of its program. */
export const readGrowth: GrowthReader = (text, { key, run, job }) => {
  const work = run.run.graph.jobs[job]?.work;
  const isProgram = work?.kind === "task" && work.task.executor === "program";
  const { definition } = run.facts;
  const read = isProgram
    ? parseProgramGrowth(text, { parent: key, definition, titles: run.run.graph.byKey.keys() })
    : parseGrowth(text, { parentKey: key, definition });
  return read.kind === "ok"
    ? { kind: "ok", growth: { jobs: read.jobs, keys: read.keys } }
    : { kind: "invalid", message: read.message };
};

/** Runs jobs within a test, without Gaia. What everything is for is told in ../testing.d.ts. */

import { asTexts } from "./arguments.js";
import { isPublishedJob, Job, publishedJob } from "./job.js";
import { localHost } from "./local/local-host.js";
import { LocalRun, withDependencies } from "./local/local-run.js";
import { reportOf } from "./local/report.js";
import { perform } from "./perform.js";
import { Program, programOf, titleOf } from "./program.js";

/** @import { LogLine } from "../testing.js" */
/** @import { Declared } from "./program.js" */

/** @type {typeof import("../testing.js").runJob} */
export async function runJob(job, options = {}) {
  const { args = {}, outputs = {}, pipelines, attempt = 1, signal = new AbortController().signal } = options;
  const declared = declaredAlone(job);
  const program = new OpenProgram([declared]);
  const texts = asTexts(args);
  const unknown = Object.keys(texts).find((key) => !declared.args.has(key));
  if (unknown !== undefined) throw new TypeError(`job "${declared.title}" has no argument "${unknown}"`);
  /** @type {LogLine[]} */
  const log = [];
  const title = options.title ?? declared.title;
  const result = await perform(program, declared, {
    title,
    args: texts,
    sent: Object.entries(texts).map(([key, value]) => ({ key, value })),
    outputs,
    run: "",
    pipeline: "",
    attempt,
    signal,
    host: localHost((level, text) => log.push({ level, text }), pipelines),
  });
  return reportOf(program, title, result, log, 1);
}

/** @type {typeof import("../testing.js").runPipeline} */
export async function runPipeline(jobs, options = {}) {
  const { args = {}, pipelines, only } = options;
  const program = programOf(jobs);
  const values = asTexts(args);
  const unknown = Object.keys(values).find((key) => !program.jobs.some((declared) => declared.args.has(key)));
  if (unknown !== undefined) throw new TypeError(`no job has an argument "${unknown}"`);
  const { reports } = await new LocalRun(program, {}, pipelines).perform(chosen(program, only), values);
  const failed = reports.some(({ outcome }) => outcome === "failed" || outcome === "cancelled");
  const byTitle = reports.map((report) => /** @type {const} */ ([report.title, report]));
  return { outcome: failed ? "failed" : "succeeded", jobs: Object.fromEntries(byTitle) };
}

/**
 * @param {Program} program
 * @param {readonly unknown[] | undefined} only
 */
function chosen(program, only) {
  if (only === undefined) return program.jobs.filter(({ onDemand }) => !onDemand);
  const jobs = only.map((job) => {
    const found = program.find(job);
    if (found === undefined) throw new TypeError(`there is no job "${titleOf(job)}" in the pipeline`);
    return found;
  });
  return withDependencies(jobs, program);
}

/**
 * A job as if the pipeline had no other.
 * @param {unknown} job
 * @returns {Declared}
 */
function declaredAlone(job) {
  const own = isPublishedJob(job) ? publishedJob(job) : job;
  if (!(own instanceof Job)) throw new TypeError("runJob takes a job: make it with job()");
  const options = { ...own.options, dependsOn: [], onDemand: false };
  return programOf([new Job(own.title, options, own.args)]).jobs[0];
}

/** The jobs that a job adds need not be known before. */
class OpenProgram extends Program {
  /** @type {Map<number, Declared>} */
  #more = new Map();

  /** @param {unknown} job */
  find(job) {
    if (!(job instanceof Job)) return super.find(job);
    const declared = declaredAlone(job);
    this.#more.set(declared.id, declared);
    return declared;
  }

  /** @param {number} id */
  byId(id) {
    return super.byId(id) ?? this.#more.get(id);
  }
}

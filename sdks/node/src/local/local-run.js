/** Runs the jobs of a pipeline in the order of their dependencies, several at once. */

import { findCircle } from "../circle.js";
import { Cancelled } from "../errors.js";
import { performWithin } from "../timeout.js";
import { localHost } from "./local-host.js";
import { reportOf } from "./report.js";

/** @import { JobReport, PipelineAnswer } from "../../testing.js" */
/** @import { Added, Level } from "../context.js" */
/** @import { Result } from "../perform.js" */
/** @import { Declared, Program } from "../program.js" */

/**
 * Is told what happens.
 * @typedef {object} Observer
 * @property {(title: string) => void} [started]
 * @property {(title: string, level: Level, text: string) => void} [logged]
 * @property {(title: string, attempt: number, message: string) => void} [tryingAgain]
 * @property {(report: JobReport) => void} [ended]
 */

/**
 * A job of the run, declared or added.
 * @typedef {object} Step
 * @property {string} title
 * @property {Declared} declared
 * @property {Readonly<Record<string, string>>} args
 * @property {readonly string[]} dependsOn
 */

export class LocalRun {
  #program;
  #observer;
  #pipelines;
  /** @type {Readonly<Record<string, string>>} */
  #values = {};
  /** @type {Map<string, Step>} by title in lower case, in the order in which they became part of the run */
  #steps = new Map();
  /** @type {Set<string>} */
  #started = new Set();
  /** @type {Map<string, JobReport>} */
  #reports = new Map();
  /** @type {Set<AbortController>} */
  #running = new Set();
  #ending = false;
  /** @type {() => void} */
  #finish = () => {};

  /**
   * @param {Program} program
   * @param {Observer} observer
   * @param {Readonly<Record<string, PipelineAnswer>>} [pipelines]
   */
  constructor(program, observer, pipelines) {
    this.#program = program;
    this.#observer = observer;
    this.#pipelines = pipelines;
  }

  /**
   * Runs these jobs, and all that they add, to the end. Answers with the reports of those that were performed, and the
   * titles of those that were not.
   * @param {readonly Declared[]} jobs
   * @param {Readonly<Record<string, string>>} values for the arguments of that key of all of them; secrets of added
   *   jobs as well
   * @returns {Promise<{ reports: readonly JobReport[], notRun: readonly string[] }>}
   */
  async perform(jobs, values) {
    this.#values = values;
    for (const declared of jobs) {
      const args = Object.fromEntries(Object.entries(values).filter(([key]) => declared.args.has(key)));
      const { title, dependsOn } = declared;
      this.#steps.set(title.toLowerCase(), { title, declared, args, dependsOn });
    }
    await new Promise((resolve) => {
      this.#finish = () => resolve(null);
      this.#startReady();
    });
    const titles = [...this.#steps.values()].map(({ title }) => title);
    return {
      reports: titles.flatMap((title) => this.#reports.get(title.toLowerCase()) ?? []),
      notRun: titles.filter((title) => !this.#reports.has(title.toLowerCase())),
    };
  }

  /**
   * Starts no more jobs, and asks those that run to end.
   * @param {string} reason
   */
  cancel(reason) {
    this.#ending = true;
    for (const control of this.#running) control.abort(new Cancelled(reason));
  }

  #startReady() {
    for (const [key, step] of this.#steps) {
      if (this.#ending || this.#started.has(key) || !step.dependsOn.every((title) => this.#passed(title)))
        continue;
      this.#started.add(key);
      void this.#performStep(step);
    }
    if (this.#running.size === 0) this.#finish();
  }

  /** @param {string} title */
  #passed(title) {
    const outcome = this.#reports.get(title.toLowerCase())?.outcome;
    return outcome === "succeeded" || outcome === "skipped";
  }

  /** @param {Step} step */
  async #performStep(step) {
    const control = new AbortController();
    this.#running.add(control);
    this.#observer.started?.(step.title);
    const report = await this.#attempts(step, control);
    this.#running.delete(control);
    this.#reports.set(step.title.toLowerCase(), report);
    this.#observer.ended?.(report);
    this.#ending ||= report.outcome === "exited";
    this.#startReady();
  }

  /**
   * @param {Step} step
   * @param {AbortController} control
   * @returns {Promise<JobReport>}
   */
  async #attempts({ title, declared, args, dependsOn }, control) {
    /** @type {{ level: Level, text: string }[]} */
    const log = [];
    const host = localHost((level, text) => {
      log.push({ level, text });
      this.#observer.logged?.(title, level, text);
    }, this.#pipelines);
    const outputs = Object.fromEntries(
      dependsOn.map((dependency) => {
        const report = this.#reports.get(dependency.toLowerCase());
        return [report?.title ?? dependency, report?.outputs ?? {}];
      }),
    );
    const sent = Object.entries(args).map(([key, value]) => ({ key, value }));
    for (let attempt = 1; ; attempt += 1) {
      // One that timed out has its own end: the next begins anew.
      const own = new AbortController();
      const cancel = () => own.abort(control.signal.reason);
      control.signal.addEventListener("abort", cancel, { once: true });
      const call = { title, args, sent, outputs, run: "", pipeline: "", attempt, host };
      const result = this.#taken(await performWithin(this.#program, declared, call, own));
      control.signal.removeEventListener("abort", cancel);
      if (result.outcome !== "failed" || attempt >= declared.attempts || control.signal.aborted)
        return reportOf(this.#program, title, result, log, attempt);
      this.#observer.tryingAgain?.(title, attempt, result.message);
    }
  }

  /**
   * A success with the jobs that it adds; a failure when they cannot be added.
   * @param {Result} result
   * @returns {Result}
   */
  #taken(result) {
    const problem = this.#problemOf(result.added);
    if (problem !== null) return { outcome: "failed", message: problem, outputs: {}, added: [] };
    for (const { title, job, args, dependsOn } of result.added) {
      const declared = /** @type {Declared} */ (this.#program.byId(job));
      const own = { ...this.#secretsOf(declared), ...args };
      this.#steps.set(title.toLowerCase(), { title, declared, args: own, dependsOn });
    }
    return result;
  }

  /** @param {Declared} declared */
  #secretsOf({ args }) {
    return Object.fromEntries(
      Object.entries(this.#values).filter(([key]) => args.get(key)?.type === "vault"),
    );
  }

  /** @param {readonly Added[]} added */
  #problemOf(added) {
    const names = new Set(added.map(({ title }) => title.toLowerCase()));
    for (const { title, dependsOn } of added) {
      if (this.#steps.has(title.toLowerCase()))
        return `it adds "${title}", but there is a job of this title already`;
      const unknown = dependsOn.find(
        (one) => !names.has(one.toLowerCase()) && !this.#steps.has(one.toLowerCase()),
      );
      if (unknown !== undefined)
        return `it adds "${title}", which depends on "${unknown}": there is no such job`;
    }
    const lower = added.map(
      ({ title, dependsOn }) =>
        /** @type {const} */ ([title.toLowerCase(), dependsOn.map((one) => one.toLowerCase())]),
    );
    const circle = findCircle(new Map(lower));
    return circle === null ? null : `it adds jobs that wait for each other: ${circle.join(" → ")}`;
  }
}

/**
 * These jobs and all that they depend on, in the author's order.
 * @param {readonly Declared[]} jobs
 * @param {Program} program
 * @returns {readonly Declared[]}
 */
export function withDependencies(jobs, program) {
  const wanted = new Set(jobs);
  // A set also gives what is added to it on the way.
  for (const { dependsOn } of wanted)
    for (const title of dependsOn) {
      const dependency = program.find(title);
      if (dependency !== undefined) wanted.add(dependency);
    }
  return program.jobs.filter((declared) => wanted.has(declared));
}

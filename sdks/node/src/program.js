/** The jobs of a program, checked and linked. */

import { declarationProblem } from "./arguments.js";
import { findCircle } from "./circle.js";
import { DefinitionError } from "./errors.js";
import { isPublishedJob, Job, publishedJob } from "./job.js";
import { titleHash } from "./title-hash.js";

/** @import { Argument } from "../index.js" */

/** Gaia takes no more. */
const MOST_ATTEMPTS = 100;
const TITLE_CHARACTERS = 500;

/**
 * A job that is known to be sound.
 * @typedef {object} Declared
 * @property {number} id
 * @property {Job} job
 * @property {string} title
 * @property {string} description
 * @property {readonly string[]} dependsOn titles, as they are declared
 * @property {ReadonlyMap<string, Argument>} args
 * @property {number} attempts
 * @property {number | null} timeoutMs
 * @property {boolean} onDemand
 * @property {((context: any) => unknown) | null} when
 * @property {(context: any) => unknown} run
 */

/** The jobs of a program. */
export class Program {
  /** @param {readonly Declared[]} jobs */
  constructor(jobs) {
    /** In the author's order. */
    this.jobs = jobs;
    // Of two with one title, which is a mistake, the first.
    this.#byTitle = new Map(jobs.toReversed().map((declared) => [declared.title.toLowerCase(), declared]));
    this.#byId = new Map(jobs.map((declared) => [declared.id, declared]));
  }

  #byTitle;
  #byId;

  /**
   * By the job itself, or its title in any case.
   * @param {unknown} job
   */
  find(job) {
    const found = this.#byTitle.get(titleOf(job).toLowerCase());
    return job instanceof Job && found?.job !== job ? undefined : found;
  }

  /** @param {number} id */
  byId(id) {
    return this.#byId.get(id);
  }
}

/**
 * The title of a job, or what stands for one.
 * @param {unknown} job
 */
export function titleOf(job) {
  return typeof job === "object" && job !== null && "title" in job ? String(job.title) : String(job);
}

/**
 * Checks the jobs. Throws a DefinitionError that tells everything that is wrong with them.
 * @param {unknown} given
 */
export function programOf(given) {
  if (!Array.isArray(given)) throw new DefinitionError(["serve takes a list of jobs: serve([build, test])"]);
  if (given.length === 0) throw new DefinitionError(["there are no jobs: serve([build, test])"]);
  /** @type {string[]} */
  const problems = [];
  const jobs = given.flatMap((one, index) => {
    if (one instanceof Job) return [one];
    if (isPublishedJob(one)) return [publishedJob(one)];
    problems.push(`what stands at position ${index + 1} of the list is no job: make it with job("Title", …)`);
    return [];
  });
  const declared = jobs.map((job) => declare(job, problems));
  const program = new Program(declared);
  checkTitles(declared, problems);
  for (const one of declared) link(one, program, problems);
  if (declared.length > 0 && declared.every(({ onDemand }) => onDemand))
    problems.push("all jobs are on demand: the graph is empty");
  const circle = findCircle(new Map(declared.map(({ title, dependsOn }) => [title, dependsOn])));
  if (circle !== null) problems.push(`the jobs wait for each other: ${circle.join(" → ")}`);
  if (problems.length > 0) throw new DefinitionError(problems);
  return program;
}

/**
 * @param {Job} job
 * @param {string[]} problems
 * @returns {Declared}
 */
function declare(job, problems) {
  const title = typeof job.title === "string" ? job.title : "";
  const { options } = job;
  const { attempts = 1, timeoutMs = null } = options;
  const where = `job "${title}"`;
  const titleProblem = wrongTitle(job.title);
  if (titleProblem !== null) problems.push(titleProblem);
  if (typeof options.run !== "function") problems.push(`${where} has no function: give it \`run\``);
  if (options.when !== undefined && typeof options.when !== "function")
    problems.push(`${where}: \`when\` has to be a function`);
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > MOST_ATTEMPTS)
    problems.push(
      `${where}: \`attempts\` has to be a whole number from 1 to ${MOST_ATTEMPTS}, not ${attempts}`,
    );
  if (timeoutMs !== null && !(Number.isFinite(timeoutMs) && timeoutMs > 0))
    problems.push(`${where}: \`timeoutMs\` has to be a number of milliseconds, not ${timeoutMs}`);
  return {
    id: titleHash(title),
    job,
    title,
    description: options.description ?? "",
    dependsOn: (options.dependsOn ?? []).map(titleOf),
    args: argumentsOf(job, where, problems),
    attempts,
    timeoutMs: timeoutMs === null ? null : Math.max(1, Math.round(timeoutMs)),
    onDemand: options.onDemand === true,
    when: options.when ?? null,
    run: options.run,
  };
}

/**
 * @param {Job} job
 * @param {string} where
 * @param {string[]} problems
 */
function argumentsOf(job, where, problems) {
  const args = new Map();
  for (const [key, argument] of job.args) {
    if (typeof key !== "string" || key === "") problems.push(`${where} has an argument without a key`);
    else if (args.has(key)) problems.push(`${where} declares the argument "${key}" twice`);
    else if (argument?.type === undefined)
      problems.push(`argument "${key}" of ${where} is no argument: make it with text(), number(), …`);
    else {
      const problem = declarationProblem(argument);
      if (problem !== null) problems.push(`argument "${key}" of ${where} ${problem}`);
      args.set(key, argument);
    }
  }
  return args;
}

/**
 * What is wrong with a title, in words; null: nothing.
 * @param {unknown} title
 */
export function wrongTitle(title) {
  if (typeof title !== "string" || title.trim() === "") return "a job has no title";
  if (/[\u0000-\u001f\u007f]/.test(title)) return `the title ${JSON.stringify(title)} has control characters`;
  if (title.length > TITLE_CHARACTERS)
    return `the title that begins with "${title.slice(0, 40)}" has more than ${TITLE_CHARACTERS} characters`;
  return null;
}

/**
 * @param {readonly Declared[]} declared
 * @param {string[]} problems
 */
function checkTitles(declared, problems) {
  const titles = new Set();
  const ids = new Map();
  for (const { title, id } of declared) {
    const name = title.toLowerCase();
    const twin = ids.get(id);
    if (title !== "" && titles.has(name)) problems.push(`two jobs are called "${title}"`);
    else if (twin !== undefined && twin.toLowerCase() !== name)
      problems.push(`the titles "${twin}" and "${title}" have the same hash: rename one`);
    titles.add(name);
    ids.set(id, title);
  }
}

/**
 * @param {Declared} declared
 * @param {Program} program
 * @param {string[]} problems
 */
function link(declared, program, problems) {
  const wanted = declared.job.options.dependsOn ?? [];
  const titles = wanted.flatMap((dependency) => {
    const found = program.find(dependency);
    if (found === undefined) {
      problems.push(`job "${declared.title}" depends on "${titleOf(dependency)}", which is not in the list`);
      return [];
    }
    if (found.onDemand)
      problems.push(`job "${declared.title}" depends on "${found.title}", which is performed on demand only`);
    return [found.title];
  });
  declared.dependsOn = [...new Set(titles)];
}

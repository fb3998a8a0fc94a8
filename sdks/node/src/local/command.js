/** The command line of a program that Gaia has not started. */

import { basename } from "node:path";
import { parseArgs } from "node:util";
import { describeJobs } from "./job-list.js";
import { LocalRun, withDependencies } from "./local-run.js";
import { printer, say } from "./printer.js";

/** @import { Declared, Program } from "../program.js" */

const STATUS = { succeeded: 0, failed: 1, wrongUsage: 2, interrupted: 130 };

const DAY_MS = 86_400_000;

class WrongUsage extends Error {}

/**
 * Performs a command line, and answers with the exit status.
 * @param {Program} program
 * @param {readonly string[]} argv
 * @returns {Promise<number>}
 */
export async function runCommand(program, argv) {
  try {
    const { values, positionals } = parse(argv);
    const [command, ...more] = positionals;
    if (values.help) {
      process.stdout.write(usage());
      return STATUS.succeeded;
    }
    if (more.length > 0) throw new WrongUsage(`"${more[0]}" is one word too many`);
    if (command === "run") return await run(program, values.job, values.arg);
    if (command !== "list")
      throw new WrongUsage(command === undefined ? "which command?" : `there is no command "${command}"`);
    process.stdout.write(describeJobs(program));
    return STATUS.succeeded;
  } catch (reason) {
    if (!(reason instanceof WrongUsage)) throw reason;
    process.stderr.write(`${reason.message}\n\n${usage()}`);
    return STATUS.wrongUsage;
  }
}

/** @param {readonly string[]} argv */
function parse(argv) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        arg: { type: "string", multiple: true, default: [] },
        job: { type: "string", multiple: true, default: [] },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (reason) {
    throw new WrongUsage(reason instanceof Error ? reason.message : String(reason));
  }
}

function usage() {
  const name = `node ${basename(process.argv[1] ?? "index.js")}`;
  return `A pipeline for Gaia, which starts this program by itself. Without a server:
  ${name} run [--arg KEY=VALUE]… [--job TITLE]…   run all jobs, or these and what they depend on
  ${name} list                                    jobs, dependencies, arguments
A secret that --arg does not give comes from the environment variable of its name.
`;
}

/**
 * @param {Program} program
 * @param {readonly string[]} titles
 * @param {readonly string[]} pairs
 */
async function run(program, titles, pairs) {
  const jobs = chosenJobs(program, titles);
  const values = valuesOf(program, jobs, pairs);
  const localRun = new LocalRun(program, printer());
  let interrupted = false;
  const interrupt = () => {
    // A second one is not waited for.
    if (interrupted) process.exit(STATUS.interrupted);
    interrupted = true;
    localRun.cancel("interrupted");
  };
  // A job may wait for what does not keep a process alive: its signal, or nothing at all. The process is ended by force.
  setInterval(() => {}, DAY_MS);
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  const { reports, notRun } = await localRun.perform(jobs, values);
  for (const title of notRun) say(title, "not run");
  const failed = reports.filter(({ outcome }) => outcome === "failed" || outcome === "cancelled");
  const verdict =
    failed.length === 0 ? "succeeded" : `failed: ${failed.map(({ title }) => title).join(", ")}`;
  say("run", interrupted ? "interrupted" : verdict);
  if (interrupted) return STATUS.interrupted;
  return failed.length === 0 ? STATUS.succeeded : STATUS.failed;
}

/**
 * @param {Program} program
 * @param {readonly string[]} titles
 */
function chosenJobs(program, titles) {
  if (titles.length === 0) return program.jobs.filter(({ onDemand }) => !onDemand);
  const jobs = titles.map((title) => {
    const found = program.find(title);
    if (found !== undefined) return found;
    const known = program.jobs.map((declared) => `"${declared.title}"`).join(", ");
    throw new WrongUsage(`there is no job "${title}"; there are ${known}`);
  });
  return withDependencies(jobs, program);
}

/**
 * @param {Program} program
 * @param {readonly Declared[]} jobs
 * @param {readonly string[]} pairs
 */
function valuesOf(program, jobs, pairs) {
  /** @type {Record<string, string>} */
  const values = {};
  const wanted = new Set(jobs.flatMap(({ args }) => [...args.keys()]));
  // Also for jobs that are added on the way.
  for (const { args } of program.jobs)
    for (const [key, { type }] of args) {
      if (type !== "vault") continue;
      wanted.add(key);
      const secret = process.env[key];
      if (secret !== undefined) values[key] = secret;
    }
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals < 1) throw new WrongUsage(`--arg "${pair}" is not KEY=VALUE`);
    const key = pair.slice(0, equals);
    if (!wanted.has(key)) {
      const known = [...wanted].join(", ") || "none";
      throw new WrongUsage(`no job that runs has an argument "${key}"; there are: ${known}`);
    }
    values[key] = pair.slice(equals + 1);
  }
  return values;
}

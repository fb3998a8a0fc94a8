// A script's side of Gaia's task contract: outputs, summary, artifacts, the scratch folder of the run, progress.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ExpectedFailure } from "./git/git.mjs";

const PROGRESS_INTERVAL_MS = 500;

/** Runs a task's main function. A failure that the reader can solve becomes one line on stderr and exit 1. */
export async function runTask(main) {
  try {
    await main();
  } catch (error) {
    const known =
      error instanceof ExpectedFailure || error?.name === "GitError" || error?.exitCode !== undefined;
    process.stderr.write(`${known ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}

/** Outputs that later tasks may name: `${tasks.<id>.outputs.<key>}`. One JSON line each, so values may be lists. */
export function publishOutputs(outputs) {
  const file = process.env.GAIA_OUTPUT;
  if (!file) return;
  for (const [key, value] of Object.entries(outputs))
    appendFileSync(file, `${JSON.stringify({ [key]: value })}\n`);
}

/** Markdown for the task's page. */
export function summarize(markdown) {
  if (process.env.GAIA_SUMMARY) appendFileSync(process.env.GAIA_SUMMARY, `${markdown}\n`);
}

/** Leaves facts for the run's later tasks on this host. */
export function saveFacts(name, facts) {
  writeFileSync(factsFile(name), JSON.stringify(facts));
}

/** Facts of an earlier task. Without a fallback their absence is an error. */
export function loadFacts(name, fallback) {
  const file = factsFile(name);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  if (fallback !== undefined) return fallback;
  throw new ExpectedFailure(`The facts "${name}" are missing (${file}). Run the task that makes them first.`);
}

/** Keeps a file as an artifact of this task; gives its path. */
export function keepArtifact(name, content) {
  const folder = process.env.GAIA_ARTIFACTS || scratchFolder();
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** Prints a line now. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** A function that prints its line at most twice a second; it is given a function, so that skipped lines cost nothing. */
export function startProgress() {
  let last = Date.now();
  return (makeLine) => {
    const now = Date.now();
    if (now - last < PROGRESS_INTERVAL_MS) return;
    last = now;
    say(makeLine());
  };
}

/** A whole number with its thousands parted: 3,417. */
export function count(number, singular, plural = `${singular}s`) {
  const figure = Math.round(number).toLocaleString("en-US");
  if (singular === undefined) return figure;
  return `${figure} ${number === 1 ? singular : plural}`;
}

/** A size for people: 1.4 MB (decimal units, as file managers show them). */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

function factsFile(name) {
  return path.join(scratchFolder(), `${name}.json`);
}

function scratchFolder() {
  const folder = process.env.GAIA_RUN_DIR;
  if (folder) return folder;
  throw new ExpectedFailure(
    "GAIA_RUN_DIR is not set. Start this through Gaia (npm start), or set it to an empty folder.",
  );
}

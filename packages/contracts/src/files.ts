/** Where things of a run lie, relative to the server's home; the API never shows these paths. */

/** `runs/2026-11/run_…` by the month (UTC) in which the run was created. */
export function runFolder(runId: string, createdAt: number): string {
  return `runs/${new Date(createdAt).toISOString().slice(0, 7)}/${runId}`;
}

/** In the folder that the tasks of a run share: the commit that the run is about. As a run's folder of work it is meant on the worker's host. */
export const RUN_TREE = "$GAIA_RUN_DIR/tree";
export const TREE_FOLDER = "tree";

/**
 * In the same folder: files with credentials, as long as a program wants them. Workers remove it at the end of an attempt
 * that was given secrets: one that was killed has not.
 */
export const CREDENTIALS_FOLDER = ".gaia-credentials";

/** Folder of the readable copies of ended runs, and the file of one. */
export const EXECUTIONS_FOLDER = "workflows/executions";

export function executionFile(runId: string): string {
  return `${EXECUTIONS_FOLDER}/${runId}.json`;
}

/** Folder of a job's files: a thousand jobs a folder, so that no folder grows past what file systems like. */
export function jobFolder(job: number): string {
  return `jobs/${Math.floor(job / 1000)}`;
}

/** The attempt's log as people may see it (masked where it has secrets). */
export function logFile(job: number, attempt: number): string {
  return `${jobFolder(job)}/${job}.${attempt}.log`;
}

/** Sparse index of the log, a JSON array a line: offset in bytes, time in ms, line number from 0. */
export function logIndexFile(job: number, attempt: number): string {
  return `${jobFolder(job)}/${job}.${attempt}.index`;
}

/** Markdown that the attempt wrote to $GAIA_SUMMARY. */
export function summaryFile(job: number, attempt: number): string {
  return `${jobFolder(job)}/${job}.${attempt}.summary.md`;
}

/** In a run's folder: what its attempts kept, a folder each. */
export const ARTIFACTS_FOLDER = "artifacts";

export function artifactsFolder(job: number, attempt: number): string {
  return `${ARTIFACTS_FOLDER}/${job}.${attempt}`;
}

/**
 * Page by which `gaia open` hands a ticket to a browser, in the folder of the secrets: an address would stand in the
 * browser's command line, which every user of the machine can read. `hash`: SHA-256 of the ticket, in hexadecimal digits.
 */
export function ticketPage(hash: string): string {
  return `open-${hash.slice(0, 16)}.html`;
}

export const TICKET_PAGE = /^open-[0-9a-f]{16}\.html$/;

// Task `large-files`: the blobs over a limit in the whole history, also those that no branch shows any more.
import { gitRecords, recordsOf, startGit } from "./git/git.mjs";
import { treeEntries } from "./git/objects.mjs";
import { printablePath } from "./git/path-names.mjs";
import { openRepository } from "./git/repository.mjs";
import { LARGE_FILES_KEPT } from "./limits.mjs";
import { count, publishOutputs, runTask, saveFacts, say, size, startProgress, summarize } from "./task.mjs";

const DEFAULT_LIMIT_BYTES = 1_000_000;

await runTask(async () => {
  const repository = await openRepository(process.argv[2], process.argv[3]);
  const limitBytes = Number(process.argv[4]) || DEFAULT_LIMIT_BYTES;
  const measured = await measureBlobs(repository, limitBytes);
  await markPresent(repository, measured.large);
  if (measured.large.length > 0) await findOrigins(repository, measured.large);
  saveFacts("large-files", { limitBytes, ...measured });
  publishOutputs({ large: measured.largeCount, stored_bytes: measured.storedBytes });
  const gone = measured.large.filter((blob) => !blob.present);
  const sentence = `${count(measured.largeCount, "blob")} over ${size(limitBytes)} among ${count(measured.blobs)} in the history, ${count(gone.length)} of them no longer in the tree`;
  for (const blob of measured.large.slice(0, 10)) say(`  ${size(blob.sizeBytes).padStart(8)}  ${blob.path}`);
  say(sentence);
  summarize(`${sentence}.`);
});

/** All blobs of all refs: their number, their bytes as stored (compressed, as deltas), and the largest. */
async function measureBlobs(repository, limitBytes) {
  const totals = {
    blobs: 0,
    absent: 0,
    storedBytes: 0,
    contentBytes: 0,
    largeCount: 0,
    largeStoredBytes: 0,
    large: [],
  };
  // Absent objects (a partial or a damaged clone) are listed as ?<id>, and counted, rather than ending the task.
  const objects = startGit(repository.root, ["rev-list", "--objects", "--all", "--missing=print"]);
  const format = "--batch-check=%(objecttype) %(objectname) %(objectsize) %(objectsize:disk) %(rest)";
  const sizes = startGit(repository.root, ["cat-file", format, "--buffer"], { input: objects.stdout });
  const progress = startProgress();
  for await (const lines of recordsOf(sizes, "\n")) {
    for (const line of lines) {
      if (line.startsWith("blob ")) take(totals, line, limitBytes);
      else if (line.startsWith("?")) totals.absent++;
    }
    progress(() => `${count(totals.blobs, "blob")}, ${count(totals.largeCount)} over ${size(limitBytes)}`);
  }
  await objects.ended;
  totals.large = largest(totals.large);
  return totals;
}

function take(totals, line, limitBytes) {
  const [, oid, contentSize, storedSize] = line.split(" ", 4);
  const blob = { oid, sizeBytes: Number(contentSize), storedBytes: Number(storedSize) };
  totals.blobs++;
  totals.contentBytes += blob.sizeBytes;
  totals.storedBytes += blob.storedBytes;
  if (blob.sizeBytes <= limitBytes) return;
  totals.largeCount++;
  totals.largeStoredBytes += blob.storedBytes;
  blob.path = printablePath(line.slice(`blob ${oid} ${contentSize} ${storedSize} `.length));
  totals.large.push(blob);
  if (totals.large.length > LARGE_FILES_KEPT * 4) totals.large = largest(totals.large);
}

function largest(blobs) {
  return blobs.sort((a, b) => b.sizeBytes - a.sizeBytes).slice(0, LARGE_FILES_KEPT);
}

async function markPresent(repository, blobs) {
  const inTree = new Set();
  for await (const entry of treeEntries(repository)) inTree.add(entry.oid);
  for (const blob of blobs) blob.present = inTree.has(blob.oid);
}

/** The oldest commit that brought each blob, from one pass over the tree changes (no contents are read). */
async function findOrigins(repository, blobs) {
  const wanted = new Map(blobs.map((blob) => [blob.oid, blob]));
  const log = [
    "log",
    "--all",
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-renames",
    "-m",
    "--format=commit %H %ct",
    "--",
  ];
  let commit;
  const progress = startProgress();
  let commits = 0;
  for await (const records of gitRecords(repository.root, log, { separator: "\0" })) {
    for (const record of records) {
      const header = /^\n?commit ([0-9a-f]{40,64}) (\d+)$/.exec(record);
      if (header !== null) {
        commit = { hash: header[1], atSeconds: Number(header[2]) };
        commits++;
        continue;
      }
      const change = /^\n?:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) /.exec(record);
      const blob = change === null ? undefined : wanted.get(change[1]);
      if (blob !== undefined) blob.origin = commit;
    }
    progress(() => `looking for the origin of the largest: ${count(commits, "commit")}`);
  }
}

// The files of a commit, and the contents of blobs, streamed by object id.
import { Readable } from "node:stream";
import { gitRecords, startGit } from "./git.mjs";
import { printablePath } from "./path-names.mjs";

/** Contents of more than this are not read: data, not source. */
export const CONTENT_LIMIT_BYTES = 1 << 20;

/** Every entry of the commit's tree: { mode, oid, sizeBytes, path, kind: "file" | "link" | "submodule" }. */
export async function* treeEntries(repository) {
  if (repository.commit === undefined) return;
  const listing = ["ls-tree", "-r", "-l", "-z", "--full-tree", repository.commit];
  for await (const records of gitRecords(repository.root, listing, { separator: "\0" })) {
    for (const record of records) {
      const tab = record.indexOf("\t");
      const [mode, type, oid, size] = record.slice(0, tab).split(/ +/);
      const kind = type === "commit" ? "submodule" : mode === "120000" ? "link" : "file";
      yield { mode, oid, kind, sizeBytes: Number(size) || 0, path: printablePath(record.slice(tab + 1)) };
    }
  }
}

/**
 * Reads the contents of files (anything with an `oid`), in their order: yields { file, content: Buffer }.
 * Absent objects (partial clones) are left out. Memory: one content, plus git's read-ahead.
 */
export async function* readContents(repository, files) {
  if (files.length === 0) return;
  const input = Readable.from(requests(files));
  const git = startGit(repository.root, ["cat-file", "--batch", "--buffer"], { input });
  let pending = Buffer.alloc(0);
  let next = 0;
  let finished = false;
  try {
    for await (const chunk of git.stdout) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      for (;;) {
        const answer = takeAnswer(pending);
        if (answer === undefined) break;
        pending = pending.subarray(answer.usedBytes);
        const file = files[next++];
        if (answer.content !== undefined) yield { file, content: answer.content };
      }
    }
    finished = true;
  } finally {
    if (!finished) git.stop();
  }
  await git.ended;
}

/** A NUL in the first 8,000 bytes: git's own rule for "binary". */
export function isBinary(content) {
  return content.subarray(0, 8000).includes(0);
}

function* requests(files) {
  const batchSize = 512;
  for (let at = 0; at < files.length; at += batchSize) {
    yield `${files
      .slice(at, at + batchSize)
      .map((file) => file.oid)
      .join("\n")}\n`;
  }
}

function takeAnswer(pending) {
  const lineEnd = pending.indexOf(10);
  if (lineEnd === -1) return undefined;
  const [, type, size] = pending.toString("latin1", 0, lineEnd).split(" ");
  if (type === "missing") return { usedBytes: lineEnd + 1, content: undefined };
  const end = lineEnd + 1 + Number(size);
  if (pending.length < end + 1) return undefined;
  return { usedBytes: end + 1, content: pending.subarray(lineEnd + 1, end) };
}

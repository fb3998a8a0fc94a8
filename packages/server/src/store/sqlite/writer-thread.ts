import { receiveMessageOnPort } from "node:worker_threads";

import type { MeasuredFiles } from "../port.ts";
import { failureOf, type WireFailure } from "./failure.ts";
import type { ChunkPart } from "./statements/write-chunks.ts";
import type { ToThread } from "./thread.ts";
import { answerCall, type Call, portOfThread } from "./thread-entry.ts";
import type { WireCommit } from "./wire.ts";
import { openWriter, type Writer } from "./writer.ts";

/**
 * The thread that writes. It sleeps until a message comes; then it works off what is there: commits in groups, calls
 * one at a time between the groups. While a group is open it looks for commits that came meanwhile, so groups grow
 * with the load and nobody waits for a timer.
 */

/** What the main thread posts. */
export type PostedCommits = readonly WireCommit[];

/** What comes back: per commit, in order, the position or why not. */
export type PostedResults = readonly (number | WireFailure)[];

const port = portOfThread();
const commits: WireCommit[] = [];
const calls: Call[] = [];
let writer: Writer | null = null;

const offers = {
  open: ({ file }: { file: string }) => {
    writer = openWriter(file);
    return null;
  },
  close: () => {
    writer?.close();
    writer = null;
    return null;
  },
  addChunk: (part: ChunkPart) => opened().chunks.add(part),
  removeRows: (run: number) => opened().chunks.removeRows(run),
  removeRuns: (keys: readonly number[]) => opened().removal.runs(keys),
  measured: (sizes: readonly MeasuredFiles[]) => {
    opened().measured(sizes);
    return null;
  },
  removeLeftovers: (now: number) => opened().removal.leftovers(now),
  shrink: (pages: number) => opened().shrink(pages),
  checkpoint: () => opened().checkpoint(),
};

export type WriterOffers = typeof offers;

port.on("message", (message: ToThread) => {
  queue(message);
  workOff();
});

function workOff(): void {
  while (commits.length > 0 || calls.length > 0) {
    if (commits.length > 0) writeGroup();
    const call = calls.shift();
    if (call !== undefined) answerCall(offers, call, (answer) => port.postMessage(answer));
  }
}

function writeGroup(): void {
  const results = opened().commits.write(takeCommit);
  const body: PostedResults = results.map((result) =>
    result.kind === "done" ? result.position : failureOf(result.error),
  );
  port.postMessage({ kind: "posted", body });
}

function takeCommit(): WireCommit | null {
  if (commits.length === 0) drain();
  return commits.shift() ?? null;
}

function drain(): void {
  for (;;) {
    const received: { message: ToThread } | undefined = receiveMessageOnPort(port);
    if (received === undefined) return;
    queue(received.message);
  }
}

function queue(message: ToThread): void {
  if (message.kind === "call") calls.push(message);
  else commits.push(...(message.body as PostedCommits));
}

function opened(): Writer {
  if (writer === null) throw new Error("The writer is not open.");
  return writer;
}

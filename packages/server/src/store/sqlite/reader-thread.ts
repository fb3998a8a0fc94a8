import type { RetentionPolicy, RunFailure } from "../port.ts";
import { openReader, type Reader } from "./reader.ts";
import type { PackPlace } from "./statements/build-chunk.ts";
import type { ActivityQuery } from "./statements/read-activity.ts";
import type { EndsQuery, PipelinesQuery } from "./statements/read-pipeline-history.ts";
import type { Thread, ToThread } from "./thread.ts";
import { answerCall, portOfThread } from "./thread-entry.ts";

/** The thread that makes the long reads, so that they hold up neither requests nor commits. */

const port = portOfThread();
let reader: Reader | null = null;

const offers = {
  open: ({ file }: { file: string }) => {
    reader = openReader(file);
    return null;
  },
  close: () => {
    reader?.close();
    reader = null;
    return null;
  },
  list: (query: Parameters<Reader["list"]>[0]) => opened().list(query),
  count: (filter: Parameters<Reader["count"]>[0]) => opened().count(filter),
  ended: (query: Parameters<Reader["ended"]>[0]) => opened().ended(query),
  load: (id: string) => opened().load(id),
  events: (query: Parameters<Reader["events"]>[0]) => opened().events(query),
  packable: ({ endedBefore, limit }: { endedBefore: number; limit: number }) =>
    opened().packing.candidates(endedBefore, limit),
  packStep: ({ run, place }: { run: number; place: PackPlace }) => opened().packing.step(run, place),
  prunable: ({ policy, now, limit }: { policy: RetentionPolicy; now: number; limit: number }) =>
    opened().prunable(policy, now, limit),
  unmeasured: (limit: number) => opened().unmeasured(limit),
  ofPipelines: (query: PipelinesQuery) => opened().pipelines.ofPipelines(query),
  ends: (query: EndsQuery) => opened().pipelines.ends(query),
  failing: (query: { namespace: string; limit: number }) => opened().pipelines.failing(query),
  failures: (ids: readonly string[]) =>
    ids.flatMap((id): (readonly [string, RunFailure])[] => {
      const failure = opened().spending.failure(id);
      return failure === null ? [] : [[id, failure]];
    }),
  spending: (id: string) => opened().spending.spending(id),
  activity: (query: ActivityQuery) => opened().activity(query),
  check: () => opened().check(),
  backup: (target: string) => opened().backup(target),
};

export type ReaderOffers = typeof offers;

/** What others see of it. */
export type ReaderThread = Pick<Thread<ReaderOffers>, "call">;

port.on("message", (message: ToThread) => {
  if (message.kind === "call") answerCall(offers, message, (answer) => port.postMessage(answer));
});

function opened(): Reader {
  if (reader === null) throw new Error("The reader is not open.");
  return reader;
}

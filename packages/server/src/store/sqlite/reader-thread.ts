import { openReader, type Reader } from "./reader.ts";
import type { ToThread } from "./thread.ts";
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
  load: (id: string) => opened().load(id),
  events: (query: Parameters<Reader["events"]>[0]) => opened().events(query),
};

export type ReaderOffers = typeof offers;

port.on("message", (message: ToThread) => {
  if (message.kind === "call") answerCall(offers, message, (answer) => port.postMessage(answer));
});

function opened(): Reader {
  if (reader === null) throw new Error("The reader is not open.");
  return reader;
}

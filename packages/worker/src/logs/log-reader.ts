import { open } from "node:fs/promises";
import { LIMITS, type FromWorker, type ToWorker } from "@gaia/contracts";
import { attemptKey } from "@gaia/core";
import type { RecordedLog } from "./recorder.ts";

type Request = NonNullable<ToWorker["read_log"]>;
type Answer = NonNullable<FromWorker["log_read"]>;

/** Answers the server's questions for ranges of logs that lie on this host. */
export class LogReader {
  readonly #logOf: (key: string) => RecordedLog | null;

  constructor(logOf: (key: string) => RecordedLog | null) {
    this.#logOf = logOf;
  }

  async read({ request, name, offset, length }: Request): Promise<Answer> {
    const log = this.#logOf(attemptKey(name));
    if (log === null) return failed(request, "this worker does not have the log");
    try {
      const { data, size } = await readRange(log.path, offset, Math.min(length, LIMITS.logReadBytes));
      return { request, data, size, ended: log.isComplete, error: "" };
    } catch (error) {
      return failed(
        request,
        `the log cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

async function readRange(
  path: string,
  offset: number,
  length: number,
): Promise<{ data: Buffer; size: number }> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    return { data: buffer.subarray(0, bytesRead), size };
  } finally {
    await file.close();
  }
}

function failed(request: number, error: string): Answer {
  return { request, data: Buffer.alloc(0), size: 0, ended: false, error };
}

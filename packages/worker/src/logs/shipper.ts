import { open, rm, stat } from "node:fs/promises";
import type { LogChunk } from "@gaia/contracts";
import { attemptKey, type AttemptName } from "@gaia/core";
import type { RecordedLog } from "./recorder.ts";

/** Sends logs to a server that does not share this host's files. `send` returns false when the stream is full or gone. */
export class LogShipper {
  readonly #send: (chunk: LogChunk) => boolean;
  readonly #shipments = new Map<string, Shipment>();
  /** Null before the first server has told: what was adopted may have to be sent. */
  #isShipping: boolean | null = null;
  #isConnected = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(send: (chunk: LogChunk) => boolean) {
    this.#send = send;
  }

  /** A stream is up; `ship`: the server wants logs. What was not acknowledged is sent again. */
  connected(ship: boolean): void {
    this.#isConnected = true;
    this.#isShipping = ship;
    if (ship) {
      for (const shipment of this.#shipments.values()) {
        shipment.sentTo = shipment.ackedTo;
        shipment.isLastSent = false;
        shipment.isProbing = true;
        shipment.indexAt = 0;
      }
      this.#keepGoing();
      return;
    }
    for (const shipment of this.#shipments.values()) shipment.stored.resolve();
    this.#shipments.clear();
  }

  disconnected(): void {
    this.#isConnected = false;
  }

  begin(name: AttemptName, log: RecordedLog): void {
    if (this.#isShipping === false) return;
    this.#shipments.set(attemptKey(name), newShipment(name, log));
    this.#keepGoing();
  }

  acknowledged(name: AttemptName, offset: number): void {
    const shipment = this.#shipments.get(attemptKey(name));
    if (shipment === undefined) return;
    shipment.ackedTo = Math.max(shipment.ackedTo, offset);
    shipment.sentTo = Math.max(shipment.sentTo, offset);
    shipment.isProbing = false;
    if (shipment.isLastSent && shipment.ackedTo >= shipment.size) this.#done(shipment);
    else void this.#advance(shipment);
  }

  /** The attempt is settled. Resolves when all of its log is stored by the server; null: nothing is to be waited for. */
  settle(key: string): Promise<void> | null {
    return this.#shipments.get(key)?.stored.promise ?? null;
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #keepGoing(): void {
    this.#timer ??= setInterval(() => {
      if (this.#shipments.size === 0) return this.close();
      for (const shipment of this.#shipments.values()) void this.#advance(shipment);
    }, SHIP_MS);
  }

  async #advance(shipment: Shipment): Promise<void> {
    if (!this.#isConnected || shipment.isBusy) return;
    shipment.isBusy = true;
    try {
      while (hasWindow(shipment) && (await this.#sendNext(shipment))) {
        if (!this.#isConnected) return;
      }
    } finally {
      shipment.isBusy = false;
    }
  }

  /** True when there may be more to send. */
  async #sendNext(shipment: Shipment): Promise<boolean> {
    const { log, name } = shipment;
    const { isComplete } = log;
    const size = await stat(log.path).then(
      (found) => found.size,
      () => 0,
    );
    const offset = shipment.sentTo;
    const length = Math.min(CHUNK_BYTES, size - offset);
    const last = isComplete && offset + length >= size;
    if (length <= 0 && !(last && !shipment.isLastSent)) return false;
    const data = length > 0 ? await readBytes(log.path, offset, length) : Buffer.alloc(0);
    const index = await indexLines(shipment, last ? Number.POSITIVE_INFINITY : offset + length);
    if (!this.#isConnected || shipment.sentTo !== offset) return false;
    shipment.indexAt = index.nextAt;
    shipment.sentTo = offset + data.length;
    shipment.size = size;
    shipment.isLastSent = last;
    const hasRoom = this.#send({ name, offset, data, index: index.lines, last });
    return hasRoom && !last;
  }

  #done(shipment: Shipment): void {
    this.#shipments.delete(attemptKey(shipment.name));
    const { path, indexPath } = shipment.log;
    // The server has it: this host need not keep it.
    void Promise.all([rm(path, { force: true }), rm(indexPath, { force: true })]).catch(() => undefined);
    shipment.stored.resolve();
  }
}

const SHIP_MS = 200;
const CHUNK_BYTES = 256 * 1024;
/** So much of one log may be under way: a slow server does not make the worker grow. */
const WINDOW_BYTES = 1024 * 1024;

interface Shipment {
  readonly name: AttemptName;
  readonly log: RecordedLog;
  readonly stored: PromiseWithResolvers<void>;
  sentTo: number;
  ackedTo: number;
  size: number;
  isLastSent: boolean;
  isBusy: boolean;
  /** The server may have more than this worker knows, from a former one: one chunk is sent, and its answer awaited. */
  isProbing: boolean;
  /** How far the file of the index has been sent, in bytes. */
  indexAt: number;
}

function hasWindow({ sentTo, ackedTo, isProbing }: Shipment): boolean {
  return isProbing ? sentTo === ackedTo : sentTo - ackedTo < WINDOW_BYTES;
}

function newShipment(name: AttemptName, log: RecordedLog): Shipment {
  const stored = Promise.withResolvers<void>();
  return {
    name,
    log,
    stored,
    sentTo: 0,
    ackedTo: 0,
    size: 0,
    isLastSent: false,
    isBusy: false,
    isProbing: true,
    indexAt: 0,
  };
}

async function readBytes(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The lines of the index that are new and about bytes before `to`; they may come later than their bytes. */
async function indexLines(
  shipment: Shipment,
  to: number,
): Promise<{ readonly lines: Buffer; readonly nextAt: number }> {
  const { indexAt, log, ackedTo } = shipment;
  const text = await readFrom(log.indexPath, indexAt);
  let nextAt = indexAt;
  let lines = "";
  for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split(/(?<=\n)/)) {
    const offset = Number(/^\[(\d+),/.exec(line)?.[1] ?? Number.NaN);
    if (Number.isNaN(offset) || offset >= to) break;
    nextAt += Buffer.byteLength(line);
    // What the server had stored before this stream came with its lines.
    if (indexAt > 0 || offset >= ackedTo) lines += line;
  }
  return { lines: Buffer.from(lines, "utf8"), nextAt };
}

async function readFrom(path: string, offset: number): Promise<string> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  return size > offset ? (await readBytes(path, offset, size - offset)).toString("utf8") : "";
}

import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { sep } from "node:path";
import type { FileAck, FileChunk } from "@gaia/contracts";
import { attemptKey, type AttemptName } from "@gaia/core";
import type { RecordedLog } from "../logs/recorder.ts";
import { type KeptFile, type KeptFiles, keptFiles } from "./kept-files.ts";
import { Shipment } from "./shipment.ts";

/** Files that grow are looked at this often. */
const LOOK_MS = 100;
/** After the server could not store something: its disk is full, and will not be empty at once. */
const PAUSE_MS = 1_000;
/** Of all files together: beyond it the server would close the stream. */
const WINDOW_BYTES = 4 * 1024 * 1024;
/** Files of one attempt on their way at once; a task may have kept ten thousand. */
const FILES_AT_ONCE = 32;

/**
 * Sends logs, summaries and artifacts to a server that does not share this host's files. An attempt's end is told when
 * all of them are stored there, so that whoever reads of the end can read the log to its end.
 */
export class FileShipper {
  readonly #send: (chunk: FileChunk) => void;
  readonly #root: string;
  readonly #attempts = new Map<string, Attempt>();
  /** Null before the first server has told: what was adopted may have to be sent. */
  #isShipping: boolean | null = null;
  #isConnected = false;
  #timer: NodeJS.Timeout | null = null;
  #isPumping = false;
  #isMoreToDo = false;
  #pausedUntil = 0;

  /** @param root folder of this host's own files; nothing outside of it is ever removed */
  constructor(send: (chunk: FileChunk) => void, root: string) {
    this.#send = send;
    this.#root = root;
  }

  /** A stream is up; `ship`: the server wants the files. */
  connected(ship: boolean): void {
    this.#isConnected = true;
    this.#isShipping = ship;
    this.#pausedUntil = 0;
    if (ship) {
      for (const attempt of this.#attempts.values()) {
        for (const shipment of attempt.shipments.values()) shipment.restart();
      }
      this.#keepGoing();
      return;
    }
    for (const attempt of this.#attempts.values()) attempt.stored?.resolve(null);
    this.#attempts.clear();
  }

  disconnected(): void {
    this.#isConnected = false;
  }

  /** The log of an attempt grows from now on. */
  begin(name: AttemptName, log: RecordedLog): void {
    if (this.#isShipping === false) return;
    this.#attemptOf(name, log);
    this.#keepGoing();
  }

  /**
   * The attempt is over, and so are its files. Null: the server has them already. Else resolves when it has: to what it
   * did not take, and why, in words for people; null when it took all.
   */
  finish(name: AttemptName, log: RecordedLog, kept: KeptFiles): Promise<string | null> | null {
    if (this.#isShipping === false) return null;
    const attempt = this.#attemptOf(name, log);
    attempt.kept = kept;
    attempt.stored ??= Promise.withResolvers<string | null>();
    // An attempt that was short has no index.
    if (!existsSync(log.indexPath)) attempt.shipments.delete("index");
    for (const shipment of attempt.shipments.values()) shipment.end();
    void keptFiles(kept).then(
      ({ files, problem }) => this.#queue(attempt, files, problem),
      (error: unknown) => this.#queue(attempt, [], `its files could not be sent: ${textOf(error)}`),
    );
    return attempt.stored.promise;
  }

  acknowledged(ack: FileAck): void {
    const attempt = this.#attempts.get(attemptKey(ack.name));
    const shipment = attempt?.shipments.get(ack.file);
    if (attempt === undefined || shipment === undefined) return;
    const progress = shipment.acknowledged(ack);
    switch (progress.kind) {
      case "goes_on":
        return this.#keepGoing();
      case "not_now":
        this.#pausedUntil = performance.now() + PAUSE_MS;
        return;
      case "stored":
        return this.#done(attempt, shipment, null);
      case "refused":
        return this.#done(attempt, shipment, `${shipment.file} was not stored: ${progress.message}`);
      default:
        return progress satisfies never;
    }
  }

  /** The server has acknowledged the end, or does not want the attempt: this host need not keep its files. */
  forget(key: string): void {
    const attempt = this.#attempts.get(key);
    if (attempt === undefined) return;
    this.#attempts.delete(key);
    const { log, kept } = attempt;
    const paths = [log.path, log.indexPath, ...(kept === null ? [] : [kept.summary, kept.artifacts])];
    // What cannot be removed costs space, nothing else.
    for (const path of paths.filter((found) => found.startsWith(this.#root + sep)))
      void rm(path, { recursive: true, force: true }).catch(() => undefined);
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #attemptOf(name: AttemptName, log: RecordedLog): Attempt {
    const key = attemptKey(name);
    const known = this.#attempts.get(key);
    if (known !== undefined) return known;
    const shipments = new Map([
      ["log", new Shipment(name, "log", log.path, false)],
      ["index", new Shipment(name, "index", log.indexPath, false)],
    ]);
    const attempt: Attempt = { name, log, shipments, queued: null, kept: null, stored: null, problems: [] };
    this.#attempts.set(key, attempt);
    return attempt;
  }

  #queue(attempt: Attempt, files: readonly KeptFile[], problem: string | null): void {
    if (problem !== null) attempt.problems.push(problem);
    attempt.queued = [...files];
    this.#fill(attempt);
    this.#keepGoing();
  }

  #fill(attempt: Attempt): void {
    while (attempt.shipments.size < FILES_AT_ONCE) {
      const next = attempt.queued?.shift();
      if (next === undefined) break;
      attempt.shipments.set(next.file, new Shipment(attempt.name, next.file, next.path, true));
    }
    if (attempt.queued === null || attempt.shipments.size > 0) return;
    attempt.stored?.resolve(attempt.problems.length === 0 ? null : attempt.problems.join("; "));
  }

  #done(attempt: Attempt, shipment: Shipment, problem: string | null): void {
    attempt.shipments.delete(shipment.file);
    if (problem !== null) attempt.problems.push(problem);
    this.#fill(attempt);
    this.#keepGoing();
  }

  #keepGoing(): void {
    this.#timer ??= setInterval(() => {
      if (this.#attempts.size === 0) this.close();
      else void this.#pump();
    }, LOOK_MS);
    void this.#pump();
  }

  /** Sends what there is, a chunk of each file in turn, as far as the window goes. */
  async #pump(): Promise<void> {
    this.#isMoreToDo = true;
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#isMoreToDo) {
      this.#isMoreToDo = false;
      for (const attempt of [...this.#attempts.values()]) {
        for (const shipment of [...attempt.shipments.values()]) {
          if (!this.#mayBeSent) break;
          if (await this.#sendNext(attempt, shipment)) this.#isMoreToDo = true;
        }
      }
    }
    this.#isPumping = false;
  }

  get #mayBeSent(): boolean {
    if (!this.#isConnected || this.#isShipping !== true || performance.now() < this.#pausedUntil)
      return false;
    let bytes = 0;
    for (const { shipments } of this.#attempts.values()) {
      for (const shipment of shipments.values()) bytes += shipment.unacknowledgedBytes;
    }
    return bytes < WINDOW_BYTES;
  }

  async #sendNext(attempt: Attempt, shipment: Shipment): Promise<boolean> {
    try {
      const chunk = await shipment.next();
      if (chunk === null) return false;
      this.#send(chunk);
      return true;
    } catch (error) {
      this.#done(attempt, shipment, `${shipment.file} could not be read to be sent: ${textOf(error)}`);
      return true;
    }
  }
}

/** Of one attempt, until its end is acknowledged. */
interface Attempt {
  readonly name: AttemptName;
  readonly log: RecordedLog;
  /** By the server's name for the file. */
  readonly shipments: Map<string, Shipment>;
  /** What follows; null before the attempt is over. */
  queued: KeptFile[] | null;
  kept: KeptFiles | null;
  stored: PromiseWithResolvers<string | null> | null;
  readonly problems: string[];
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

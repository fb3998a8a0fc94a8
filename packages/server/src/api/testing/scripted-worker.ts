import {
  type Assignment,
  type AttemptName,
  type FileAck,
  type FileChunk,
  logFile,
  type Report,
  type ToWorker,
  type WorkerAnswer,
  type WorkerRequest,
} from "@gaia/contracts";
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { StreamHandlers } from "../../workers/server.ts";
import type { Workers } from "../../workers/workers.ts";
import { until } from "./until.ts";

/** What a task of the script does; by default it succeeds at once. */
export type Act = (assignment: Assignment, worker: ScriptedWorker) => void;

export interface ScriptedWorkerOptions {
  readonly id?: string;
  readonly name?: string;
  readonly slots?: number;
  readonly tags?: readonly string[];
  readonly act?: Act;
  /** Of another home: it sends its files instead of writing them. */
  readonly isElsewhere?: boolean;
}

/**
 * The worker's end of the protocol, without processes: a test says what each attempt does. The server's end is the real
 * one; only the wire between them is a function call.
 */
export class ScriptedWorker {
  readonly assignments: Assignment[] = [];
  readonly stops: NonNullable<ToWorker["stop"]>["orders"][number][] = [];
  readonly id: string;
  readonly acks: FileAck[] = [];
  readonly answers = new Map<number, WorkerAnswer>();
  /** Runs whose process is not needed any more. */
  readonly endedRuns: string[] = [];
  readonly refusals: NonNullable<ToWorker["refused"]>[] = [];
  act: Act;
  isOpen = true;
  readonly #home: string;
  readonly #handlers: StreamHandlers;
  #seq = 0;
  #welcomed = false;

  private constructor(workers: Workers, home: string, options: ScriptedWorkerOptions) {
    this.id = options.id ?? "wrk_scripted";
    this.#home = home;
    this.act = options.act ?? ((assignment, worker) => worker.succeed(assignment));
    this.#handlers = workers.accept({
      write: (message) => this.#receive(message),
      end: () => {
        this.isOpen = false;
      },
    });
    const proof = options.isElsewhere === true ? "" : workers.homeProof;
    this.#handlers.receive({ hello: helloOf(this.id, options, proof) });
  }

  static async connect(
    workers: Workers,
    home: string,
    options: ScriptedWorkerOptions = {},
  ): Promise<ScriptedWorker> {
    const worker = new ScriptedWorker(workers, home, options);
    await until(() => worker.#welcomed, "the scripted worker is welcome");
    return worker;
  }

  /** Waits for the attempt of a task. */
  async taken(key: string, attempt = 1): Promise<Assignment> {
    const found = (): Assignment | undefined =>
      this.assignments.find((assignment) => assignment.key === key && assignment.name.attempt === attempt);
    return until(found, `${key} is assigned`);
  }

  start({ name }: { readonly name: AttemptName }, stopMeans = "cgroup"): void {
    this.#report(name, { started: { at: Date.now(), pid: 4_711, stop_means: stopMeans } });
  }

  /** Writes to the attempt's log, where the real worker's launcher would. */
  print(assignment: Assignment, text: string | Buffer): void {
    const path = join(this.#home, assignment.folder, logFile(assignment.name.job, assignment.name.attempt));
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, text);
  }

  /** Sends a part of a file; by default the whole log. Resolves to the answer. */
  async sendFile(
    { name }: { readonly name: AttemptName },
    data: string | Buffer,
    part: Partial<FileChunk> = {},
  ): Promise<FileAck> {
    const before = this.acks.length;
    const chunk = { name, file: "log", offset: 0, data: Buffer.from(data), last: true, ...part };
    this.#handlers.receive({ file_chunk: chunk });
    return until(() => this.acks[before], "the part of a file is answered");
  }

  /** Sends parts without waiting for an answer. */
  flood({ name }: { readonly name: AttemptName }, parts: number, bytes: number): void {
    const data = Buffer.alloc(bytes);
    for (let at = 0; at < parts; at += 1)
      this.#handlers.receive({ file_chunk: { name, file: "log", offset: at * bytes, data, last: false } });
  }

  /** What a job asks of the server while it runs; `id`: of the request, the same when it is sent again. */
  async request(
    { name }: { readonly name: AttemptName },
    id: number,
    what: Pick<WorkerRequest, "start_run" | "await_run">,
  ): Promise<WorkerAnswer> {
    this.answers.delete(id);
    this.#handlers.receive({ request: { id, name, ...what } });
    return until(() => this.answers.get(id), `request ${id} is answered`);
  }

  succeed({ name }: { readonly name: AttemptName }, outputs: Readonly<Record<string, unknown>> = {}): void {
    this.end({ name }, { outcome: "succeeded", exitCode: 0, outputs });
  }

  fail({ name }: { readonly name: AttemptName }, exitCode = 1): void {
    this.end({ name }, { outcome: "failed", exitCode });
  }

  end(
    { name }: { readonly name: AttemptName },
    how: {
      readonly outcome: string;
      readonly exitCode?: number;
      readonly message?: string;
      readonly outputs?: Readonly<Record<string, unknown>>;
      readonly survivors?: readonly number[];
      readonly verdict?: string;
    },
  ): void {
    const now = Date.now();
    this.#report(name, {
      ended: {
        at: now,
        outcome: how.outcome,
        started_at: now - 5,
        exit_code: how.exitCode ?? 0,
        has_exit_code: how.exitCode !== undefined,
        message: how.message ?? "",
        outputs: Buffer.from(JSON.stringify(how.outputs ?? {})),
        growth: new Uint8Array(),
        survivors: how.survivors ?? [],
        usage: Buffer.from(JSON.stringify({ cpu_ms: 3 })),
        stop_means: "cgroup",
        verdict: how.verdict ?? "",
      },
    });
  }

  /** The connection breaks. */
  disconnect(): void {
    this.#handlers.closed("the test cut it");
  }

  #receive(message: ToWorker): boolean {
    if (message.welcome !== undefined) this.#welcomed = true;
    if (message.refused !== undefined) this.refusals.push(message.refused);
    if (message.file_ack !== undefined) this.acks.push(message.file_ack);
    for (const assignment of message.assign?.assignments ?? []) {
      this.assignments.push(assignment);
      setImmediate(() => this.act(assignment, this));
    }
    this.stops.push(...(message.stop?.orders ?? []));
    if (message.answer !== undefined) this.answers.set(message.answer.id, message.answer);
    this.endedRuns.push(...(message.runs_ended?.runs ?? []));
    return true;
  }

  #report(name: AttemptName, what: Pick<Report, "started" | "ended" | "returned">): void {
    this.#seq += 1;
    this.#handlers.receive({ reports: { reports: [{ seq: this.#seq, name, ...what }] } });
  }
}

function helloOf(id: string, options: ScriptedWorkerOptions, homeProof: string) {
  return {
    version_min: 1,
    version_max: 1,
    worker_id: id,
    name: options.name ?? "local",
    host: "test-host",
    gaia_version: "0.0.0",
    boot_id: "boot",
    launcher_id: "launcher",
    capabilities: ["executor:process"],
    tags: options.tags ?? ["linux", "x64"],
    slots: options.slots ?? 8,
    credits: 0,
    last_seq: 0,
    held: [],
    stop_means: "cgroup",
    memory_limits: "enforced",
    cpu_limits: "enforced",
    home_proof: homeProof,
    free_disk_bytes: 1e9,
    pid: process.pid,
    draining: false,
    runs: [],
  };
}

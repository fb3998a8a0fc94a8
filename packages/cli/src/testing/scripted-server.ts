import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { rmSync } from "node:fs";
import type { JobEnvironment, JobView, RunView } from "@gaia/contracts/api.ts";
import { ERRORS, type ErrorCode } from "@gaia/contracts/errors.ts";
import { counted } from "./objects.ts";

/** One request that came in. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What answers a request instead of the server itself; null: not its business. */
export type Route = (received: Received) => { status: number; body: unknown } | null;

/**
 * A server whose runs do what a test says: real HTTP and SSE over a real socket, the contract's paths and shapes. It
 * decides nothing by itself.
 */
export class ScriptedServer {
  readonly received: Received[] = [];
  readonly #server: Server;
  readonly #runs = new Map<string, ScriptedRun>();
  readonly #routes: Route[] = [];
  readonly #path: string;
  readonly #sockets = new Set<import("node:net").Socket>();

  constructor(socketPath: string) {
    this.#path = socketPath;
    this.#server = createServer((request, response) => void this.#handle(request, response));
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  async listen(): Promise<void> {
    rmSync(this.#path, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#path, resolve);
    });
  }

  /** Ends at once, as a killed process would: connections are cut in the middle. */
  async close(): Promise<void> {
    for (const run of this.#runs.values()) run.cut();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    rmSync(this.#path, { force: true });
  }

  /** Asked before anything else, the newest first. */
  route(route: Route): void {
    this.#routes.unshift(route);
  }

  /** A run that is there. The last one added is `@`, and what `POST /runs` answers. */
  add(run: RunView, jobs: readonly JobView[]): ScriptedRun {
    const made = new ScriptedRun(run, jobs);
    this.#runs.set(run.id, made);
    return made;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const received: Received = {
      method: request.method ?? "GET",
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString("utf8"),
    };
    this.received.push(received);
    for (const route of this.#routes) {
      const answer = route(received);
      if (answer === null) continue;
      sendJson(response, answer.status, answer.body);
      return;
    }
    this.#answer(received, url.pathname.split("/").map(decodeURIComponent).slice(1), response);
  }

  #answer(received: Received, parts: readonly string[], response: ServerResponse): void {
    if (received.path === "/health" || received.path === "/ready")
      return sendJson(response, 200, { status: "ok" });
    if (parts[2] !== "runs") return sendError(response, "not_found", `There is no ${received.path}.`);
    if (parts[3] === undefined) return this.#runsRequest(received, response);
    const run = this.#find(parts[3]);
    if (run === null) return sendError(response, "not_found", `There is no run \`${parts[3]}\`.`);
    run.answer(received, parts.slice(4), response);
  }

  #runsRequest(received: Received, response: ServerResponse): void {
    const runs = [...this.#runs.values()].map((run) => run.view).reverse();
    if (received.method === "GET") {
      const status = received.query.get("status")?.split(",") ?? null;
      const items = runs.filter((run) => status === null || status.includes(run.status));
      return sendJson(response, 200, { items, next_cursor: null });
    }
    const last = runs[0];
    if (last === undefined) return sendError(response, "unsupported", "The test has no run.");
    sendJson(response, 201, { run_id: last.id, number: last.number, status: last.status });
  }

  #find(ref: string): ScriptedRun | null {
    const runs = [...this.#runs.values()].reverse();
    const found = runs.find(
      ({ view }) =>
        ref === "@" ||
        (ref === "@failed" && view.status === "failed") ||
        ref === view.pipeline ||
        ref === `${view.pipeline}#${view.number}` ||
        view.id.startsWith(ref),
    );
    return found ?? null;
  }
}

/** One run of the scripted server; what a test changes is streamed to those who watch. */
export class ScriptedRun {
  view: RunView;
  readonly #jobs: Map<number, JobView>;
  readonly #logs = new Map<string, { text: string; ended: boolean; watchers: Set<() => void> }>();
  readonly #history: { event: string; data: unknown }[] = [];
  readonly #streams = new Set<ServerResponse>();
  /** Called when somebody asks the run, or a task of it, to stop. */
  onStop: () => void = () => {};

  constructor(run: RunView, jobs: readonly JobView[]) {
    this.#jobs = new Map(jobs.map((job) => [job.number, job]));
    this.view = counted(run, jobs);
  }

  get jobs(): readonly JobView[] {
    return [...this.#jobs.values()];
  }

  /** Changes a task and tells everybody. */
  job(key: string, changes: Partial<JobView>): void {
    const job = this.jobs.find((one) => one.key === key);
    if (job === undefined) throw new Error(`the test has no task ${key}`);
    this.#jobs.set(job.number, { ...job, ...changes });
    if (typeof changes.ended_at === "string") this.print(key, "", true);
    this.#send("job", { ...job, ...changes });
    this.run({});
  }

  /** Changes the run and tells everybody; an ended run ends its streams. */
  run(changes: Partial<RunView>): void {
    this.view = {
      ...counted({ ...this.view, ...changes }, this.jobs),
      cursor: String(this.#history.length + 1),
    };
    this.#send("run", this.view);
    if (this.view.ended_at === null) return;
    this.#send("end", {});
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
  }

  /** Adds to a task's log. */
  print(key: string, text: string, ended = false): void {
    const log = this.#log(key);
    log.text += text;
    log.ended ||= ended;
    for (const watcher of log.watchers) watcher();
  }

  get watchers(): number {
    return this.#streams.size;
  }

  /** Resolves when the system has taken everything that was streamed. */
  async sent(): Promise<void> {
    await Promise.all(
      [...this.#streams].map((one) => new Promise((resolve) => one.write(": sent\n\n", resolve))),
    );
  }

  /** Connections break, as when the server dies. */
  cut(): void {
    for (const stream of this.#streams) stream.destroy();
    this.#streams.clear();
  }

  /** Streams end as those of a server that shuts down in good order. */
  finishStreams(): void {
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
  }

  answer(received: Received, parts: readonly string[], response: ServerResponse): void {
    const [noun, key, verb] = parts;
    if (noun === undefined) return sendJson(response, 200, this.#detail());
    if (noun === "stream") return this.#stream(received, response);
    if (noun === "stop") {
      sendJson(response, 202, this.view);
      this.onStop();
      return;
    }
    if (noun !== "jobs") return sendError(response, "not_found", `There is no ${received.path}.`);
    if (key === undefined) {
      const status = received.query.get("status");
      const items = this.jobs.filter((job) => status === null || job.status === status);
      return sendJson(response, 200, { items, next_cursor: null });
    }
    const job = this.jobs.find((one) => one.key === key);
    if (job === undefined) return sendError(response, "not_found", `There is no task \`${key}\`.`);
    if (verb === undefined) return sendJson(response, 200, jobDetailOf(job));
    if (verb === "environment") return sendJson(response, 200, jobEnvironmentOf(job));
    if (verb === "log") return this.#logRequest(received, key, response);
    if (verb === "approve" || verb === "reject") return sendJson(response, 200, job);
    if (verb === "stop") {
      sendJson(response, 200, job);
      this.onStop();
      return;
    }
    sendError(response, "not_found", `There is no ${received.path}.`);
  }

  #detail(): unknown {
    return { ...this.view, jobs: this.jobs, jobs_total: this.jobs.length };
  }

  #stream(received: Received, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const last = received.headers["last-event-id"];
    if (last === undefined) {
      response.write(sse(String(this.#history.length), "snapshot", this.#detail()));
    } else {
      for (let index = Number(last); index < this.#history.length; index++) {
        const one = this.#history[index];
        if (one !== undefined) response.write(sse(String(index + 1), one.event, one.data));
      }
    }
    if (this.view.ended_at !== null) {
      response.end(sse(String(this.#history.length), "end", {}));
      return;
    }
    this.#streams.add(response);
    response.on("close", () => this.#streams.delete(response));
  }

  #logRequest(received: Received, key: string, response: ServerResponse): void {
    const log = this.#log(key);
    if (received.query.get("follow") === "1") return this.#followLog(received, log, response);
    const bytes = Buffer.from(log.text);
    const tail = received.query.get("tail");
    const offset =
      tail === null ? Number(received.query.get("offset") ?? 0) : Math.max(0, bytes.length - Number(tail));
    const length = Number(received.query.get("length") ?? bytes.length);
    response.writeHead(200, {
      "content-type": "text/plain; charset=utf-8",
      "x-gaia-log-size": String(bytes.length),
      "x-gaia-log-ended": String(log.ended),
    });
    response.end(bytes.subarray(offset, offset + length));
  }

  #followLog(
    received: Received,
    log: { text: string; ended: boolean; watchers: Set<() => void> },
    response: ServerResponse,
  ): void {
    response.writeHead(200, { "content-type": "text/event-stream" });
    let sent = Number(received.query.get("offset") ?? 0);
    const send = () => {
      const bytes = Buffer.from(log.text);
      if (bytes.length > sent) {
        response.write(sse(null, "log", { offset: sent, text: bytes.subarray(sent).toString("utf8") }));
        sent = bytes.length;
      }
      if (log.ended) response.end(sse(null, "end", {}));
    };
    log.watchers.add(send);
    response.on("close", () => log.watchers.delete(send));
    send();
  }

  #log(key: string): { text: string; ended: boolean; watchers: Set<() => void> } {
    const log = this.#logs.get(key) ?? { text: "", ended: false, watchers: new Set() };
    this.#logs.set(key, log);
    return log;
  }

  #send(event: string, data: unknown): void {
    this.#history.push({ event, data });
    for (const stream of this.#streams) stream.write(sse(String(this.#history.length), event, data));
  }
}

function jobEnvironmentOf({ key }: JobView): JobEnvironment {
  const command = `make ${key}`;
  return { key, work_dir: "/home/ada/project", shell: ["sh", "-c"], command, environment: {}, secrets: {} };
}

function jobDetailOf(job: JobView): unknown {
  return {
    ...job,
    attempts: [],
    command: `make ${job.key}`,
    environment: {},
    work_dir: "/home/ada/project",
    condition: null,
    summary: "",
    artifacts: [],
  };
}

function sse(id: string | null, event: string, data: unknown): string {
  return `${id === null ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function sendError(response: ServerResponse, code: ErrorCode, message: string): void {
  sendJson(response, ERRORS[code].http, { error: { code, message, details: {}, request_id: "req_1" } });
}

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Gauges, Metrics } from "./metrics-port.ts";

/** From a millisecond to ten seconds: requests. */
const REQUEST_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** A commit is 0.15 ms here and 5 ms on ordinary disks. */
const COMMIT_BUCKETS = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 0.5, 2];
const BATCH_BUCKETS = [1, 2, 5, 10, 25, 50, 100, 250, 500];
/** A scrape each second must not count 100,000 runs each time. */
const COUNTED_EVERY_MS = 10_000;

/** The metrics of a server, in a registry of their own. */
export function openMetrics(): Metrics {
  return new PrometheusMetrics();
}

class PrometheusMetrics implements Metrics {
  readonly registry = new Registry();
  readonly #requests: Counter<"route" | "method" | "status">;
  readonly #seconds: Histogram<"route" | "method">;
  readonly #commitSeconds: Histogram;
  readonly #batchInputs: Histogram;
  readonly #runsEnded: Counter<"status">;
  readonly #jobsEnded: Counter<"status">;
  readonly #attemptsEnded: Counter<"outcome">;
  readonly #logBytes: Counter;

  constructor() {
    const registers = [this.registry];
    this.#requests = new Counter({
      name: "gaia_http_requests_total",
      help: "Requests answered, by route template, method and status.",
      labelNames: ["route", "method", "status"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "gaia_http_request_duration_seconds",
      help: "Time from a request to its answer; event streams are not in it.",
      labelNames: ["route", "method"],
      buckets: REQUEST_BUCKETS,
      registers,
    });
    this.#commitSeconds = new Histogram({
      name: "gaia_commit_duration_seconds",
      help: "Time that the store takes to make a batch durable.",
      buckets: COMMIT_BUCKETS,
      registers,
    });
    this.#batchInputs = new Histogram({
      name: "gaia_commit_inputs",
      help: "Inputs that were decided and committed together.",
      buckets: BATCH_BUCKETS,
      registers,
    });
    this.#runsEnded = new Counter({
      name: "gaia_runs_ended_total",
      help: "Runs that ended, by status.",
      labelNames: ["status"],
      registers,
    });
    this.#jobsEnded = new Counter({
      name: "gaia_jobs_ended_total",
      help: "Jobs that ended, by status.",
      labelNames: ["status"],
      registers,
    });
    this.#attemptsEnded = new Counter({
      name: "gaia_attempts_ended_total",
      help: "Attempts that ended, by outcome.",
      labelNames: ["outcome"],
      registers,
    });
    this.#logBytes = new Counter({
      name: "gaia_log_sent_bytes_total",
      help: "Bytes of logs sent to clients.",
      registers,
    });
    registerProcess(this.registry);
  }

  request(route: string, method: string, status: number, seconds: number): void {
    this.#requests.inc({ route, method, status: String(status) });
    if (!route.endsWith("/stream") && !route.endsWith("/events"))
      this.#seconds.observe({ route, method }, seconds);
  }

  batch(items: number, commitMs: number): void {
    this.#commitSeconds.observe(commitMs / 1_000);
    this.#batchInputs.observe(items);
  }

  ended(what: "run" | "job" | "attempt", how: string): void {
    if (what === "run") this.#runsEnded.inc({ status: how });
    else if (what === "job") this.#jobsEnded.inc({ status: how });
    else this.#attemptsEnded.inc({ outcome: how });
  }

  logBytes(bytes: number): void {
    this.#logBytes.inc(bytes);
  }

  watch(gauges: Gauges): void {
    const simple = (name: string, help: string, read: () => number): void => {
      const gauge: Gauge = new Gauge({
        name,
        help,
        registers: [this.registry],
        collect: () => gauge.set(read()),
      });
    };
    simple("gaia_runs_live", "Runs that have not ended.", () => gauges.liveRuns());
    simple("gaia_jobs_queued", "Jobs that wait for a worker.", () => gauges.queuedJobs());
    simple("gaia_attempts_in_flight", "Attempts in the hands of workers.", () => gauges.attempts());
    simple("gaia_engine_inbox", "Inputs that wait to be decided and committed.", () => gauges.inbox());
    simple("gaia_engine_timers", "Timers that are set: backoffs, timeouts, approvals.", () =>
      gauges.timers(),
    );
    simple("gaia_event_streams", "Event streams that are open.", () => gauges.eventStreams());
    simple("gaia_workers_connected", "Workers that are connected.", () => gauges.workers().connected);
    simple(
      "gaia_workers_known",
      "Workers that were connected since the server started.",
      () => gauges.workers().known,
    );
    this.#watchStore(gauges);
  }

  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }

  #watchStore(gauges: Gauges): void {
    const registers = [this.registry];
    const files = new Gauge({
      name: "gaia_run_files_bytes",
      help: "Space that logs and files of ended runs take, as far as they were measured.",
      registers,
    });
    const database: Gauge<"file"> = new Gauge({
      name: "gaia_database_bytes",
      help: "Size of the database and of its write-ahead log.",
      labelNames: ["file"],
      registers,
      async collect() {
        const { sizeBytes, walBytes, fileBytes } = await gauges.database();
        files.set(fileBytes);
        database.set({ file: "database" }, sizeBytes);
        database.set({ file: "wal" }, walBytes);
      },
    });
    let countedAt = Number.NEGATIVE_INFINITY;
    const runs: Gauge<"status"> = new Gauge({
      name: "gaia_runs",
      help: "Runs in the history, by status; counted every ten seconds at most.",
      labelNames: ["status"],
      registers,
      async collect() {
        if (performance.now() - countedAt < COUNTED_EVERY_MS) return;
        countedAt = performance.now();
        for (const [status, count] of Object.entries(await gauges.runs())) runs.set({ status }, count);
      },
    });
  }
}

function registerProcess(registry: Registry): void {
  const registers = [registry];
  const cpu: Counter = new Counter({
    name: "gaia_process_cpu_seconds_total",
    help: "Processor time of the server, user and system.",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      cpu.reset();
      cpu.inc((user + system) / 1e6);
    },
  });
  const memory: Gauge = new Gauge({
    name: "gaia_process_resident_memory_bytes",
    help: "Memory of the server that is in RAM.",
    registers,
    collect: () => memory.set(process.memoryUsage.rss()),
  });
  const heap: Gauge = new Gauge({
    name: "gaia_process_heap_bytes",
    help: "JavaScript heap of the server that is in use.",
    registers,
    collect: () => heap.set(process.memoryUsage().heapUsed),
  });
  const started = new Gauge({
    name: "gaia_process_start_time_seconds",
    help: "When the server started, in Unix time.",
    registers,
  });
  started.set(Math.round(Date.now() / 1_000 - process.uptime()));
}

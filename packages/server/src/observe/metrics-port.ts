/** What the rooms count. The adapter (prom-client) is made in the composition root. */
export interface Metrics {
  /** A request was answered. `route` is the template of its path, never the path itself. */
  request(route: string, method: string, status: number, seconds: number): void;
  /** The engine made a batch durable. */
  batch(items: number, commitMs: number): void;
  /** A run, a job or an attempt has ended; told once each. */
  ended(what: "run" | "job" | "attempt", how: string): void;
  /** Bytes of logs that were sent to clients. */
  logBytes(bytes: number): void;
  /** From now on, each scrape also asks these. */
  watch(gauges: Gauges): void;
  /** Text in the Prometheus exposition format, and its content type. */
  text(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** What is measured when it is asked for. */
export interface Gauges {
  liveRuns(): number;
  queuedJobs(): number;
  attempts(): number;
  inbox(): number;
  timers(): number;
  eventStreams(): number;
  workers(): { readonly connected: number; readonly known: number };
  database(): Promise<{
    readonly sizeBytes: number;
    readonly walBytes: number;
    readonly fileBytes: number;
  }>;
  /** Runs in the history by status. */
  runs(): Promise<Readonly<Record<string, number>>>;
}

/** How the server's own process is. */
export interface Vitals {
  /** Memory that is in RAM. */
  readonly memoryBytes: number;
  /** How late the event loop came to what was due, 99 of 100 times at most, in the last one to two minutes. */
  readonly loopDelayP99Ms: number;
}

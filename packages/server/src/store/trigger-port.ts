/** A trigger's memory: what it is, when it fired last, when it will next. */
export interface TriggerRow {
  readonly id: string;
  readonly namespace: string;
  readonly pipeline: string;
  /** `firing` is no trigger: a run of another pipeline has ended, and what it starts has not been made yet. */
  readonly kind: "cron" | "pipeline" | "webhook" | "git" | "firing";
  readonly spec: unknown;
  readonly lastAt: number | null;
  readonly nextAt: number | null;
  readonly paused: boolean;
}

/** What the sender of a webhook delivered, proved to be theirs, and what became of it. */
export interface DeliveryRow {
  /** Id of the trigger, or of what else was called. */
  readonly trigger: string;
  /** Tells deliveries of one trigger apart. */
  readonly key: string;
  readonly at: number;
  /** `failed`: it should have started a run, and could not. `looking`: its repository is looked at. */
  readonly status: "started" | "ignored" | "failed" | "looking";
  /** By the name that the sender gives it; null: none. */
  readonly event: string | null;
  /** Why it started none; empty: it did. */
  readonly message: string;
  /** Id of the run that it started. */
  readonly run: string | null;
}

export interface TriggerStore {
  all(): Promise<readonly TriggerRow[]>;
  delivery(trigger: string, key: string): Promise<DeliveryRow | null>;
  /** The last delivery of each status, of these triggers. */
  lastDeliveries(triggers: readonly string[]): Promise<readonly DeliveryRow[]>;
}

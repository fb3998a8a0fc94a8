import type {
  RemovedVersion,
  RotationView,
  SecretValue,
  SecretVersionView,
  SecretView,
  VaultView,
} from "@gaia/contracts/secrets.ts";
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type {
  EventView,
  GraphView,
  JobDetail,
  JobEnvironment,
  JobView,
  RunDetail,
  RunView,
  SystemView,
  Validation,
  Why,
  WorkerView,
  WorkflowDetail,
  WorkflowView,
} from "@gaia/contracts/api.ts";
import type { ActivityEntry, InboxItem, TriggerView } from "@gaia/contracts/screens.ts";
import { accepted, parseAnswer, PREFIX, query } from "./ask.ts";
import type { Endpoint } from "./endpoint.ts";
import { Transport, type HttpAnswer, type HttpQuestion } from "./http.ts";
import { PipelineClient } from "./pipelines.ts";

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

/** A run that was started. */
export interface Started {
  readonly run_id: string;
  readonly number: number;
  readonly status: RunView["status"];
}

/** `POST /runs`; what may be left out is left out. */
export interface RunDefinition {
  readonly definition: string;
  readonly file?: string;
  readonly work_dir?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly priority?: number;
}

/** `POST /session/tickets` */
export interface Ticket {
  readonly url: string;
  readonly expires_at: string;
}

/** Which part of a log, in bytes. */
export interface LogRange {
  readonly attempt?: number;
  readonly offset?: number;
  readonly length?: number;
  readonly tail?: number;
}

/** A piece of a log. */
export interface LogPiece {
  readonly bytes: Buffer;
  /** Of the whole log, now. */
  readonly sizeBytes: number;
  /** Nothing will be added any more. */
  readonly ended: boolean;
}

/** The server's REST interface, typed. Every method throws a `GaiaError` for a refusal or a broken connection. */
export class GaiaClient {
  readonly transport: Transport;
  readonly pipelines: PipelineClient;

  constructor(endpoint: Endpoint) {
    this.transport = new Transport(endpoint);
    this.pipelines = new PipelineClient(this.transport);
  }

  /** Whether a server answers, whatever it says. */
  async answers(): Promise<boolean> {
    return this.transport.ask({ path: "/health" }).then(
      () => true,
      () => false,
    );
  }

  /** Whether the server takes work. */
  async isReady(): Promise<boolean> {
    return (await this.transport.ask({ path: "/ready" })).status === 200;
  }

  /** Why no worker takes what the server accepts; empty when one is connected. */
  async missingWorker(): Promise<string> {
    const { body } = await this.transport.ask({ path: "/ready" });
    const message = checksOf(body).find((check) => check.name === "worker" && check.ok === false)?.message;
    return typeof message === "string" ? message : "";
  }

  /** Whether it is past its start. What it cannot do now, such as on a full disk, it says itself when it is asked to. */
  async isServing(): Promise<boolean> {
    const { status, body } = await this.transport.ask({ path: "/ready" });
    return status === 200 || hasPassed(body, "server");
  }

  /** Starts a run of a definition. The same key twice starts one run. */
  async startDefinition(definition: RunDefinition, idempotencyKey: string = randomUUID()): Promise<Started> {
    const headers = { "idempotency-key": idempotencyKey };
    return this.#json({ method: "POST", path: `${PREFIX}/runs`, json: definition, headers });
  }

  async runs(filter: Readonly<Record<string, string | undefined>> = {}): Promise<Page<RunView>> {
    return this.#json({ path: `${PREFIX}/runs${query(filter)}` });
  }

  async run(ref: string): Promise<RunDetail> {
    return this.#json({ path: runPath(ref) });
  }

  async jobs(ref: string, filter: Readonly<Record<string, string | undefined>> = {}): Promise<Page<JobView>> {
    return this.#json({ path: `${runPath(ref)}/jobs${query(filter)}` });
  }

  async job(ref: string, key: string): Promise<JobDetail> {
    return this.#json({ path: jobPath(ref, key) });
  }

  /** Only over the socket. */
  async jobEnvironment(ref: string, key: string): Promise<JobEnvironment> {
    return this.#json({ path: `${jobPath(ref, key)}/environment` });
  }

  async events(ref: string, after: string | undefined): Promise<Page<EventView>> {
    return this.#json({ path: `${runPath(ref)}/events${query({ after })}` });
  }

  async log(ref: string, key: string, range: LogRange = {}): Promise<LogPiece> {
    const numbers = Object.entries(range).map(([name, value]) => [name, String(value)] as const);
    const answer = await this.#accepted({
      path: `${jobPath(ref, key)}/log${query(Object.fromEntries(numbers))}`,
    });
    const sizeBytes = Number(header(answer.headers, "x-gaia-log-size") ?? answer.body.length);
    return { bytes: answer.body, sizeBytes, ended: header(answer.headers, "x-gaia-log-ended") === "true" };
  }

  /** What to ask to follow a log as a stream. */
  logStream(ref: string, key: string, range: LogRange = {}): HttpQuestion {
    const numbers = Object.entries(range).map(([name, value]) => [name, String(value)] as const);
    return { path: `${jobPath(ref, key)}/log${query({ follow: "1", ...Object.fromEntries(numbers) })}` };
  }

  /** What to ask to follow a run as a stream. */
  runStream(ref: string): HttpQuestion {
    return { path: `${runPath(ref)}/stream` };
  }

  async stop(ref: string, body: { comment?: string; force?: boolean }): Promise<RunView> {
    return this.#json({ method: "POST", path: `${runPath(ref)}/stop`, json: body });
  }

  async stopJob(ref: string, key: string, body: { comment?: string; force?: boolean }): Promise<JobView> {
    return this.#json({ method: "POST", path: `${jobPath(ref, key)}/stop`, json: body });
  }

  async retry(
    ref: string,
    body: { failed?: boolean; from?: string; ignore?: readonly string[]; inputs?: Record<string, unknown> },
  ): Promise<Started> {
    const headers = { "idempotency-key": randomUUID() };
    return this.#json({ method: "POST", path: `${runPath(ref)}/retry`, json: body, headers });
  }

  async decide(
    ref: string,
    key: string,
    verb: "approve" | "reject",
    comment: string | null,
  ): Promise<JobView> {
    const json = comment === null ? {} : { comment };
    return this.#json({ method: "POST", path: `${jobPath(ref, key)}/${verb}`, json });
  }

  async why(ref: string, task: string | undefined): Promise<Why> {
    return this.#json({ path: `${runPath(ref)}/why${query({ task })}` });
  }

  async graph(ref: string): Promise<GraphView> {
    return this.#json({ path: `${runPath(ref)}/graph` });
  }

  async validate(definition: string, file: string): Promise<Validation> {
    const path = `${PREFIX}/workflows/validate${query({ file })}`;
    return this.#json({ method: "POST", path, body: definition, contentType: "application/yaml" });
  }

  async createWorkflow(body: {
    definition: string;
    work_dir?: string;
    file?: string;
  }): Promise<WorkflowView> {
    return this.#json({ method: "POST", path: `${PREFIX}/workflows`, json: body });
  }

  async workflows(filter: Readonly<Record<string, string | undefined>> = {}): Promise<Page<WorkflowView>> {
    return this.#json({ path: `${PREFIX}/workflows${query(filter)}` });
  }

  async workflow(id: string): Promise<WorkflowDetail> {
    return this.#json({ path: `${PREFIX}/workflows/${encodeURIComponent(id)}` });
  }

  async startWorkflow(
    id: string,
    body: {
      inputs?: Record<string, unknown>;
      variables?: Record<string, unknown>;
      priority?: number;
      version?: number;
    },
  ): Promise<Started> {
    const headers = { "idempotency-key": randomUUID() };
    return this.#json({
      method: "POST",
      path: `${PREFIX}/workflows/${encodeURIComponent(id)}/start`,
      json: body,
      headers,
    });
  }

  async inbox(filter: Readonly<Record<string, string | undefined>> = {}): Promise<Page<InboxItem>> {
    return this.#json({ path: `${PREFIX}/inbox${query(filter)}` });
  }

  async triggers(filter: Readonly<Record<string, string | undefined>> = {}): Promise<Page<TriggerView>> {
    return this.#json({ path: `${PREFIX}/triggers${query(filter)}` });
  }

  async activity(filter: Readonly<Record<string, string | undefined>> = {}): Promise<Page<ActivityEntry>> {
    return this.#json({ path: `${PREFIX}/activity${query(filter)}` });
  }

  /** All of them: there are a thousand at most. */
  async secrets(): Promise<Page<SecretView>> {
    const items: SecretView[] = [];
    let cursor: string | undefined;
    do {
      const page: Page<SecretView> = await this.#json({ path: `${PREFIX}/secrets${query({ cursor })}` });
      items.push(...page.items);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return { items, next_cursor: null };
  }

  async setSecret(body: {
    name: string;
    value?: string;
    description?: string;
    scopes?: readonly string[];
  }): Promise<SecretView> {
    return this.#json({ method: "POST", path: `${PREFIX}/secrets`, json: body });
  }

  async secret(name: string): Promise<SecretView> {
    return this.#json({ path: `${PREFIX}/secrets/${encodeURIComponent(name)}` });
  }

  async secretVersions(name: string): Promise<Page<SecretVersionView>> {
    return this.#json({ path: `${PREFIX}/secrets/${encodeURIComponent(name)}/versions` });
  }

  /** One that is not the newest. */
  async removeSecretVersion(name: string, version: number): Promise<RemovedVersion> {
    const path = `${PREFIX}/secrets/${encodeURIComponent(name)}/versions/${version}`;
    return this.#json({ method: "DELETE", path });
  }

  /** Only over the socket. */
  async revealSecret(name: string, version: number | null): Promise<SecretValue> {
    const json = version === null ? {} : { version };
    return this.#json({ method: "POST", path: `${PREFIX}/secrets/${encodeURIComponent(name)}/reveal`, json });
  }

  async removeSecret(name: string): Promise<{ removed: string }> {
    return this.#json({ method: "DELETE", path: `${PREFIX}/secrets/${encodeURIComponent(name)}` });
  }

  async vault(): Promise<VaultView> {
    return this.#json({ path: `${PREFIX}/vault` });
  }

  async rotateVault(): Promise<RotationView> {
    return this.#json({ method: "POST", path: `${PREFIX}/vault/rotate` });
  }

  async workers(): Promise<Page<WorkerView>> {
    return this.#json({ path: `${PREFIX}/workers` });
  }

  async system(): Promise<SystemView> {
    return this.#json({ path: `${PREFIX}/system` });
  }

  /** An address that signs a browser in, once, and shows the path. */
  async ticket(path: string): Promise<Ticket> {
    return this.#json({ method: "POST", path: `${PREFIX}/session/tickets`, json: { path } });
  }

  async shutdown(now: boolean): Promise<void> {
    await this.#accepted({ method: "POST", path: `${PREFIX}/system/shutdown`, json: { now } });
  }

  /** `check`, `compact` or `backup`, done by the server that has the database open. */
  async database(
    verb: "check" | "compact" | "backup",
    body: Record<string, unknown>,
  ): Promise<Record<string, unknown>> {
    return this.#json({ method: "POST", path: `${PREFIX}/system/db/${verb}`, json: body });
  }

  /** Lets idle connections go. */
  close(): void {
    this.transport.close();
  }

  async #json<T>(question: HttpQuestion): Promise<T> {
    return parseAnswer<T>((await this.#accepted(question)).body);
  }

  #accepted(question: HttpQuestion): Promise<HttpAnswer> {
    return accepted(this.transport, question);
  }
}

function runPath(ref: string): string {
  return `${PREFIX}/runs/${encodeURIComponent(ref)}`;
}

function jobPath(ref: string, key: string): string {
  return `${runPath(ref)}/jobs/${encodeURIComponent(key)}`;
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Whether an answer of `/ready` has a check of that name that is passed. */
function hasPassed(body: Buffer, name: string): boolean {
  return checksOf(body).some((check) => check.name === name && check.ok === true);
}

function checksOf(body: Buffer): readonly { name?: unknown; ok?: unknown; message?: unknown }[] {
  try {
    const { checks }: { checks?: readonly { name?: unknown; ok?: unknown; message?: unknown }[] } =
      JSON.parse(body.toString("utf8"));
    return checks ?? [];
  } catch {
    return [];
  }
}

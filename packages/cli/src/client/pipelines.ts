import { randomUUID } from "node:crypto";
import type { BuildPipeline, ChangeSource, CreatePipeline } from "@gaia/contracts/program-api.ts";
import type {
  PipelineCreated,
  PipelineDetail,
  PipelineVersion,
  PipelineView,
} from "@gaia/contracts/screens.ts";
import type { Page, Started } from "./api.ts";
import { accepted, parseAnswer, PREFIX, query } from "./ask.ts";
import type { HttpQuestion, Transport } from "./http.ts";

type Filter = Readonly<Record<string, string | undefined>>;

/** Pipelines of every kind over REST. */
export class PipelineClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(filter: Filter): Promise<Page<PipelineView>> {
    return this.#json({ path: `${PREFIX}/pipelines${query(filter)}` });
  }

  get(id: string): Promise<PipelineDetail> {
    return this.#json({ path: pathOf(id) });
  }

  /** Makes a pipeline of a source, and starts its first build. */
  create(body: CreatePipeline): Promise<PipelineCreated> {
    const headers = { "idempotency-key": randomUUID() };
    return this.#json({ method: "POST", path: `${PREFIX}/pipelines`, json: body, headers });
  }

  build(id: string, body: BuildPipeline): Promise<Started> {
    const headers = { "idempotency-key": randomUUID() };
    return this.#json({ method: "POST", path: `${pathOf(id)}/build`, json: body, headers });
  }

  changeSource(id: string, body: ChangeSource): Promise<PipelineView> {
    return this.#json({ method: "PATCH", path: `${pathOf(id)}/source`, json: body });
  }

  versions(id: string, filter: Filter): Promise<Page<PipelineVersion>> {
    return this.#json({ path: `${pathOf(id)}/versions${query(filter)}` });
  }

  /** Which version runs start from. */
  choose(
    id: string,
    verb: "pin" | "unpin" | "promote" | "rollback",
    body: { readonly version?: number },
  ): Promise<PipelineView> {
    return this.#json({ method: "POST", path: `${pathOf(id)}/${verb}`, json: body });
  }

  async remove(id: string): Promise<void> {
    await accepted(this.#transport, { method: "DELETE", path: pathOf(id) });
  }

  async #json<T>(question: HttpQuestion): Promise<T> {
    return parseAnswer<T>((await accepted(this.#transport, question)).body);
  }
}

function pathOf(id: string): string {
  return `${PREFIX}/pipelines/${encodeURIComponent(id)}`;
}

import * as contracts from "@gaia/contracts";
import { z } from "zod";
import { PREFIXES } from "./prefixes.ts";
import type { BodySpec, Route } from "./route.ts";

/** Answers that many routes share get a name in the document. */
const NAMED: Readonly<Record<string, z.ZodType>> = {
  Error: contracts.errorBody,
  Run: contracts.run,
  RunDetail: contracts.runDetail,
  CommitStatus: contracts.commitStatus,
  Job: contracts.job,
  JobDetail: contracts.jobDetail,
  Event: contracts.event,
  Graph: contracts.graph,
  Problem: contracts.problem,
  Validation: contracts.validation,
  Workflow: contracts.workflow,
  WorkflowDetail: contracts.workflowDetail,
  Started: contracts.started,
  Why: contracts.why,
  Worker: contracts.worker,
  System: contracts.system,
  Pipeline: contracts.pipeline,
  PipelineDetail: contracts.pipelineDetail,
  PipelineStatistics: contracts.pipelineStatistics,
  PipelineVersion: contracts.pipelineVersion,
  InboxItem: contracts.inboxItem,
  ActivityEntry: contracts.activityEntry,
  Trigger: contracts.trigger,
  Overview: contracts.overview,
  Settings: contracts.settings,
  TestReport: contracts.testReport,
  JobFiles: contracts.jobFiles,
  JobTests: contracts.jobTests,
  Session: contracts.session,
  Ticket: contracts.ticket,
  LogOutline: contracts.logOutline,
  LogLines: contracts.logLines,
  LogHits: contracts.logHits,
  Secret: contracts.secret,
};

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of the routes, made of the schemas that validate them. */
export function openApiDocument(routes: readonly Route[], version: string): Json {
  const converter = new Converter();
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.path.replace("...}", "}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, converter) };
  }
  const description =
    "Self-hosted automation. Over the socket of the same user no token is wanted; over TCP send it as bearer token. Every path also answers below /api/orchestration.";
  return {
    openapi: "3.1.0",
    info: { title: "Gaia", version, description, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    servers: [{ url: PREFIXES[0] }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: converter.components,
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "gaia-session-4242",
          description: "Of a signed-in browser. The number is the port in the address.",
        },
      },
    },
  };
}

function operation(route: Route, converter: Converter): Json {
  const responses = Object.entries(route.answers).map(([status, { description, contentType, schema }]) => {
    const content =
      schema === null
        ? status === "204"
          ? null
          : { schema: { type: "string" } }
        : { schema: converter.output(schema) };
    return [status, { description, ...(content === null ? {} : { content: { [contentType]: content } }) }];
  });
  const failure = {
    description: "A refusal; its code says why.",
    content: { "application/json": { schema: converter.output(contracts.errorBody) } },
  };
  return {
    operationId: route.id,
    summary: route.summary,
    tags: [route.tag],
    parameters: parametersOf(route, converter),
    ...(route.body === null ? {} : { requestBody: bodyOf(route.body, converter) }),
    responses: { ...Object.fromEntries(responses), default: failure },
    ...(route.open ? { security: [] } : {}),
  };
}

function parametersOf(route: Route, converter: Converter): readonly Json[] {
  const of = (schema: z.ZodObject, place: "path" | "query"): readonly Json[] => {
    const { properties, required } = converter.object(schema);
    return Object.entries(properties).map(([name, property]) => ({
      name,
      in: place,
      required: place === "path" || required.includes(name),
      schema: property,
    }));
  };
  const headers = route.headers.map(({ name, description }) => ({
    name,
    in: "header",
    required: false,
    description,
    schema: { type: "string" },
  }));
  return [...of(route.params, "path"), ...of(route.query, "query"), ...headers];
}

function bodyOf(body: BodySpec<z.ZodObject>, converter: Converter): Json {
  const schema = converter.input(body.schema);
  const yaml =
    body.kind === "definition"
      ? { "application/yaml": { schema: { type: "string", description: "The workflow file itself." } } }
      : {};
  return { required: !body.optional, content: { "application/json": { schema }, ...yaml } };
}

/** Zod to JSON Schema; named schemas become components. */
class Converter {
  readonly components: Record<string, Json> = {};
  readonly #names = z.registry<{ id: string }>();

  constructor() {
    for (const [id, schema] of Object.entries(NAMED)) this.#names.add(schema, { id });
    for (const [id, schema] of Object.entries(NAMED)) this.components[id] = this.#definition(id, schema);
  }

  output(schema: z.ZodType): Json {
    const name = this.#names.get(schema)?.id;
    return name === undefined ? this.#convert(schema, "output") : { $ref: `#/components/schemas/${name}` };
  }

  input(schema: z.ZodType): Json {
    return this.#convert(schema, "input");
  }

  object(schema: z.ZodObject): {
    readonly properties: Readonly<Record<string, Json>>;
    readonly required: readonly string[];
  } {
    const { properties, required } = this.#convert(schema, "input") as {
      properties?: Record<string, Json>;
      required?: readonly string[];
    };
    return { properties: properties ?? {}, required: required ?? [] };
  }

  #convert(schema: z.ZodType, io: "input" | "output"): Json {
    return withComponentRefs(bare(this.#schemaOf(schema, io))) as Json;
  }

  /** A schema with a name comes as a reference to itself among the definitions. */
  #definition(id: string, schema: z.ZodType): Json {
    const made = this.#schemaOf(schema, "output");
    const { [id]: definition } = (made["$defs"] ?? {}) as Record<string, Record<string, unknown>>;
    return withComponentRefs(bare(definition ?? made)) as Json;
  }

  #schemaOf(schema: z.ZodType, io: "input" | "output"): Record<string, unknown> {
    return z.toJSONSchema(schema, { io, metadata: this.#names, unrepresentable: "any" });
  }
}

function bare(schema: Readonly<Record<string, unknown>>): Json {
  const { $defs: _, $schema: __, id: ___, ...rest } = schema;
  return rest;
}

function withComponentRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withComponentRefs);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      key === "$ref" && typeof entry === "string"
        ? entry.replace("#/$defs/", "#/components/schemas/")
        : withComponentRefs(entry),
    ]),
  );
}

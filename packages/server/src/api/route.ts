import type { z } from "zod";
import type { Arrival, Identity } from "../access/index.ts";
import type { Caller } from "../runs/port.ts";
import { bodyAs, definitionAs, secretAs } from "./body.ts";
import type { Channel } from "./streams/channel.ts";
import { parameters } from "./validate.ts";

/**
 * One route, declared once: the router, the validation and the OpenAPI document are made of it. Paths are written as
 * OpenAPI writes them; `{path...}` at the end takes the rest, slashes included.
 */
export interface Route {
  readonly id: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** Answers without a token; such routes tell nothing about what runs here. */
  readonly open: boolean;
  /** Also served without the prefix. */
  readonly atRoot: boolean;
  /** Answered while the server starts and stops. */
  readonly always: boolean;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly headers: readonly HeaderSpec[];
  readonly body: BodySpec<z.ZodObject> | null;
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  handle(request: RawRequest): Promise<Answer>;
}

export interface HeaderSpec {
  readonly name: string;
  readonly description: string;
}

/**
 * What a body is. `object`: JSON (or YAML) of that shape. `definition`: YAML text, or the JSON object that carries it.
 * `secret`: JSON of that shape; no refusal repeats anything of it. `raw`: bytes that the route reads by itself.
 */
export interface BodySpec<B extends z.ZodObject> {
  readonly kind: "object" | "definition" | "secret" | "raw";
  readonly schema: B;
  readonly optional: boolean;
}

export interface AnswerSpec {
  readonly description: string;
  readonly contentType: string;
  readonly schema: z.ZodType | null;
}

/** A request as it came, with what the server knows about it. */
export interface RawRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: Buffer | null;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly caller: Caller;
  readonly identity: Identity;
  readonly arrival: Arrival;
}

export interface RouteRequest<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** As it came. */
  readonly bytes: Buffer;
  readonly headers: RawRequest["headers"];
  readonly caller: Caller;
  readonly identity: Identity;
  readonly arrival: Arrival;
}

export type Answer =
  | {
      readonly kind: "json";
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      /** Called when the answer has left. */
      readonly sent?: () => void;
    }
  | {
      readonly kind: "data";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | Buffer | AsyncIterable<Buffer>;
    }
  /** Server-sent events, or a WebSocket if that was asked for; `open` is called when the client is told so. */
  | { readonly kind: "stream"; readonly open: (channel: Channel) => void | Promise<void> };

interface RouteSpec<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject> {
  readonly id: string;
  readonly method: Route["method"];
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly open?: boolean;
  readonly atRoot?: boolean;
  readonly always?: boolean;
  readonly params: P;
  readonly query: Q;
  readonly headers?: readonly HeaderSpec[];
  readonly body: BodySpec<B> | null;
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  readonly run: (request: RouteRequest<z.infer<P>, z.infer<Q>, z.infer<B>>) => Promise<Answer>;
}

/** Declares a route. What `run` gets has been validated with the schemas. */
export function route<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodObject>(
  spec: RouteSpec<P, Q, B>,
): Route {
  const { open = false, atRoot = false, always = false, headers = [], run, ...rest } = spec;
  return {
    ...rest,
    open,
    atRoot,
    always,
    headers,
    handle(request) {
      const params = parameters(spec.params, request.params, "path parameter");
      const query = parameters(spec.query, request.query, "query parameter");
      const body = bodyOf(spec.body, request);
      return run({
        params,
        query,
        body,
        bytes: request.body ?? Buffer.alloc(0),
        headers: request.headers,
        caller: request.caller,
        identity: request.identity,
        arrival: request.arrival,
      });
    },
  };
}

/** A JSON answer. */
export function json(body: unknown, status = 200): Answer {
  return { kind: "json", status, body };
}

/** Describes a JSON answer. */
export function jsonOf(schema: z.ZodType, description: string): AnswerSpec {
  return { description, contentType: "application/json", schema };
}

/** Describes an answer that is not JSON. */
export function dataOf(contentType: string, description: string): AnswerSpec {
  return { description, contentType, schema: null };
}

function bodyOf<B extends z.ZodObject>(spec: BodySpec<B> | null, request: RawRequest): z.infer<B> {
  if (spec === null) return {} as z.infer<B>; // a route without a body reads none
  switch (spec.kind) {
    case "object":
      return bodyAs(spec, request);
    case "definition":
      return definitionAs(spec, request);
    case "secret":
      return secretAs(spec, request);
    case "raw":
      return {} as z.infer<B>; // what its bytes say, the route finds out
  }
}

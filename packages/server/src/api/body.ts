import { GaiaError, LIMITS } from "@gaia/contracts";
import { parse as parseYaml, YAMLError } from "yaml";
import type { z } from "zod";
import type { BodySpec, RawRequest } from "./route.ts";
import { checked } from "./validate.ts";

/** A body of the given shape. What is not JSON is YAML, whatever its content type says: `curl -d` says it is a form. */
export function bodyAs<B extends z.ZodObject>(spec: BodySpec<B>, request: RawRequest): z.infer<B> {
  const text = textOf(request.body);
  if (text.trim() === "") {
    if (spec.optional) return checked(spec.schema, {}, "body");
    throw new GaiaError("invalid_request", "The body is empty; a JSON object is wanted.");
  }
  const value = looksLikeJson(text) && isJson(request.contentType) ? jsonFrom(text) : yamlFrom(text);
  return checked(spec.schema, value ?? {}, "body");
}

/** A definition: its YAML text as the body itself, or a JSON object that carries it in `definition`. */
export function definitionAs<B extends z.ZodObject>(spec: BodySpec<B>, request: RawRequest): z.infer<B> {
  const text = textOf(request.body);
  if (text.trim() === "") {
    throw new GaiaError(
      "invalid_request",
      "The body is empty; send the workflow's YAML, or JSON with `definition`.",
    );
  }
  const value = looksLikeJson(text) ? envelopeFrom(text, request.contentType) : null;
  if (value !== null) return checked(spec.schema, value, "body");
  if (Buffer.byteLength(text) > LIMITS.definitionBytes) {
    throw new GaiaError(
      "too_large",
      `A definition may have ${LIMITS.definitionBytes} bytes (definitionBytes).`,
    );
  }
  return checked(spec.schema, { definition: text }, "body");
}

/**
 * A JSON object that holds what nobody may see. Nothing of it is repeated: what a parser quotes, and a key that is none,
 * may be a piece of a value, and would stand in the answer and in logs of who asked.
 */
export function secretAs<B extends z.ZodObject>(spec: BodySpec<B>, request: RawRequest): z.infer<B> {
  const known = Object.keys(spec.schema.shape);
  const value = silentJson(request.body);
  const isOfThem = value !== null && Object.keys(value).every((key) => known.includes(key));
  if (isOfThem) return checked(spec.schema, value, "body");
  const keys = known.map((key) => `\`${key}\``).join(", ");
  const what = value === null ? "is no JSON object" : "has a key that is unknown here";
  throw new GaiaError(
    "invalid_request",
    `The body ${what}: JSON is wanted, with no other keys than ${keys}. It is not repeated here, for it may hold a secret.`,
  );
}

/** Null: no JSON object. */
function silentJson(body: Buffer | null): object | null {
  try {
    const value: unknown = JSON.parse(textOf(body));
    return typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** Null: a workflow that is written as JSON, which is YAML as well. */
function envelopeFrom(text: string, contentType: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (caught) {
    // A flow mapping (`{name: x, …}`) is YAML; who says JSON is told where his JSON is wrong.
    if (isJson(contentType)) throw malformed(caught);
    return null;
  }
  const isWorkflow =
    typeof value === "object" && value !== null && "tasks" in value && !("definition" in value);
  return isWorkflow ? null : value;
}

function textOf(body: Buffer | null): string {
  if (body === null) return "";
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new GaiaError("invalid_request", "The body is not UTF-8 text.");
  }
}

function looksLikeJson(text: string): boolean {
  return text.trimStart().startsWith("{");
}

function isJson(contentType: string): boolean {
  return /^application\/([\w.-]+\+)?json\b/i.test(contentType);
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (caught) {
    throw malformed(caught);
  }
}

function yamlFrom(text: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: LIMITS.yamlAliases, stringKeys: true, logLevel: "error" });
  } catch (caught) {
    if (caught instanceof YAMLError) {
      throw new GaiaError(
        "invalid_request",
        `The body is neither JSON nor YAML: ${caught.message.split("\n")[0] ?? ""}`,
      );
    }
    throw new GaiaError("invalid_request", "The body is neither JSON nor YAML.", {}, { cause: caught });
  }
}

function malformed(caught: unknown): GaiaError {
  const why = caught instanceof Error ? caught.message : "it cannot be read";
  return new GaiaError("invalid_request", `The body is not valid JSON: ${why}.`);
}

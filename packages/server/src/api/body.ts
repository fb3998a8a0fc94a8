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
  // Without the part of the body that V8 quotes: it may be a secret.
  const why =
    caught instanceof Error ? caught.message.replace(/, (?:\.\.\.)?".*$/s, "") : "it cannot be read";
  return new GaiaError("invalid_request", `The body is not valid JSON: ${why}.`);
}

import { LIMITS } from "@gaia/contracts";
import { Composer, CST, type Document, Parser } from "yaml";
import type { Place } from "./place.ts";
import { ProblemList } from "./problem-list.ts";
import { syntaxSentence } from "./yaml-messages.ts";
import { readNode } from "./yaml-values.ts";

/** A YAML text as plain JSON values, with the place of each. */
export interface YamlSource {
  readonly value: unknown;
  readonly root: Place;
}

/** What a text must keep to. */
export interface YamlLimits {
  readonly bytes: number;
  /** What the text is, at the start of a sentence: "the file". */
  readonly what: string;
}

const DOCUMENT_OPTIONS = {
  version: "1.2",
  schema: "core",
  prettyErrors: false,
  // The library compares each key with all before it; here a map of 100,000 keys costs as much per key as a small one.
  uniqueKeys: false,
  stringKeys: true,
  // `!!binary` and the like are no JSON.
  resolveKnownTags: false,
  logLevel: "silent",
} as const;

/** Follow-up errors of one mistake say nothing new: one a line, and few of them. */
const MAX_SYNTAX_PROBLEMS = 10;

/**
 * Reads YAML 1.2 (of which JSON is a part) with the core schema. Null when there is nothing to go on with: then
 * `problems` says why. Size, depth and aliases are limited before anything is built from them.
 */
export function readYaml(text: string, problems: ProblemList, limits: YamlLimits): YamlSource | null {
  const refusal = refusalOf(text, limits);
  if (refusal !== null) {
    problems.add([], refusal);
    return null;
  }
  const tokens = [...new Parser().parse(text)];
  const tooDeep = firstTooDeep(tokens);
  if (tooDeep !== null) {
    problems.add([], `nested more than ${LIMITS.yamlDepth} levels deep`, {
      start: tooDeep,
      end: tooDeep + 1,
    });
    return null;
  }
  const documents = [...new Composer(DOCUMENT_OPTIONS).compose(tokens, true, text.length)];
  const document = documents[0];
  if (document === undefined) return null;
  const second = documents[1];
  if (second !== undefined) reportSecond(second, problems);
  reportSyntax(document, text, problems);
  if (problems.hasErrors) return null;
  if (document.contents === null) {
    problems.add([], `${limits.what} holds nothing but comments`);
    return null;
  }
  const read = readNode(document.contents, document, problems);
  return problems.hasErrors ? null : read;
}

function refusalOf(text: string, limits: YamlLimits): string | null {
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.bytes) {
    const larger = "larger graphs come from matrix, for_each and $GAIA_GRAPH";
    return `${limits.what} has ${bytes} bytes, more than the limit of ${limits.bytes}; ${larger}`;
  }
  if (text.trim() === "") return `${limits.what} is empty`;
  if (text.includes("\0")) return `${limits.what} is not text: it has NUL bytes; save it as UTF-8`;
  // Unpaired surrogates cannot be saved as UTF-8; they come from a wrong decoding.
  if (!text.isWellFormed()) return `${limits.what} is not valid Unicode text; save it as UTF-8`;
  return null;
}

/** Walks the tokens without recursion, because the composer behind it recurses. */
function firstTooDeep(tokens: readonly CST.Token[]): number | null {
  const stack = tokens.map((token) => ({ token, depth: 0 }));
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const { token, depth } = entry;
    if (depth > LIMITS.yamlDepth) return token.offset;
    if (token.type === "document" && token.value !== undefined) stack.push({ token: token.value, depth });
    if (!CST.isCollection(token)) continue;
    for (const item of token.items) {
      if (item.key !== undefined && item.key !== null) stack.push({ token: item.key, depth: depth + 1 });
      if (item.value !== undefined) stack.push({ token: item.value, depth: depth + 1 });
    }
  }
  return null;
}

function reportSecond(second: Document.Parsed, problems: ProblemList): void {
  const start = second.range[0];
  problems.add([], "a second document starts here (`---`); keep one workflow per file", {
    start,
    end: start + 3,
  });
}

function reportSyntax(document: Document.Parsed, text: string, problems: ProblemList): void {
  if (document.directives.yaml.explicit === true && document.directives.yaml.version !== "1.2") {
    problems.add([], "only YAML 1.2 is read; remove the `%YAML` line");
  }
  const lines = new Set<number>();
  for (const error of [...document.errors, ...document.warnings]) {
    const { start, sentence } = syntaxSentence(error, text);
    const line = text.slice(0, start).split("\n").length;
    if (lines.has(line) || lines.has(line - 1) || lines.size >= MAX_SYNTAX_PROBLEMS) continue;
    lines.add(line);
    problems.add([], sentence, { start, end: Math.max(start + 1, error.pos[1]) });
  }
}

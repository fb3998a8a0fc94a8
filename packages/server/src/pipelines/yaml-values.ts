import { LIMITS } from "@gaia/contracts";
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Place } from "./place.ts";
import type { ProblemList } from "./problem-list.ts";

interface Read {
  readonly value: unknown;
  readonly root: Place;
}

/** Turns the nodes of a document into plain JSON values and their places. Aliases are written out, up to the limit. */
export function readNode(node: Node, document: Document.Parsed, problems: ProblemList): Read {
  return new NodeReader(document, problems).read(node, null, 0);
}

class NodeReader {
  readonly #document: Document.Parsed;
  readonly #problems: ProblemList;
  /** Nodes that are being read: an alias to one of them would never end. */
  readonly #open = new Set<Node>();
  #aliases = 0;

  constructor(document: Document.Parsed, problems: ProblemList) {
    this.#document = document;
    this.#problems = problems;
  }

  read(node: Node | null, key: Place["key"], depth: number): Read {
    if (depth > LIMITS.yamlDepth)
      return this.#refuse(node, key, `nested more than ${LIMITS.yamlDepth} levels deep`);
    if (node === null) return { value: null, root: { ...rangeOf(null, key), key, text: "", children: null } };
    if (isAlias(node)) return this.#alias(node, key, depth);
    this.#open.add(node);
    const read = this.#plain(node, key, depth);
    this.#open.delete(node);
    return read;
  }

  #plain(node: Node, key: Place["key"], depth: number): Read {
    if (isMap(node)) return this.#map(node, key, depth);
    if (isSeq(node)) return this.#list(node, key, depth);
    if (isScalar(node)) return this.#scalar(node, key);
    return this.#refuse(node, key, "this cannot be read");
  }

  #alias(node: Node, key: Place["key"], depth: number): Read {
    this.#aliases++;
    // Said once: a bomb has thousands of places that are too many.
    if (this.#aliases > LIMITS.yamlAliases + 1) return this.#nothing(node, key);
    // Aliases inside of aliased nodes count each time: that is what makes a bomb.
    if (this.#aliases > LIMITS.yamlAliases) {
      return this.#refuse(
        node,
        key,
        `more than ${LIMITS.yamlAliases} aliases are used, those inside of aliases counted each time`,
      );
    }
    const name = isAlias(node) ? node.source : "";
    const target = isAlias(node) ? node.resolve(this.#document) : undefined;
    if (target === undefined) {
      return this.#refuse(
        node,
        key,
        `\`*${name}\` stands for nothing: no \`&${name}\` comes before it; put text in quotes`,
      );
    }
    if (this.#open.has(target)) return this.#refuse(node, key, `\`*${name}\` stands inside of what it names`);
    return this.read(target, key, depth);
  }

  #map(node: YAMLMap, key: Place["key"], depth: number): Read {
    const entries = new Map<string, unknown>();
    const children = new Map<string, Place>();
    for (const pair of node.items) {
      const name = this.#keyOf(pair, entries);
      if (name === null) continue;
      const value = nodeOrNull(pair.value);
      const read = this.read(value, keyRange(pair), depth + 1);
      entries.set(name, read.value);
      children.set(name, read.root);
    }
    const root = { ...rangeOf(node, key), key, text: null, children };
    return { value: Object.fromEntries(entries), root };
  }

  /** The key of a pair as text; null when it was refused. */
  #keyOf(pair: Pair, entries: ReadonlyMap<string, unknown>): string | null {
    const node = nodeOrNull(pair.key);
    const mark = keyRange(pair) ?? "value";
    if (!isScalar(node)) {
      this.#problems.add([], "a key must be text, not a list, a map or an alias", mark);
      return null;
    }
    const name = printed(node.value);
    const problem = keyProblem(name, entries);
    if (problem !== null) this.#problems.add([], problem, mark);
    return problem === null ? name : null;
  }

  #list(node: YAMLSeq, key: Place["key"], depth: number): Read {
    const values: unknown[] = [];
    const children = new Map<number, Place>();
    for (const [index, item] of node.items.entries()) {
      const read = this.read(nodeOrNull(item), null, depth + 1);
      values.push(read.value);
      children.set(index, read.root);
    }
    return { value: values, root: { ...rangeOf(node, key), key, text: null, children } };
  }

  #scalar(node: Scalar, key: Place["key"]): Read {
    const { value } = node;
    const text = node.source ?? printed(value);
    const place = { ...rangeOf(node, key), key, text, children: null };
    if (typeof value === "number" && !Number.isFinite(value)) {
      return this.#refuse(node, key, `\`${text}\` is not a number that JSON knows; put text in quotes`);
    }
    if (typeof value === "number" && !Number.isSafeInteger(value) && /^[-+]?\d+$/.test(text)) {
      this.#problems.warn(
        [],
        `\`${text}\` loses digits as a number; put it in quotes to keep it as text`,
        place,
      );
    }
    return { value, root: place };
  }

  #refuse(node: Node | null, key: Place["key"], message: string): Read {
    this.#problems.add([], message, rangeOf(node, key));
    return this.#nothing(node, key);
  }

  #nothing(node: Node | null, key: Place["key"]): Read {
    return { value: null, root: { ...rangeOf(node, key), key, text: null, children: null } };
  }
}

function keyProblem(name: string, entries: ReadonlyMap<string, unknown>): string | null {
  if (name === "<<") return "`<<` (merge) is not part of YAML 1.2; put what tasks share under `defaults`";
  if (name === "__proto__") return "`__proto__` cannot be a key";
  if (entries.has(name)) return `duplicate key \`${name}\`: it stands in this map before; remove one of them`;
  return null;
}

function nodeOrNull(value: unknown): Node | null {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value) ? value : null;
}

function keyRange(pair: Pair): Place["key"] {
  const range = nodeOrNull(pair.key)?.range;
  return range === undefined || range === null ? null : { start: range[0], end: range[1] };
}

/** An absent value stands where its key stands. */
function rangeOf(node: Node | null, key: Place["key"]): { readonly start: number; readonly end: number } {
  const range = node?.range;
  if (range === undefined || range === null) return key ?? { start: 0, end: 0 };
  return { start: range[0], end: range[1] };
}

/** A scalar as text; what is none (a date of a foreign schema) does not occur with the core schema. */
function printed(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

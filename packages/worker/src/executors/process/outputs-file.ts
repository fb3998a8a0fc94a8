import { LIMITS } from "@gaia/contracts";
import type { Outputs, Value } from "@gaia/core";

export type ParsedOutputs =
  | { readonly kind: "ok"; readonly outputs: Outputs }
  /** What is wrong, with the line. */
  | { readonly kind: "bad"; readonly message: string };

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const ALLOWED =
  'allowed are lines "name=value", lines that are a JSON object, and "name<<END" … "END" for values of several lines';

/**
 * Reads what a task wrote to `$GAIA_OUTPUT`. Strict: a line that is none of the three forms is an error, because a
 * misspelled output would otherwise be missed far away. A later value of the same name wins.
 *
 * - `name=value`: the value is text, as it is, without the line's end
 * - `{"name": …}`: one JSON object on one line; its members keep their types
 * - `name<<END`, lines, `END`: text of several lines, joined by a newline
 */
export function parseOutputs(text: string): ParsedOutputs {
  const reader = new OutputsReader(text);
  return reader.read();
}

class OutputsReader {
  readonly #lines: readonly string[];
  readonly #outputs = new Map<string, Value>();
  #at = 0;

  constructor(text: string) {
    this.#lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  }

  read(): ParsedOutputs {
    while (this.#at < this.#lines.length) {
      const first = this.#at;
      const problem = this.#readOne(this.#lines[this.#at] ?? "");
      if (problem !== null) return { kind: "bad", message: `$GAIA_OUTPUT:${first + 1}: ${problem}` };
      this.#at += 1;
    }
    if (this.#outputs.size > LIMITS.outputsPerTask) {
      return {
        kind: "bad",
        message: `$GAIA_OUTPUT: ${this.#outputs.size} outputs, more than the limit of ${LIMITS.outputsPerTask} for a task`,
      };
    }
    return { kind: "ok", outputs: Object.fromEntries(this.#outputs) };
  }

  #readOne(line: string): string | null {
    if (line.trim() === "") return null;
    if (line.trimStart().startsWith("{")) return this.#readJson(line);
    const equals = line.indexOf("=");
    const heredoc = line.indexOf("<<");
    if (heredoc !== -1 && (equals === -1 || heredoc < equals)) return this.#readLines(line, heredoc);
    if (equals === -1) return `"${shorten(line)}" is no output; ${ALLOWED}`;
    return this.#set(line.slice(0, equals), line.slice(equals + 1));
  }

  #readJson(line: string): string | null {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      return `not valid JSON (${error instanceof Error ? error.message : String(error)}); ${ALLOWED}`;
    }
    // A line that begins with a brace and parses is an object.
    for (const [name, member] of Object.entries(value as Record<string, Value>)) {
      const problem = this.#set(name, member);
      if (problem !== null) return problem;
    }
    return null;
  }

  #readLines(line: string, heredoc: number): string | null {
    const end = line.slice(heredoc + 2).trim();
    if (end === "")
      return `"${shorten(line)}" names no end; write name<<END, the lines, then END on a line of its own`;
    const close = this.#lines.indexOf(end, this.#at + 1);
    if (close === -1) return `the value begun here has no line "${shorten(end)}" that ends it`;
    const value = this.#lines.slice(this.#at + 1, close).join("\n");
    this.#at = close;
    return this.#set(line.slice(0, heredoc), value);
  }

  #set(written: string, value: Value): string | null {
    const name = written.trim();
    if (!NAME.test(name)) {
      return `"${shorten(name)}" is no name of an output: letters, digits, "_", "-" and ".", and it begins with a letter or "_"; ${ALLOWED}`;
    }
    if (name.length > LIMITS.nameCharacters) {
      return `the name "${shorten(name)}" has ${name.length} characters, more than the limit of ${LIMITS.nameCharacters}`;
    }
    const bytes = Buffer.byteLength(typeof value === "string" ? value : JSON.stringify(value), "utf8");
    if (bytes > LIMITS.outputValueBytes) {
      return `the value of "${name}" takes ${bytes} bytes, more than the limit of ${LIMITS.outputValueBytes}; write it to a file in $GAIA_ARTIFACTS`;
    }
    this.#outputs.set(name, value);
    return null;
  }
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

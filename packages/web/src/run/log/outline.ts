import type { Schemas } from "../../api/client.ts";

export type OutlineMessage = Schemas["LogOutline"];
export type Group = OutlineMessage["groups"][number];
export type Repeat = OutlineMessage["repeats"][number];

/** What is known of a log: all messages of its outline together. */
export interface LogOutline extends Omit<OutlineMessage, "errors" | "warnings" | "groups" | "repeats"> {
  readonly errors: readonly number[];
  readonly warnings: readonly number[];
  /** By their first line. */
  readonly groups: readonly Group[];
  readonly repeats: readonly Repeat[];
}

/** Adds what a message tells. Null: it is the first of a connection, which has everything. */
export function joined(known: LogOutline | null, message: OutlineMessage): LogOutline {
  if (known === null || known.attempt !== message.attempt) return message;
  return {
    ...message,
    errors: appended(known.errors, message.errors),
    warnings: appended(known.warnings, message.warnings),
    groups: replaced(known.groups, message.groups),
    repeats: replaced(known.repeats, message.repeats),
  };
}

function appended(known: readonly number[], fresh: readonly number[]): readonly number[] {
  return fresh.length === 0 ? known : [...known, ...fresh];
}

function replaced<Item extends { readonly line: number }>(
  known: readonly Item[],
  fresh: readonly Item[],
): readonly Item[] {
  if (fresh.length === 0) return known;
  const byLine = new Map(known.map((item) => [item.line, item]));
  for (const item of fresh) byLine.set(item.line, item);
  return [...byLine.values()].toSorted((one, other) => one.line - other.line);
}

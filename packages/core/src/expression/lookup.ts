import type { Value } from "./ast.ts";

/**
 * A map whose entries are worked out when they are asked for, such as `tasks`: with 100,000 jobs nobody wants to build
 * the whole value to read one status. `lookup` answers undefined for a key that it does not have.
 */
export interface LookupObject {
  readonly lookup: (key: string) => Lookup | undefined;
  readonly keys: () => readonly string[];
}

/** A value, or a map that is read lazily. */
export type Lookup = Value | LookupObject;

/** What a function of the scope answers. */
export type CallResult =
  | { readonly kind: "ok"; readonly value: Lookup }
  | { readonly kind: "error"; readonly message: string };

/** The names that an expression can use. Its functions must be pure and must not throw. */
export interface Scope {
  /** The value of a name, or undefined when there is no such name. */
  readonly variable: (name: string) => Lookup | undefined;
  /** The names that `variable` knows; only for "did you mean". */
  readonly names?: () => readonly string[];
  /** Answers the functions that the language itself does not have, such as `success()`; undefined: no such function. */
  readonly call?: (name: string, args: readonly Lookup[]) => CallResult | undefined;
}

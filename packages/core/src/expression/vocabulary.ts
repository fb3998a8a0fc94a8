import { MACROS, type MacroName } from "./ast.ts";

/** How many arguments a function takes. */
export interface Arity {
  readonly least: number;
  readonly most: number;
}

const NONE: Arity = { least: 0, most: 0 };
const ONE: Arity = { least: 1, most: 1 };
const ANY: Arity = { least: 0, most: Number.POSITIVE_INFINITY };

/** Functions about the run so far. The scope answers them; they take no arguments. */
export const STATUS_FUNCTIONS = ["success", "failure", "cancelled", "always"] as const;

/** Functions of the language itself. */
export const FUNCTIONS = {
  size: ONE,
  string: ONE,
  int: ONE,
  double: ONE,
  bool: ONE,
} satisfies Record<string, Arity>;

/** Methods: `text.startsWith("v")`. */
export const METHODS = {
  size: NONE,
  startsWith: ONE,
  endsWith: ONE,
  contains: ONE,
  matches: ONE,
  lowerAscii: NONE,
  upperAscii: NONE,
  trim: NONE,
  split: ONE,
  join: { least: 0, most: 1 },
} satisfies Record<string, Arity>;

/** The name of a function of the language. */
export type FunctionName = keyof typeof FUNCTIONS;

/** The name of a method. */
export type MethodName = keyof typeof METHODS;

export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name);
}

export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(METHODS, name);
}

export function isMacroName(name: string): name is MacroName {
  return (MACROS as readonly string[]).includes(name);
}

export function isStatusFunction(name: string): boolean {
  return (STATUS_FUNCTIONS as readonly string[]).includes(name);
}

/** The arity of a function that can be called, `extra` ones of the scope included; undefined when there is none. */
export function functionArity(name: string, extra: readonly string[]): Arity | undefined {
  if (isFunctionName(name)) return FUNCTIONS[name];
  if (isStatusFunction(name)) return NONE;
  return extra.includes(name) ? ANY : undefined;
}

/** Words that CEL keeps for itself: they cannot be names. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set([
  ..."as break const continue else false for function if import in let loop".split(" "),
  ..."namespace null package return true var void while".split(" "),
]);

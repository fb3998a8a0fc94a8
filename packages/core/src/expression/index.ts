/** Expression: conditions in a subset of CEL, and text with `${…}` placeholders. */
export type { BinaryOperator, Expression, MacroName, MapEntry, Value } from "./ast.ts";
export type { CallResult, Lookup, LookupObject, Scope } from "./lookup.ts";

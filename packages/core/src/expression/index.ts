/** Expression: conditions in a subset of CEL, and text with `${…}` placeholders. */
export {
  type BinaryOperator,
  type Expression,
  type MacroName,
  MACROS,
  type MapEntry,
  PRECEDENCE,
  type Value,
} from "./ast.ts";
export { evaluate, type Evaluation } from "./evaluate.ts";
export type { ExpressionError } from "./lex.ts";
export { DEFAULT_BUDGET, type EvaluationBudget, EXPRESSION_LIMITS, PATTERN_LIMITS } from "./limits.ts";
export type { CallResult, Lookup, LookupObject, Scope } from "./lookup.ts";
export { type ParsedExpression, parseExpression, type ParseOptions } from "./parse.ts";
export { printExpression } from "./print.ts";
export { type Path, references, usesStatus } from "./references.ts";
export {
  parseTemplate,
  type Placeholder,
  printPath,
  printTemplate,
  type RenderedTemplate,
  renderTemplate,
  type Template,
} from "./template.ts";
export { FUNCTIONS, METHODS, STATUS_FUNCTIONS } from "./vocabulary.ts";

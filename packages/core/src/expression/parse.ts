import type { Expression } from "./ast.ts";
import { childrenOf } from "./children.ts";
import { type ExpressionError, lex } from "./lex.ts";
import { EXPRESSION_LIMITS } from "./limits.ts";
import { Parser } from "./parser.ts";

/** An expression, or what is wrong with its text. */
export type ParsedExpression = { readonly kind: "ok"; readonly expression: Expression } | ExpressionError;

/** What the surroundings of an expression offer. */
export interface ParseOptions {
  /** Functions that `Scope.call` answers, beside `success()`, `failure()`, `cancelled()` and `always()`. */
  readonly functions?: readonly string[];
}

/**
 * Reads an expression in a subset of CEL (https://github.com/google/cel-spec). What differs from CEL: one kind of
 * number, no bytes, timestamps or messages, and `matches()` with a subset of RE2. Never throws.
 */
export function parseExpression(text: string, options: ParseOptions = {}): ParsedExpression {
  if (text.length > EXPRESSION_LIMITS.textLength) {
    const message = `an expression has at most ${EXPRESSION_LIMITS.textLength} characters; put longer logic into a job`;
    return { kind: "error", message, offset: EXPRESSION_LIMITS.textLength, length: 1 };
  }
  const lexed = lex(text);
  if (lexed.kind === "error") return lexed;
  const parser = new Parser(lexed.tokens, lexed.end, options.functions ?? []);
  const expression = parser.whole();
  if (parser.problem !== null) return parser.problem;
  if (isTooDeep(expression)) {
    const message = `the expression is more than ${EXPRESSION_LIMITS.depth} levels deep; use \`in [a, b, …]\` or exists()`;
    return { kind: "error", message, offset: 0, length: text.length };
  }
  return { kind: "ok", expression };
}

/** Level by level, without recursion: `a + a + …` is as deep as it is long. */
function isTooDeep(expression: Expression): boolean {
  let level: readonly Expression[] = [expression];
  for (let depth = 0; depth < EXPRESSION_LIMITS.depth; depth++) {
    level = level.flatMap(childrenOf);
    if (level.length === 0) return false;
  }
  return true;
}

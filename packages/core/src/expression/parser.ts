import { didYouMean } from "../text/index.ts";
import {
  type BinaryOperator,
  type Expression,
  MACROS,
  type MacroName,
  type MapEntry,
  PRECEDENCE,
} from "./ast.ts";
import type { ExpressionError, Token } from "./lex.ts";
import { EXPRESSION_LIMITS } from "./limits.ts";
import { parsePattern } from "./pattern.ts";
import {
  type Arity,
  FUNCTIONS,
  functionArity,
  isFunctionName,
  isMacroName,
  isMethodName,
  METHODS,
  RESERVED_WORDS,
  STATUS_FUNCTIONS,
} from "./vocabulary.ts";

const NULL: Expression = { kind: "literal", value: null };
const KEYWORDS: ReadonlyMap<string, Expression> = new Map([
  ["null", NULL],
  ["true", { kind: "literal", value: true }],
  ["false", { kind: "literal", value: false }],
]);
/** Operators of other languages that are names here. */
const WORD_OPERATORS: ReadonlyMap<string, string> = new Map([
  ["and", "&&"],
  ["or", "||"],
  ["is", "=="],
  ["eq", "=="],
  ["ne", "!="],
]);

/**
 * Recursive descent over the tokens. After the first problem it behaves as if the text were at its end, and makes up
 * what it needs to finish: so no method has to look whether another one failed.
 */
export class Parser {
  problem: ExpressionError | null = null;
  readonly #tokens: readonly Token[];
  readonly #functions: readonly string[];
  readonly #end: Token;
  #position = 0;
  #nesting = 0;

  constructor(tokens: readonly Token[], end: Token, functions: readonly string[]) {
    this.#tokens = tokens;
    this.#functions = functions;
    this.#end = end;
  }

  /** The expression that all tokens make. */
  whole(): Expression {
    const expression = this.#expression();
    const token = this.#next;
    if (token.kind !== "end") this.#fail(token, surplus(token));
    return expression;
  }

  /** `condition ? one : other`, or what binds tighter. */
  #expression(): Expression {
    return this.#nested(() => {
      const condition = this.#binary(0);
      if (!this.#take("?")) return condition;
      // As in CEL, a `?:` in the middle stands in brackets.
      const whenTrue = this.#binary(0);
      this.#expect(":", "between the two results of `?`");
      return { kind: "conditional", condition, whenTrue, whenFalse: this.#expression() };
    });
  }

  /** Operators of one row of `PRECEDENCE`, grouped to the left. */
  #binary(row: number): Expression {
    const operators: readonly BinaryOperator[] | undefined = PRECEDENCE[row];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(row + 1);
    for (;;) {
      const operator = operators.find((candidate) => this.#take(candidate));
      if (operator === undefined) return left;
      left = { kind: "binary", operator, left, right: this.#binary(row + 1) };
    }
  }

  #unary(): Expression {
    if (this.#take("!")) return { kind: "not", operand: this.#nested(() => this.#unary()) };
    if (this.#take("-")) return { kind: "negate", operand: this.#nested(() => this.#unary()) };
    return this.#postfix();
  }

  /** A value with the `.name`, `.name(…)` and `[…]` behind it. */
  #postfix(): Expression {
    let target = this.#primary();
    for (;;) {
      if (this.#take(".")) {
        target = this.#afterDot(target);
      } else if (this.#take("[")) {
        const index = this.#expression();
        this.#expect("]", "after the index");
        target = { kind: "index", target, index };
      } else {
        return target;
      }
    }
  }

  #afterDot(target: Expression): Expression {
    const token = this.#next;
    if (token.kind !== "name" || KEYWORDS.has(token.text) || token.text === "in") {
      this.#fail(
        token,
        `a name is expected after \`.\`, not ${quote(token)}; other keys are written ["key"]`,
      );
      return target;
    }
    this.#position++;
    if (!this.#take("(")) return { kind: "member", target, name: token.text };
    if (isMacroName(token.text)) return this.#macro(target, token.text, token);
    return this.#method(target, token);
  }

  #method(target: Expression, token: Token): Expression {
    const name = token.text;
    const first = this.#next;
    const args = this.#arguments(")");
    if (!isMethodName(name)) {
      const hint = isFunctionName(name)
        ? `; it is a function: ${name}(…)`
        : didYouMean(name, [...Object.keys(METHODS), ...MACROS]);
      this.#fail(token, `there is no method \`${name}\`${hint}`);
      return target;
    }
    this.#checkArity(token, METHODS[name], args.length);
    const [pattern] = args;
    if (name === "matches" && pattern?.kind === "literal" && typeof pattern.value === "string") {
      const parsed = parsePattern(pattern.value);
      if (parsed.kind === "error") this.#fail(first, parsed.message);
    }
    return { kind: "method", target, name, arguments: args };
  }

  /** After `target.macro(`. */
  #macro(target: Expression, macro: MacroName, token: Token): Expression {
    const first = this.#next;
    const args = this.#arguments(")");
    const [variable, body, second] = args;
    const wanted = macro === "map" ? "(name, value) or (name, condition, value)" : "(name, condition)";
    if (variable === undefined || body === undefined || args.length > (macro === "map" ? 3 : 2)) {
      this.#fail(token, `\`${macro}\` is written ${macro}${wanted}`);
      return target;
    }
    if (variable.kind !== "name") {
      this.#fail(first, `\`${macro}\` begins with a new name for the element: ${macro}${wanted}`);
      return target;
    }
    if (second === undefined) return { kind: "macro", macro, target, variable: variable.name, body };
    // map with three arguments keeps the elements that meet the condition, then maps them.
    const kept: Expression = { kind: "macro", macro: "filter", target, variable: variable.name, body };
    return { kind: "macro", macro, target: kept, variable: variable.name, body: second };
  }

  #primary(): Expression {
    const token = this.#next;
    if (token.kind === "number" || token.kind === "string") {
      this.#position++;
      return { kind: "literal", value: token.value };
    }
    if (token.kind === "name") return this.#named(token);
    if (this.#take("(")) {
      const inner = this.#expression();
      this.#expect(")", "to close the `(`");
      return inner;
    }
    if (this.#take("[")) return { kind: "list", items: this.#arguments("]") };
    if (this.#take("{")) return { kind: "map", entries: this.#entries() };
    this.#fail(token, `a value is expected, not ${quote(token)}`);
    return NULL;
  }

  #named(token: Token): Expression {
    const keyword = KEYWORDS.get(token.text);
    if (keyword === undefined && RESERVED_WORDS.has(token.text)) {
      this.#fail(token, `\`${token.text}\` is a word of the language and cannot be a name`);
    } else if (token.text === "not") {
      this.#fail(token, "`not` is not an operator; write `!`");
    }
    this.#position++;
    if (keyword !== undefined) return keyword;
    if (!this.#take("(")) return { kind: "name", name: token.text };
    return token.text === "has" ? this.#has(token) : this.#call(token);
  }

  /** After `has(`. */
  #has(token: Token): Expression {
    const [argument, ...more] = this.#arguments(")");
    if (argument?.kind === "member" && more.length === 0) {
      return { kind: "has", target: argument.target, name: argument.name };
    }
    this.#fail(token, "`has` takes one path that ends in a name: has(tasks.build.outputs.url)");
    return NULL;
  }

  /** After `name(`. */
  #call(token: Token): Expression {
    const name = token.text;
    const args = this.#arguments(")");
    const arity = functionArity(name, this.#functions);
    if (arity !== undefined) {
      this.#checkArity(token, arity, args.length);
    } else if (isMethodName(name) || isMacroName(name)) {
      this.#fail(token, `\`${name}\` is a method: it is written value.${name}(…)`);
    } else {
      const known = [...Object.keys(FUNCTIONS), ...STATUS_FUNCTIONS, "has", ...this.#functions];
      this.#fail(token, `there is no function \`${name}\`${didYouMean(name, known)}`);
    }
    return { kind: "call", name, arguments: args };
  }

  /** Expressions up to `close`, with commas between them and perhaps one after the last. */
  #arguments(close: ")" | "]"): readonly Expression[] {
    const items: Expression[] = [];
    while (!this.#take(close)) {
      items.push(this.#expression());
      if (this.#take(",")) continue;
      this.#expect(close, "or a `,`");
      break;
    }
    return items;
  }

  #entries(): readonly MapEntry[] {
    const entries: MapEntry[] = [];
    while (!this.#take("}")) {
      const key = this.#expression();
      this.#expect(":", "after the key of a map");
      entries.push({ key, value: this.#expression() });
      if (this.#take(",")) continue;
      this.#expect("}", "or a `,`");
      break;
    }
    return entries;
  }

  #checkArity(token: Token, arity: Arity, count: number): void {
    if (count >= arity.least && count <= arity.most) return;
    const range = arity.least === arity.most ? `${arity.most}` : `${arity.least} or ${arity.most}`;
    const takes = arity.most === 0 ? "no arguments" : `${range} argument${arity.least === 1 ? "" : "s"}`;
    this.#fail(token, `\`${token.text}\` takes ${takes}, not ${count}`);
  }

  #nested(read: () => Expression): Expression {
    if (this.#nesting >= EXPRESSION_LIMITS.nesting) {
      this.#fail(this.#next, `expressions are nested at most ${EXPRESSION_LIMITS.nesting} levels deep`);
      return NULL;
    }
    this.#nesting++;
    const expression = read();
    this.#nesting--;
    return expression;
  }

  get #next(): Token {
    return this.#tokens[this.#position] ?? this.#end;
  }

  /** Goes past a symbol, or the operator `in`, if it stands here. */
  #take(text: string): boolean {
    const token = this.#next;
    if (token.text !== text || token.kind === "string" || token.kind === "end") return false;
    this.#position++;
    return true;
  }

  #expect(text: string, where: string): void {
    const token = this.#next;
    if (!this.#take(text)) this.#fail(token, `\`${text}\` is expected ${where}, not ${quote(token)}`);
  }

  #fail(token: Token, message: string): void {
    this.problem ??= { kind: "error", message, offset: token.offset, length: Math.max(1, token.text.length) };
    this.#position = this.#tokens.length;
  }
}

/** What to say about a token that stands behind a complete expression. */
function surplus(token: Token): string {
  const operator = WORD_OPERATORS.get(token.text);
  if (operator !== undefined) return `\`${token.text}\` is not an operator; write \`${operator}\``;
  return `an operator or the end is expected, not ${quote(token)}`;
}

function quote(token: Token): string {
  return token.kind === "end" ? "the end" : `\`${token.text}\``;
}

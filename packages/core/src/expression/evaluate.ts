import { didYouMean } from "../text/index.ts";
import type { Expression, MapEntry, Value } from "./ast.ts";
import { callFunction, callMethod } from "./functions.ts";
import { DEFAULT_BUDGET, type EvaluationBudget } from "./limits.ts";
import type { Lookup, Scope } from "./lookup.ts";
import { runMacro } from "./macros.ts";
import { elementOf, hasKey, memberOf } from "./member.ts";
import { type Evaluated, failure, Meter, andThen, success, VOID, type EvaluationFailure } from "./meter.ts";
import { applyOperator } from "./operators.ts";
import { quoteExpression } from "./print.ts";
import { describe, isList, isMap, keysOf, materialise, weigh } from "./values.ts";
import { isFunctionName, isMethodName } from "./vocabulary.ts";

/** The value of an expression and the steps that it took, or a sentence that says why it has none. */
export type Evaluation =
  | { readonly kind: "ok"; readonly value: Value; readonly cost: number }
  | { readonly kind: "error"; readonly message: string };

/** A name that a macro has brought in, and those around it. */
interface Binding {
  readonly name: string;
  readonly value: Value;
  readonly outer: Binding | null;
}

interface Context {
  readonly scope: Scope;
  readonly meter: Meter;
  readonly bindings: Binding | null;
}

/**
 * Works out an expression. It never throws, never takes more than `budget` (by default `DEFAULT_BUDGET`), and never
 * reaches anything but the scope and its own values.
 *
 * `&&` and `||` are CEL's: when one side decides the result, an error on the other side does not count, whichever side
 * it is. `all()` and `exists()` are those over many.
 */
export function evaluate(
  expression: Expression,
  scope: Scope,
  budget: Partial<EvaluationBudget> = {},
): Evaluation {
  const meter = new Meter({ ...DEFAULT_BUDGET, ...budget });
  const result = evaluateNode(expression, { scope, meter, bindings: null });
  const value = result.kind === "ok" ? materialise(result.value, meter) : undefined;
  if (value !== undefined) weigh(value, meter);
  if (meter.stopped !== null) return { kind: "error", message: meter.stopped };
  if (result.kind === "error") return { kind: "error", message: result.message() };
  return { kind: "ok", value: value ?? null, cost: meter.used };
}

function evaluateNode(expression: Expression, context: Context): Evaluated {
  const { meter } = context;
  if (!meter.take(1) || !meter.enter()) return VOID;
  const result = dispatch(expression, context);
  meter.leave();
  return result;
}

function dispatch(expression: Expression, context: Context): Evaluated {
  switch (expression.kind) {
    case "list":
      return evaluateList(expression.items, context);
    case "map":
      return evaluateMap(expression.entries, context);
    case "name":
      return evaluateName(expression.name, context);
    case "member":
      return andThen(evaluateNode(expression.target, context), (target) =>
        memberOf(target, expression.name, () => quoteExpression(expression.target)),
      );
    case "index":
      return evaluateIndex(expression, context);
    case "has":
      return andThen(evaluateNode(expression.target, context), (target) =>
        hasKey(target, expression.name, () => quoteExpression(expression.target)),
      );
    case "not":
      return andThen(evaluateNode(expression.operand, context), invert);
    case "negate":
      return andThen(evaluateNode(expression.operand, context), negate);
    case "binary":
      return evaluateBinary(expression, context);
    case "conditional":
      return evaluateConditional(expression, context);
    case "call":
      return evaluateCall(expression, context);
    case "method":
      return evaluateMethod(expression, context);
    case "macro":
      return evaluateMacro(expression, context);
    case "literal":
      return success(expression.value);
  }
}

function invert(operand: Lookup): Evaluated {
  if (typeof operand === "boolean") return success(!operand);
  return failure(() => `\`!\` takes a condition, not ${describe(operand)}`);
}

function negate(operand: Lookup): Evaluated {
  if (typeof operand === "number") return success(0 - operand);
  return failure(() => `\`-\` takes a number, not ${describe(operand)}`);
}

function evaluateList(items: readonly Expression[], context: Context): Evaluated {
  const values: Value[] = [];
  for (const item of items) {
    const result = evaluatePlain(item, context);
    if (result.kind === "error") return result;
    values.push(result.value);
  }
  return context.meter.list(values.length, () => values);
}

function evaluateMap(entries: readonly MapEntry[], context: Context): Evaluated {
  const values = new Map<string, Value>();
  for (const entry of entries) {
    const key = evaluatePlain(entry.key, context);
    if (key.kind === "error") return key;
    const name = key.value;
    if (typeof name !== "string") {
      return failure(
        () => `the key of a map is a string; ${quoteExpression(entry.key)} is ${describe(name)}`,
      );
    }
    if (values.has(name)) return failure(() => `the map has the key "${name}" twice`);
    const value = evaluatePlain(entry.value, context);
    if (value.kind === "error") return value;
    values.set(name, value.value);
  }
  // Object.fromEntries defines keys: `__proto__` becomes a key like any other.
  return success(Object.fromEntries(values));
}

/** The value of an expression as plain data, to be put into a list or a map. */
function evaluatePlain(
  expression: Expression,
  context: Context,
): { readonly kind: "ok"; readonly value: Value } | EvaluationFailure {
  const result = evaluateNode(expression, context);
  if (result.kind === "error") return result;
  const value = materialise(result.value, context.meter);
  return value === undefined ? VOID : { kind: "ok", value };
}

function evaluateName(name: string, context: Context): Evaluated {
  for (let binding = context.bindings; binding !== null; binding = binding.outer) {
    if (binding.name === name) return success(binding.value);
  }
  const { scope } = context;
  const value = scope.variable(name);
  if (value !== undefined) return success(value);
  return failure(() => `there is no \`${name}\` here${didYouMean(name, scope.names?.() ?? [])}`);
}

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

function evaluateIndex(expression: Of<"index">, context: Context): Evaluated {
  return andThen(evaluateNode(expression.target, context), (target) =>
    andThen(evaluateNode(expression.index, context), (index) =>
      elementOf(target, index, () => quoteExpression(expression.target)),
    ),
  );
}

function evaluateBinary(expression: Of<"binary">, context: Context): Evaluated {
  const { operator } = expression;
  if (operator === "||" || operator === "&&") return evaluateLogical(expression, operator === "||", context);
  return andThen(evaluateNode(expression.left, context), (left) =>
    andThen(evaluateNode(expression.right, context), (right) =>
      applyOperator(operator, left, right, context.meter),
    ),
  );
}

/** `decisive` is the value of one side that settles the result: true for `||`, false for `&&`. */
function evaluateLogical(expression: Of<"binary">, decisive: boolean, context: Context): Evaluated {
  const where = `\`${expression.operator}\``;
  const left = evaluateCondition(expression.left, where, context);
  if (left.kind === "ok" && left.value === decisive) return left;
  const right = evaluateCondition(expression.right, where, context);
  if (right.kind === "ok" && right.value === decisive) return right;
  return left.kind === "error" ? left : right;
}

function evaluateConditional(expression: Of<"conditional">, context: Context): Evaluated {
  return andThen(evaluateCondition(expression.condition, "`?`", context), (condition) =>
    evaluateNode(condition === true ? expression.whenTrue : expression.whenFalse, context),
  );
}

/** Evaluates what has to be true or false; there is no "truthy". */
function evaluateCondition(expression: Expression, where: string, context: Context): Evaluated {
  return andThen(evaluateNode(expression, context), (value) => {
    if (typeof value === "boolean") return success(value);
    return failure(() => {
      const hint = typeof value === "string" ? '; compare it, for example == "yes", or use bool(x)' : "";
      return `${where} takes a condition, and ${quoteExpression(expression)} is ${describe(value)}${hint}`;
    });
  });
}

function evaluateCall(expression: Of<"call">, context: Context): Evaluated {
  const { name } = expression;
  const args: Lookup[] = [];
  for (const argument of expression.arguments) {
    const result = evaluateNode(argument, context);
    if (result.kind === "error") return result;
    args.push(result.value);
  }
  const [first] = args;
  if (isFunctionName(name) && first !== undefined) return callFunction(name, first, context.meter);
  const answer = context.scope.call?.(name, args);
  if (answer === undefined) return failure(() => `the function \`${name}\` is not known here`);
  if (answer.kind === "ok") return answer;
  return failure(() => answer.message);
}

function evaluateMethod(expression: Of<"method">, context: Context): Evaluated {
  const { name } = expression;
  if (!isMethodName(name)) return failure(() => `there is no method \`${name}\``);
  return andThen(evaluateNode(expression.target, context), (target) => {
    const [argument] = expression.arguments;
    if (argument === undefined) return callMethod(name, target, undefined, context.meter);
    return andThen(evaluateNode(argument, context), (value) =>
      callMethod(name, target, value, context.meter),
    );
  });
}

function evaluateMacro(expression: Of<"macro">, context: Context): Evaluated {
  const { macro, target, variable, body } = expression;
  return andThen(evaluateNode(target, context), (elements) => {
    if (!isList(elements) && !isMap(elements)) {
      return failure(
        () =>
          `${macro}() goes through a list or the keys of a map; ${quoteExpression(target)} is ${describe(elements)}`,
      );
    }
    const evaluateBody = (element: Value): Evaluated => {
      const bindings = { name: variable, value: element, outer: context.bindings };
      const inner = { ...context, bindings };
      if (macro === "map") return evaluateNode(body, inner);
      return evaluateCondition(body, `${macro}()`, inner);
    };
    return runMacro(macro, isList(elements) ? elements : keysOf(elements), evaluateBody, context.meter);
  });
}

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Expression, Value } from "./ast.ts";
import { evaluate } from "./evaluate.ts";
import { DEFAULT_BUDGET, type EvaluationBudget } from "./limits.ts";
import type { Lookup, Scope } from "./lookup.ts";
import { parseExpression } from "./parse.ts";

const TASKS: Lookup = {
  lookup: (key) => {
    if (key === "build-it")
      return {
        lookup: (inner) => (inner === "status" ? "completed" : undefined),
        keys: () => ["status", "outputs"],
      };
    return key === "test" ? { status: "failed" } : undefined;
  },
  keys: () => ["build-it", "test"],
};

const VARIABLES: Record<string, Lookup> = {
  inputs: { branch: "release/1.2", count: 3, flag: true, nothing: null, list: [1, 2, 3], text: "Äb😀" },
  tasks: TASKS,
  huge: { lookup: () => undefined, keys: () => Array.from({ length: 50_000 }, (_, index) => `key${index}`) },
  empty: {},
  big: "x".repeat(60_000),
  deep: JSON.parse(`${"[".repeat(1_000)}${"]".repeat(1_000)}`),
  deepMap: JSON.parse(`${'{"a":'.repeat(1_000)}1${"}".repeat(1_000)}`),
};
VARIABLES.endless = { lookup: () => VARIABLES.endless, keys: () => ["again"] };

const scope: Scope = {
  variable: (name) => (Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined),
  names: () => Object.keys(VARIABLES),
  call: (name, args) => {
    if (name === "success") return { kind: "ok", value: true };
    if (name === "failure") return { kind: "error", message: "failure is not known yet" };
    return name === "count" ? { kind: "ok", value: args.length } : undefined;
  },
};

function run(text: string, budget?: Partial<EvaluationBudget>) {
  const parsed = parseExpression(text, { functions: ["count"] });
  if (parsed.kind === "error") throw new Error(`${text}: ${parsed.message}`);
  return evaluate(parsed.expression, scope, budget);
}

function value(text: string): Value {
  const result = run(text);
  if (result.kind === "error") throw new Error(result.message);
  return result.value;
}

describe("evaluate", () => {
  it.each<[string, Value]>([
    ["1 + 2 * 3 - 4 / 8", 6.5],
    ["-7 % 3", -1],
    ["-0", 0],
    ["'a' + 'b'", "ab"],
    ["[1] + [2, 'x']", [1, 2, "x"]],
    ["5 == 5.0", true],
    ["1 == '1'", false],
    ["null == false", false],
    ["[1, [2]] == [1, [2]]", true],
    ["[1] == [1, 2]", false],
    ["[1] == {}", false],
    ["[1] == [2]", false],
    ["{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", true],
    ["{'a': 1} == {'b': 1}", false],
    ["{'a': 1} == {'a': 2}", false],
    ["{'a': 1} == {}", false],
    ["{} == []", false],
    ["'a' != 'b'", true],
    ["tasks.test == {'status': 'failed'}", true],
    ["1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3", true],
    ["2 < 1 || 2 <= 1 || 1 > 2 || 1 >= 2", false],
    ["'a' < 'b' && 'a' < 'aa' && 'b' > 'aa' && 'a' <= 'a'", true],
    ["'\\uffee' < '😀' && '😀' > '\\ue000' && 'z' < '😀'", true],
    ["2 in [1, 2] && !(3 in [1, 2])", true],
    ["[1] in [[1]]", true],
    ["'a' in {'a': 1} && !('b' in {'a': 1})", true],
    ["'test' in tasks", true],
    ["true ? 1 : 1 / 0", 1],
    ["false ? 1 / 0 : 2", 2],
    ["!true", false],
    ["inputs.list[2] + inputs['count']", 6],
    ["inputs.nothing", null],
    ["has(inputs.count) && !has(inputs.other)", true],
    ["has(tasks.test) && !has(tasks.deploy)", true],
    ["tasks['build-it'].status", "completed"],
    ["success() && count(1, tasks, 'x') == 3", true],
    ["size('aä😀') == 3 && 'ab'.size() == 2 && size([1]) == 1 && size(tasks) == 2 && size({}) == 0", true],
    ["string(1.50) + string(true) + string(null) + string('x')", "1.5truenullx"],
    ["[int(3.9), int(-3.9), int('42'), int('-7'), int(-0.5)]", [3, -3, 42, -7, 0]],
    ["[double('1.5'), double('.5'), double('1e3'), double('1.'), double(2)]", [1.5, 0.5, 1000, 1, 2]],
    ["[bool('true'), bool('f'), bool(true), bool('1')]", [true, false, true, true]],
    ["inputs.branch.startsWith('rel') && inputs.branch.endsWith('1.2') && inputs.branch.contains('/')", true],
    ["'abc'.contains('') && !'abc'.contains('cb') && 'aab'.contains('ab')", true],
    ["inputs.branch.matches('^release/')", true],
    ["inputs.text.lowerAscii() + inputs.text.upperAscii()", "Äb😀ÄB😀"],
    ["'  a b\\n'.trim()", "a b"],
    ["'a,b,,c'.split(',')", ["a", "b", "", "c"]],
    ["'aaa'.split('aa')", ["", "a"]],
    ["'a😀'.split('')", ["a", "😀"]],
    ["['a', 'b'].join('-') + ['a', 'b'].join()", "a-bab"],
    ["[].join(',')", ""],
    ["inputs.list.all(x, x > 0) && !inputs.list.all(x, x > 1)", true],
    ["inputs.list.exists(x, x == 2) && !inputs.list.exists(x, x == 9)", true],
    ["inputs.list.exists_one(x, x > 2) && !inputs.list.exists_one(x, x > 1)", true],
    ["inputs.list.map(x, x * x)", [1, 4, 9]],
    ["inputs.list.map(x, x > 1, x * x)", [4, 9]],
    ["inputs.list.filter(x, x != 2)", [1, 3]],
    ["inputs.list.map(x, inputs.list.filter(y, y > x).map(x, x + 1))", [[3, 4], [4], []]],
    ["tasks.filter(t, tasks[t].status == 'failed')", ["test"]],
    ["[].all(x, false) && ![].exists(x, true)", true],
    ["tasks", { "build-it": { status: "completed" }, test: { status: "failed" } }],
    ["[tasks.test, tasks['build-it']].map(t, t.status)", ["failed", "completed"]],
    ["{'__proto__': 1}['__proto__']", 1],
  ])("%s is %j", (text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  it.each([
    ["inputz", "there is no `inputz` here; did you mean `inputs`?"],
    ["zzzzzz", "there is no `zzzzzz` here"],
    ["inputs.brnach", "`inputs` has no `brnach`; did you mean `branch`?"],
    ["inputs.zzzzzz", "it has `branch`, `count`"],
    ["tasks.build", '`tasks` has no `build`; a key with a dash is written ["build-it"]'],
    ["huge.zzz", "`huge` has no `zzz`"],
    ["empty.x", "`empty` has no `x`; it is empty"],
    ["inputs.constructor", "`inputs` has no `constructor`"],
    ["inputs['__proto__']", "`inputs` has no `__proto__`"],
    ["inputs.count.x", "`inputs.count` is a number, so it has no `x`"],
    ["inputs.list.length", "`inputs.list` is a list, so it has no `length`"],
    ["has(inputs.count.x)", "`inputs.count` is a number"],
    ["inputs.list[3]", "`inputs.list` has no element 3; its last index is 2"],
    ["inputs.list[-1]", "`inputs.list` has no element -1"],
    ["[][0]", "it is empty"],
    ["inputs.list[0.5]", "its index is a whole number, not 0.5"],
    ["inputs.list['0']", "its index is a whole number, not a string"],
    ["inputs[1]", "`inputs` is a map: its keys are strings, not a number"],
    ["inputs.count[1]", "`inputs.count` is a number, so it has no elements"],
    ["1 + 'a'", "`+` takes two numbers, two strings or two lists, not a number and a string; string(x)"],
    ["[1] + 1", "`+` takes two numbers, two strings or two lists, not a list and a number"],
    ["'a' + 1", "string(x) makes a string of x"],
    ["'a' - 'b'", "`-` takes two numbers, not a string and a string"],
    ["1 / 0", "`/` by zero"],
    ["1 % 0", "`%` by zero"],
    ["1e308 * 10", "the result of `*` is too large"],
    ["1 < 'a'", "`<` compares two numbers or two strings, not a number and a string"],
    ["'a' >= true", "not a string and a boolean"],
    ["'a' in 'abc'", "use text.contains(part)"],
    ["1 in 2", "not into a number"],
    ["1 in {}", "a key of a map, which is a string, not a number"],
    ["inputs.branch ? 1 : 2", "`?` takes a condition, and `inputs.branch` is a string; compare it"],
    ["inputs.count && true", "`&&` takes a condition, and `inputs.count` is a number"],
    ["false || null", "`||` takes a condition, and `null` is null"],
    ["!1", "`!` takes a condition, not a number"],
    ["-'a'", "`-` takes a number, not a string"],
    ["{1: 2}", "the key of a map is a string; `1` is a number"],
    ["{'a': 1, 'a': 2}", 'the map has the key "a" twice'],
    ["{1/0: 2}", "by zero"],
    ["{'a': 1/0}", "by zero"],
    ["[1/0]", "by zero"],
    ["size(1/0)", "by zero"],
    ["(1/0).trim()", "by zero"],
    ["'a'.split(string(1/0))", "by zero"],
    ["(1/0)[0]", "by zero"],
    ["[1][1/0]", "by zero"],
    ["1 + 1/0", "by zero"],
    ["[1/0].all(x, x)", "by zero"],
    ["size(1)", "size() takes a string, a list or a map, not a number"],
    ["string([])", "string() takes a number, a boolean, a string or null, not a list"],
    ["int(true)", "int() takes a number or a string, not a boolean"],
    ["int('1.5')", 'int() takes a whole number, not "1.5"'],
    ["int('99999999999999999999')", "exact up to 2^53 - 1"],
    ["int(1e300)", "exact up to 2^53 - 1"],
    ["double([])", "double() takes a number or a string, not a list"],
    ["double('x')", 'double() takes a number, not "x"'],
    ["double('1e999')", "the result of double() is too large"],
    ["bool(1)", "bool() takes a boolean or a string, not a number"],
    ["bool('yes')", 'bool() takes "true" or "false", not "yes"'],
    [`bool('${"y".repeat(60)}')`, `${"y".repeat(39)}…`],
    ["[1].trim()", "trim() is a method of strings, not of a list"],
    ["[1].contains('x')", "contains() is a method of strings, not of a list"],
    ["'x'.contains(1)", "contains() takes a string, not a number"],
    ["'x'.matches(inputs.branch + '(')", "matches(): a group is not closed"],
    ["'x'.join()", "join() is a method of lists, not of a string"],
    ["['x'].join(1)", "join() takes a string, not a number"],
    ["['x', 1].join()", "one element is a number"],
    ["inputs.count.all(x, x)", "all() goes through a list or the keys of a map; `inputs.count` is a number"],
    ["inputs.list.filter(x, x)", "filter() takes a condition, and `x` is a number"],
    ["inputs.list.map(x, 1 / 0)", "by zero"],
    ["failure()", "failure is not known yet"],
    ["cancelled()", "the function `cancelled` is not known here"],
  ])("%s is an error: %s", (text, message) => {
    expect(run(text)).toEqual({ kind: "error", message: expect.stringContaining(message) });
  });

  it("knows no functions and no names where the scope has none", () => {
    const bare: Scope = { variable: () => undefined };
    const evaluateBare = (text: string) => {
      const parsed = parseExpression(text);
      return parsed.kind === "ok" ? evaluate(parsed.expression, bare) : parsed;
    };
    expect(evaluateBare("success()")).toMatchObject({ message: "the function `success` is not known here" });
    expect(evaluateBare("a")).toMatchObject({ message: "there is no `a` here" });
  });

  it("says so when a tree that no text gives is wrong", () => {
    const text: Expression = { kind: "literal", value: "x" };
    const method = (name: string): Expression => ({ kind: "method", target: text, name, arguments: [] });
    expect(evaluate(method("contains"), scope)).toMatchObject({
      message: "contains() takes a string, not null",
    });
    expect(evaluate(method("shout"), scope)).toMatchObject({ message: "there is no method `shout`" });
    expect(evaluate({ kind: "call", name: "size", arguments: [] }, scope).kind).toBe("error");
  });
});

describe("`&&`, `||`, all() and exists()", () => {
  const ERROR = "1 / 0 == 1";

  it.each([
    [`true || ${ERROR}`, true],
    [`${ERROR} || true`, true],
    [`false && ${ERROR}`, false],
    [`${ERROR} && false`, false],
    ["[0, 1].exists(x, 1 / x == 1)", true],
    ["[0, 1].all(x, 1 / x == 2)", false],
  ])("%s is %s: the side that decides wins over an error", (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  it.each([
    `false || ${ERROR}`,
    `${ERROR} || false`,
    `true && ${ERROR}`,
    `${ERROR} && true`,
    `${ERROR} || ${ERROR}`,
    "[0, 1].exists(x, 1 / x == 2)",
    "[0, 1].all(x, 1 / x == 1)",
    "[1, 0].exists_one(x, 1 / x == 1)",
    "[1, 0].filter(x, 1 / x == 1)",
  ])("%s is the error", (text) => {
    expect(run(text)).toMatchObject({ message: "`/` by zero" });
  });
});

describe("the budget", () => {
  it.each([
    "[1,2,3,4,5,6,7,8,9,10].map(a, [1,2,3,4,5,6,7,8,9,10].map(b, [1,2,3,4,5,6,7,8,9,10].map(c, [1,2,3,4,5,6,7,8,9,10].map(d, d))))",
    "[1,2,3,4,5,6,7,8,9,10].all(a, huge.exists(k, k == 'x')) || true",
    "huge.all(k, true)",
    "huge.map(k, k)",
    "huge.filter(k, true)",
    "[huge]",
    "{'a': huge}",
    "[0].map(x, huge)",
    "huge",
    "huge == huge || [1,2,3,4,5,6,7,8,9,10].map(x, huge == huge) == []",
    "[1,2,3,4,5,6,7,8,9,10,11,12].all(x, size(huge) == 50000 && size(huge) == 50000)",
    "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18].all(x, big == big)",
    "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18].all(x, big <= big)",
    "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18].all(x, big.size() > 0)",
    "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18].all(x, big.contains('y') || true)",
    "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18].all(x, big.startsWith(big))",
    "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18].all(x, big.endsWith(big))",
    "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18].all(x, big.trim() == big)",
    "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18].map(x, big.split('y'))",
    "big.split('x').map(x, x).join('')",
    "big.matches('(a|b)*c') || true",
    "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18].map(x, big)",
    "inputs.list.map(a, inputs.list.map(b, inputs.list.map(c, inputs.list.map(d, inputs.list.map(e, inputs.list.map(f, inputs.list.map(g, inputs.list.map(h, inputs.list)))))))) == 1",
  ])("stops %s", (text) => {
    const result = run(text);
    expect(result).toMatchObject({
      kind: "error",
      message: expect.stringMatching(/more than its 10000 steps|elements is past the limit/),
    });
  });

  it("does not let `||` forgive that it is used up", () => {
    expect(run("huge.all(k, true) || true").kind).toBe("error");
  });

  it("bounds the depth of values", () => {
    const tooDeep = { message: expect.stringContaining("nested more than 300 levels") };
    expect(run("deep")).toMatchObject(tooDeep);
    expect(run("deep == deep")).toMatchObject(tooDeep);
    expect(run("deepMap == deepMap")).toMatchObject(tooDeep);
    expect(run("endless")).toMatchObject(tooDeep);
    expect(run("[endless]")).toMatchObject(tooDeep);
    expect(run("1 + 1", { depth: 1 })).toMatchObject({
      message: expect.stringContaining("more than 1 levels"),
    });
  });

  it("bounds what an expression makes", () => {
    expect(run("big + big")).toMatchObject({
      message: "a text of 120000 characters is past the limit of 100000",
    });
    expect(run("inputs.list + inputs.list", { listLength: 5 })).toMatchObject({
      message: "a list of 6 elements is past the limit of 5",
    });
  });

  it("counts steps, and says how many", () => {
    expect(run("1 + 1")).toEqual({ kind: "ok", value: 2, cost: 3 });
    expect(run("1 + 1", { steps: 3 }).kind).toBe("ok");
    expect(run("1 + 1", { steps: 2 })).toMatchObject({
      message: expect.stringContaining("more than its 2 steps"),
    });
  });

  // Every cut of the work must leave an error behind, wherever it falls.
  it.each([
    "tasks == tasks && [tasks] == [tasks] && {'a': tasks} == {'a': tasks}",
    "inputs.list.map(x, x + 1).filter(x, x > 1).exists(x, x == 3) && 'a' in {'a': 1} && 3 in inputs.list",
    "inputs.branch.matches('^x.*(a|b)') || 'a,b'.split(',').join('-').size() == 3 && 'abc'.contains('c') && 'a' < 'b'",
    "[inputs.list, 'x', {'a': [null, true, 'y']}]",
    "'a'.size() == 1 && [tasks, tasks].map(t, t) == [tasks, tasks]",
    "[1, 2].all(x, 1 / 0 == x) || [1].exists_one(x, x == 1)",
    "tasks",
  ])("holds at every number of steps for %s", (text) => {
    const full = run(text);
    const cost = full.kind === "ok" ? full.cost : 1;
    for (let steps = 0; steps < cost; steps++) {
      expect(run(text, { steps })).toMatchObject({
        kind: "error",
        message: expect.stringContaining(`its ${steps} steps`),
      });
    }
    expect(run(text, { steps: cost })).toEqual(full);
  });
});

const leaf = fc.constantFrom(
  ..."inputs inputs.list inputs.branch tasks tasks.test.status huge big deep endless 0 1 -2.5 'a' '' '^a+$' null true false [] {} x".split(
    " ",
  ),
);
const { text } = fc.letrec<{ text: string }>((tie) => {
  const part = tie("text");
  return {
    text: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc
        .tuple(part, fc.constantFrom("+", "-", "*", "/", "%", "==", "!=", "<", ">=", "in", "&&", "||"), part)
        .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
      fc
        .tuple(part, fc.constantFrom("all", "exists", "exists_one", "map", "filter"), part)
        .map(([left, macro, body]) => `(${left}).${macro}(x, ${body})`),
      fc
        .tuple(fc.constantFrom("size", "string", "int", "double", "bool", "!", "-"), part)
        .map(([name, inner]) => `${name}(${inner})`),
      fc
        .tuple(part, fc.constantFrom("startsWith", "contains", "matches", "split", "join"), part)
        .map(([left, name, inner]) => `(${left}).${name}(${inner})`),
      fc.tuple(part, part).map(([left, right]) => `(${left})[${right}]`),
      fc.tuple(part, part, part).map(([one, two, three]) => `(${one} ? ${two} : ${three})`),
      fc.tuple(part, part).map(([left, right]) => `[${left}, ${right}, {'k': ${left}}]`),
      part.map((inner) => `has((${inner}).status)`),
    ),
  };
});

describe("any expression", () => {
  it("gives a JSON value within the budget or an error, and never an exception", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 3_000 }), (source, steps) => {
        const parsed = parseExpression(source);
        if (parsed.kind === "error") return;
        const result = evaluate(parsed.expression, scope, { steps });
        if (result.kind === "error") {
          expect(result.message.length).toBeGreaterThan(0);
          return;
        }
        expect(result.cost).toBeLessThanOrEqual(steps);
        const json = JSON.stringify(result.value);
        expect(JSON.parse(json)).toEqual(result.value);
        expect(json.length).toBeLessThan(steps * 200 + 1_000);
        expect(evaluate(parsed.expression, scope, { steps })).toEqual(result);
      }),
      { numRuns: 2_000 },
    );
  });

  it("has a default budget", () => {
    expect(run("huge.all(k, true)")).toMatchObject({
      message: expect.stringContaining(`${DEFAULT_BUDGET.steps} steps`),
    });
  });
});

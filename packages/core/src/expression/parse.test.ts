import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Expression, MACROS, PRECEDENCE } from "./ast.ts";
import { EXPRESSION_LIMITS } from "./limits.ts";
import { parseExpression } from "./parse.ts";
import { printExpression, quoteExpression } from "./print.ts";
import { METHODS, RESERVED_WORDS } from "./vocabulary.ts";

function parsed(text: string): Expression {
  const result = parseExpression(text, { functions: ["fileHash"] });
  if (result.kind === "error") throw new Error(result.message);
  return result.expression;
}

describe("parseExpression", () => {
  it.each([
    ["1+2*3-4", "1 + 2 * 3 - 4"],
    ["(1+2)*3", "(1 + 2) * 3"],
    ["1-(2-3)", "1 - (2 - 3)"],
    ["a||b&&c==d", "a || b && c == d"],
    ["(a||b)&&!(c in [1,2,])", "(a || b) && !(c in [1, 2])"],
    ["a?b:c?d:e", "a ? b : c ? d : e"],
    ["(a?b:c)?(d?e:f):g", "(a ? b : c) ? (d ? e : f) : g"],
    ["-(-5)", "--5"],
    ["(-5).x", "(-5).x"],
    ["{'a':1,'b':[{}],}['a']", '{"a": 1, "b": [{}]}["a"]'],
    ["tasks['build-it'] . outputs // the end\n.url", 'tasks["build-it"].outputs.url'],
    ["has(a.b['c'].d)", 'has(a.b["c"].d)'],
    ["xs.map(x, x>1, x*2)", "xs.filter(x, x > 1).map(x, x * 2)"],
    ["xs.exists_one(x,x==1)", "xs.exists_one(x, x == 1)"],
    ["success()&&size(xs)==xs.size()", "success() && size(xs) == xs.size()"],
    ["fileHash('a',1)", 'fileHash("a", 1)'],
    ["xs.join()+xs.join(',')", 'xs.join() + xs.join(",")'],
    ["null==false!=true", "null == false != true"],
    ["0x1F + .5 + 1e3 + 1.5e-3 + 1e20", "31 + 0.5 + 1000 + 0.0015 + 1e+20"],
  ])("reads %s", (text, printed) => {
    expect(printExpression(parsed(text))).toBe(printed);
    expect(parsed(printed)).toEqual(parsed(text));
  });

  it.each([
    [String.raw`'a\'b'`, "a'b"],
    ['"\\a\\b\\f\\n\\r\\t\\v\\\\\\?\\"\\\'\\`"', "\u0007\b\f\n\r\t\v\\?\"'`"],
    [String.raw`'\x41\X42\u00e9\U0001F600\101'`, "ABé😀A"],
    [String.raw`r'\d+' + R"\w"`, undefined],
    ["'''a'b\n''c'''", "a'b\n''c"],
    ['"""a"b\nc"""', 'a"b\nc'],
    [String.raw`r"""\n"""`, String.raw`\n`],
    ["''", ""],
  ])("reads the string %s", (text, value) => {
    if (value !== undefined) expect(parsed(text)).toEqual({ kind: "literal", value });
    expect(parsed(printExpression(parsed(text)))).toEqual(parsed(text));
  });

  it("prints control characters as escapes", () => {
    expect(printExpression({ kind: "literal", value: 'a"\\\n\t\u0000\u0085é' })).toBe(
      String.raw`"a\"\\\n\t\x00\x85é"`,
    );
  });

  it("shortens an expression for a message", () => {
    expect(quoteExpression(parsed("a.b"))).toBe("`a.b`");
    const long = quoteExpression(parsed(`a == "${"x".repeat(200)}"`));
    expect(long).toHaveLength(82);
    expect(long.endsWith("…`")).toBe(true);
  });
});

describe("an error of parseExpression", () => {
  it.each([
    ["", 0, "a value is expected, not the end"],
    ["1 +", 3, "a value is expected, not the end"],
    ["1 2", 2, "an operator or the end is expected, not `2`"],
    ["(1", 2, "`)` is expected to close the `(`, not the end"],
    ["[1 2]", 3, "`]` is expected or a `,`, not `2`"],
    ["f(1", 3, "`)` is expected or a `,`, not the end"],
    ["{'a' 1}", 5, "`:` is expected after the key of a map"],
    ["{'a': 1 'b'}", 8, "`}` is expected or a `,`"],
    ["a[1", 3, "`]` is expected after the index"],
    ["a ? b", 5, "`:` is expected between the two results of `?`"],
    ["a ? b ? c : d : e", 6, "`:` is expected"],
    ["a.1", 1, "not `.1`"],
    ["a.'b'", 2, "a name is expected after `.`"],
    ["a.true", 2, "a name is expected after `.`"],
    ["a.in", 2, '["key"]'],
    ["a = b", 2, "write `==`"],
    ["a & b", 2, "write `&&`"],
    ["a | b", 2, "write `||`"],
    ["${a}", 0, "no `$` is needed"],
    ["a.`b`", 2, "tasks['build-it']"],
    ["a # b", 2, "`#` means nothing here"],
    ["a 😀", 2, "`😀` means nothing here"],
    ["a and b", 2, "write `&&`"],
    ["not a", 0, "write `!`"],
    ["if", 0, "`if` is a word of the language"],
    ["in", 0, "`in` is a word of the language"],
    ["b'x'", 0, "bytes literals are not supported"],
    ["rb'x'", 0, "bytes literals are not supported"],
    ["'abc", 0, "' is missing; a string that spans lines"],
    ["'a\nb'", 0, "is not closed"],
    ["'a\\", 0, "is not closed"],
    ["'''abc''", 0, "''' is missing"],
    [String.raw`'a\q'`, 2, "`\\q` is not an escape of a string; write `\\\\`"],
    [String.raw`'a\x4'`, 2, "it is written \\x and 2 hexadecimal digits"],
    [String.raw`'\400'`, 1, "`\\4` is not an escape"],
    [String.raw`'\ud800'`, 1, "is not a Unicode character"],
    [String.raw`'\U00110000'`, 1, "is not a Unicode character"],
    ["5u", 0, "numbers have no `u` here; write 5"],
    ["5abc", 0, "a name does not begin with a digit"],
    ["1e999", 0, "too large"],
    ["9007199254740993", 0, "past 2^53 - 1"],
    ["0xffffffffffffffff", 0, "past 2^53 - 1"],
    ["has(a)", 0, "has(tasks.build.outputs.url)"],
    ["has()", 0, "has(tasks.build.outputs.url)"],
    ["has(a.b, c.d)", 0, "has(tasks.build.outputs.url)"],
    ["size()", 0, "`size` takes 1 argument, not 0"],
    ["success(1)", 0, "`success` takes no arguments, not 1"],
    ["xs.join(1, 2)", 3, "`join` takes 0 or 1 arguments, not 2"],
    ["sise(x)", 0, "there is no function `sise`; did you mean `size`?"],
    ["filehash(x)", 0, "did you mean `fileHash`?"],
    ["contains(a, b)", 0, "`contains` is a method: it is written value.contains(…)"],
    ["all(a, b)", 0, "`all` is a method"],
    ["a.startWith('x')", 2, "did you mean `startsWith`?"],
    ["a.exist(x, x)", 2, "did you mean `exists`?"],
    ["a.int()", 2, "it is a function: int(…)"],
    ["a.all(x)", 2, "`all` is written all(name, condition)"],
    ["a.all(x, y, z)", 2, "`all` is written all(name, condition)"],
    ["a.map()", 2, "map(name, value) or (name, condition, value)"],
    ["a.map(x, y, z, q)", 2, "`map` is written"],
    ["a.all(x.y, true)", 6, "`all` begins with a new name for the element"],
    ["a.matches('(')", 10, "a group is not closed"],
  ])("for %j stands at %d and says: %s", (text, offset, message) => {
    const result = parseExpression(text, { functions: ["fileHash"] });
    expect(result).toMatchObject({ kind: "error", offset, message: expect.stringContaining(message) });
    expect(result.kind === "error" && result.length).toBeGreaterThan(0);
  });

  it("names the limit that is passed", () => {
    const { textLength, nesting, depth } = EXPRESSION_LIMITS;
    expect(parseExpression(`'${"x".repeat(textLength)}'`)).toMatchObject({
      message: expect.stringContaining(`${textLength}`),
    });
    expect(parseExpression("(".repeat(nesting + 1))).toMatchObject({
      message: expect.stringContaining(`${nesting} levels`),
    });
    expect(parseExpression("!".repeat(nesting + 1))).toMatchObject({
      message: expect.stringContaining(`${nesting} levels`),
    });
    const sum = (count: number) => Array.from({ length: count }, () => "a").join("+");
    expect(parseExpression(sum(depth)).kind).toBe("ok");
    expect(parseExpression(sum(depth + 1))).toMatchObject({
      message: expect.stringContaining(`${depth} levels`),
    });
  });

  it("is never an exception", () => {
    const word = fc.constantFrom(
      "a",
      ".",
      "(",
      ")",
      "[",
      "]",
      "{",
      "}",
      "?",
      ":",
      "'x'",
      "1",
      "&&",
      "-",
      "!",
      ",",
      "in",
      "map",
      "has",
      "matches",
      '"',
      "\\",
      " ",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join("")),
        ),
        (text) => {
          const result = parseExpression(text);
          if (result.kind === "error") expect(result.offset).toBeLessThanOrEqual(text.length);
          else expect(parsed(printExpression(result.expression))).toEqual(result.expression);
        },
      ),
      { numRuns: 500 },
    );
  });
});

const name = fc
  .stringMatching(/^[a-z_][a-zA-Z0-9_]{0,5}$/)
  .filter((text) => !RESERVED_WORDS.has(text) && !["has", "not", "r", "b", "rb", "br"].includes(text));
const literal = fc.oneof(
  fc.constantFrom(null, true, false),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  fc.string({ unit: "binary" }),
);
const operator = fc.constantFrom(...PRECEDENCE.flat());
const noArguments = fc
  .constantFrom("trim", "size", "join")
  .filter((method) => METHODS[method as "trim"].least === 0);

const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.record({ kind: fc.constant("literal" as const), value: literal }),
      fc.record({ kind: fc.constant("name" as const), name }),
    ),
    fc.record({ kind: fc.constant("list" as const), items: fc.array(tie("tree"), { maxLength: 3 }) }),
    fc.record({
      kind: fc.constant("map" as const),
      entries: fc.array(fc.record({ key: tie("tree"), value: tie("tree") }), { maxLength: 2 }),
    }),
    fc.record({ kind: fc.constant("member" as const), target: tie("tree"), name }),
    fc.record({ kind: fc.constant("has" as const), target: tie("tree"), name }),
    fc.record({ kind: fc.constant("index" as const), target: tie("tree"), index: tie("tree") }),
    fc.record({ kind: fc.constantFrom("not" as const, "negate" as const), operand: tie("tree") }),
    fc.record({ kind: fc.constant("binary" as const), operator, left: tie("tree"), right: tie("tree") }),
    fc.record({
      kind: fc.constant("conditional" as const),
      condition: tie("tree"),
      whenTrue: tie("tree"),
      whenFalse: tie("tree"),
    }),
    fc.record({
      kind: fc.constant("call" as const),
      name: fc.constant("size"),
      arguments: fc.tuple(tie("tree")),
    }),
    fc.record({
      kind: fc.constant("method" as const),
      target: tie("tree"),
      name: noArguments,
      arguments: fc.constant([]),
    }),
    fc.record({
      kind: fc.constant("macro" as const),
      macro: fc.constantFrom(...MACROS),
      target: tie("tree"),
      variable: name,
      body: tie("tree"),
    }),
  ),
}));

describe("printExpression", () => {
  it("prints what parses into the same tree, and trees go through JSON unchanged", () => {
    fc.assert(
      fc.property(tree, (expression) => {
        expect(parsed(printExpression(expression))).toEqual(expression);
        expect(JSON.parse(JSON.stringify(expression))).toEqual(expression);
      }),
      { numRuns: 300 },
    );
  });
});

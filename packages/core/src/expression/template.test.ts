import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Value } from "./ast.ts";
import { parseTemplate, printTemplate, renderTemplate, type Template } from "./template.ts";

const bare = (template: Template) =>
  template.map((piece) => (typeof piece === "string" ? piece : piece.path));

describe("parseTemplate", () => {
  it.each([
    ["deploy ${name} now", ["deploy ", ["name"], " now"]],
    ["${a}${b}", [["a"], ["b"]]],
    ["${tasks.build-it.outputs.url}", [["tasks", "build-it", "outputs", "url"]]],
    ["${matrix.list[0][12].x}", [["matrix", "list", "0", "12", "x"]]],
    ["${secrets.API_KEY}", [["secrets", "API_KEY"]]],
    ["", []],
  ])("finds the placeholders of %s", (text, pieces) => {
    expect(bare(parseTemplate(text))).toEqual(pieces);
  });

  it("says where a placeholder stands", () => {
    expect(parseTemplate("a ${b.c}")[1]).toEqual({ kind: "path", path: ["b", "c"], offset: 2, length: 6 });
  });

  it.each([
    "${x:-y}",
    "${x-y}",
    "${x:=y}",
    "${x:?y}",
    "${x#y}",
    "${x##y}",
    "${x%y}",
    "${#x}",
    "${x/a/b}",
    "${x^^}",
    "${!x}",
    "${x[@]}",
    "${x[*]}",
    "${x[i]}",
    "${x:0:3}",
    "${@}",
    "${1}",
    "${}",
    "${ x }",
    "${x",
    "$x",
    "$(x)",
    "$((x))",
    "$$",
    "${a..b}",
    "${.a}",
    "${a.}",
  ])("leaves %s to the shell", (text) => {
    expect(parseTemplate(text)).toEqual([text]);
  });

  it("takes $${ for a literal ${", () => {
    expect(parseTemplate("a $${name} b")).toEqual(["a ${name} b"]);
    expect(bare(parseTemplate("$${${x}}"))).toEqual(["${", ["x"], "}"]);
    expect(parseTemplate("$$${x}")).toEqual(["$${x}"]);
  });

  it("prints what it reads", () => {
    const part = fc.constantFrom(
      "$",
      "{",
      "}",
      "${",
      "$${",
      "${a}",
      "${a.b-c[0]}",
      "x",
      ":-",
      " ",
      "[",
      ".",
      "\n",
    );
    fc.assert(
      fc.property(
        fc.array(part).map((parts) => parts.join("")),
        (text) => {
          const template = parseTemplate(text);
          expect(bare(parseTemplate(printTemplate(template)))).toEqual(bare(template));
          for (const piece of template) {
            if (typeof piece !== "string")
              expect(text.slice(piece.offset, piece.offset + piece.length)).toBe(printTemplate([piece]));
          }
        },
      ),
    );
  });
});

describe("renderTemplate", () => {
  const values: Record<string, Value> = { s: "a b", n: 1.5, t: true, z: null, l: [1, "x"], m: { a: 1 } };
  const render = (text: string) => renderTemplate(parseTemplate(text), ([name = ""]) => values[name]);

  it("prints values", () => {
    expect(render("${s}|${n}|${t}|${z}|${l}|${m}|$${s}")).toEqual({
      kind: "ok",
      text: 'a b|1.5|true||[1,"x"]|{"a":1}|${s}',
    });
  });

  it("says which placeholder stands for nothing", () => {
    expect(render("x ${nope.l[0]}")).toEqual({
      kind: "error",
      message: "${nope.l[0]} stands for nothing: there is no `nope.l[0]`",
      placeholder: { kind: "path", path: ["nope", "l", "0"], offset: 2, length: 12 },
    });
  });

  it("does not read a value as a template", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(renderTemplate(parseTemplate("${a}"), () => `\${a}${value}`)).toEqual({
          kind: "ok",
          text: `\${a}${value}`,
        });
      }),
    );
  });

  it("leaves a text without `${` as it is", () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes("${")),
        (text) => {
          expect(renderTemplate(parseTemplate(text), () => undefined)).toEqual({ kind: "ok", text });
        },
      ),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PipelineInput } from "./queries.ts";
import {
  commandOf,
  droppedInputs,
  fieldsOf,
  initialValues,
  inputsOf,
  isChanged,
  problemOf,
  problemsOf,
  typeText,
} from "./start-form.ts";

function input(name: string, type: PipelineInput["type"], more: Partial<PipelineInput> = {}): PipelineInput {
  const isRequired = more.default === undefined;
  return {
    name,
    type,
    description: "",
    required: isRequired,
    default: null,
    choices: [],
    min: null,
    max: null,
    ...more,
  };
}

const ref = input("ref", "text", { default: "main" });
const traffic = input("traffic", "number", { default: 10, min: 1, max: 100 });
const migrate = input("migrate", "boolean", { default: false });
const target = input("target", "choice", { choices: ["staging", "production"] });
const notes = input("notes", "textarea", { default: "", required: false, max: 10 });
const key = input("key", "secret");
const all = [ref, traffic, migrate, target, notes, key];

describe("the fields of a start form", () => {
  it("hold the defaults, or what a former run had where it still fits", () => {
    expect(initialValues(all)).toEqual({
      ref: "main",
      traffic: "10",
      migrate: false,
      target: "",
      notes: "",
      key: "",
    });
    const former = { ref: "fix", traffic: 500, migrate: true, target: "moon", gone: 1, key: "SIGNING" };
    expect(initialValues(all, former)).toEqual({
      ref: "fix",
      traffic: "10",
      migrate: true,
      target: "",
      notes: "",
      key: "SIGNING",
    });
    expect(droppedInputs(all, former)).toEqual(["traffic", "target", "gone"]);
  });

  it("say what is wrong and what is allowed", () => {
    expect(problemOf(traffic, "120")).toBe("120 is above the highest allowed value, 100.");
    expect(problemOf(traffic, "0")).toBe("0 is below the lowest allowed value, 1.");
    expect(problemOf(traffic, "ten")).toBe("ten is no number.");
    expect(problemOf(target, "moon")).toBe("moon is no choice. It is one of staging, production.");
    expect(problemOf(target, "")).toBe("Choose one.");
    expect(problemOf(key, "hunter-2!")).toContain("never the secret itself");
    expect(problemOf(notes, "x".repeat(11))).toBe("It has 11 characters, at most 10 are allowed.");
    expect(problemOf(input("a", "text"), "")).toBe("It is required.");
    expect(problemOf(ref, "a\nb")).toContain("more than one line");
    expect(problemsOf(all, initialValues(all))).toEqual({
      target: "Choose one.",
      key: "It is required: give the name of a secret.",
    });
  });

  it("are marked where they differ from the default", () => {
    expect(isChanged(migrate, true)).toBe(true);
    expect(isChanged(migrate, false)).toBe(false);
    expect(isChanged(traffic, "10")).toBe(false);
    expect(isChanged(target, "staging")).toBe(false);
  });

  it("name their type and its bounds", () => {
    expect(typeText(traffic)).toBe("number, 1–100");
    expect(typeText(notes)).toBe("text, several lines, at most 10 characters");
    expect(typeText(key)).toBe("name of a secret");
  });
});

const shop = { name: "shop", kind: "workflow" } as const;

describe("what a start sends", () => {
  it("is what is required and what differs, typed", () => {
    const values = { ...initialValues(all), traffic: "25", migrate: true, target: "staging", key: "SIGNING" };
    expect(inputsOf(all, values)).toEqual({ traffic: 25, migrate: true, target: "staging", key: "SIGNING" });
    expect(inputsOf([ref], { ref: "" })).toEqual({ ref: "" });
  });

  it("is the same as a command", () => {
    const values = { ...initialValues(all), target: "staging", notes: "it's new", key: "SIGNING" };
    expect(commandOf(shop, all, values, 5)).toBe(
      "gaia workflow start shop \\\n  --input target=staging \\\n  --input 'notes=it'\\''s new' \\\n  --input key=SIGNING",
    );
    expect(commandOf(shop, [], {}, 9)).toBe("gaia workflow start shop \\\n  --priority 9");
    expect(commandOf({ name: "orders", kind: "program" }, all, values, 5)).toMatch(
      /^gaia pipeline run orders \\\n {2}--arg target=staging /,
    );
  });

  it("reaches a shell as it was typed", () => {
    const characters = fc.constantFrom("a", "'", '"', "$", "`", " ", "\\", "\n", "é", "@");
    fc.assert(
      fc.property(fc.string({ unit: characters }), (text) => {
        const command = commandOf({ name: "p", kind: "workflow" }, [input("x", "textarea")], { x: text }, 5);
        const value = shellWords(command).at(-1)?.slice("x=".length) ?? "";
        expect(value.startsWith("@") && value !== "@" ? value.slice(1) : value).toBe(text);
      }),
    );
  });

  it("comes back with the server's sentences in their places", () => {
    expect(
      fieldsOf([
        "the input `traffic` does not fit: 120 is larger than 100",
        "the input `target` is required; give it",
        "unknown input `x`; there is none",
      ]),
    ).toEqual({
      traffic: "120 is larger than 100.",
      target: "The input `target` is required; give it.",
      "": "Unknown input `x`; there is none.",
    });
  });
});

/** Words of a command as POSIX splits and unquotes them, of the quoting that is used here. */
function shellWords(command: string): readonly string[] {
  const words = command.matchAll(/(?:[^\s'\\]|'[^']*'|\\'|\\(?=\n))+/g);
  return [...words]
    .map(([word]) =>
      word.replaceAll(
        /'([^']*)'|\\(['\n]?)/g,
        (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? "",
      ),
    )
    .filter((word) => word !== "");
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { boolean, choice, job, number, text, textarea, vault } from "@gaia/sdk";
import { runJob } from "@gaia/sdk/testing";

const show = job("Show", {
  args: {
    text: text("", { default: "some" }),
    area: textarea(),
    secret: vault(),
    flag: boolean(),
    on: boolean("", { default: true }),
    count: number(),
    size: number("", { default: 2.5 }),
    tone: choice(["calm", "wild"], "", { default: "calm" }),
    any: choice(["calm", "wild"]),
  },
  run: ({ args, setOutput }) =>
    setOutput("args", Object.fromEntries(Object.entries(args).map(([key, value]) => [key, value ?? "none"]))),
});
const DEFAULTS = {
  text: "some",
  area: "",
  secret: "",
  flag: false,
  on: true,
  count: "none",
  size: 2.5,
  tone: "calm",
  any: "none",
};

test("what is not given has its default", async () => {
  assert.deepEqual((await runJob(show)).outputs["args"], DEFAULTS);
});

test("what is given is converted", async () => {
  const args = {
    text: "",
    area: "a\nb",
    flag: "TRUE",
    on: "0",
    count: " -1e3 ",
    size: "",
    tone: "wild",
    any: "",
  };
  assert.deepEqual((await runJob(show, { args })).outputs["args"], {
    ...DEFAULTS,
    text: "",
    area: "a\nb",
    flag: true,
    on: false,
    count: -1000,
    tone: "wild",
  });
});

for (const [key, value, message] of [
  ["count", "x", 'argument "count" is "x", which is no number'],
  ["count", "0x10", 'argument "count" is "0x10", which is no number'],
  ["count", "Infinity", 'argument "count" is "Infinity", which is no number'],
  ["flag", "yes", 'argument "flag" is "yes", which is no boolean: say true or false'],
  ["tone", "loud", 'argument "tone" is "loud", which is none of calm, wild'],
]) {
  test(`${key}=${value} fails the job`, async () => {
    const { outcome, message: said, log } = await runJob(show, { args: { [key]: value } });
    assert.deepEqual({ outcome, said, log }, { outcome: "failed", said: message, log: [] });
  });
}

for (const [name, argument] of Object.entries({
  text: text("", { required: true }),
  number: number("", { required: true }),
  vault: vault("", { required: true }),
})) {
  test(`a required ${name} has to be given`, async () => {
    const needs = job("Needs", { args: { what: argument }, run: () => {} });
    for (const args of /** @type {Record<string, string>[]} */ ([{}, { what: "" }])) {
      const { outcome, message } = await runJob(needs, { args });
      assert.deepEqual([outcome, message], ["failed", 'argument "what" is required, and not given']);
    }
    assert.equal((await runJob(needs, { args: { what: 7 } })).outcome, "succeeded");
  });
}

test("a default does for what is required", async () => {
  const needs = job("Needs", {
    args: { what: text("", { required: true, default: "this" }) },
    run: ({ args, setOutput }) => setOutput("what", args.what),
  });
  assert.deepEqual((await runJob(needs, { args: { what: "" } })).outputs, { what: "this" });
});

test("keys that JavaScript has a meaning for are keys", async () => {
  const odd = job("Odd", {
    args: { constructor: text(), ["__proto__"]: text("", { default: "x" }) },
    run: ({ args, setOutput }) => setOutput("entries", Object.entries(args)),
  });
  assert.deepEqual((await runJob(odd)).outputs["entries"], [
    ["constructor", ""],
    ["__proto__", "x"],
  ]);
});

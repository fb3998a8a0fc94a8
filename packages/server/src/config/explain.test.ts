import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "smol-toml";
import { explainConfig, KEYS } from "./index.ts";

let folder = "";
let file = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gaia-config-"));
  file = join(folder, "config.toml");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("each key says what it is set to, by what, and its default, as the file has it", () => {
  writeFileSync(file, '[server]\nport = 4711\nhosts = ["a.example", "b"]\n[retention]\nmax_age = "30d"\n');
  const found = new Map(
    explainConfig(file, { GAIA_PORT: "4712", GAIA_TAGS: "gpu, big", GAIA_LISTEN: "" }).map((row) => [
      row.key,
      row,
    ]),
  );
  expect(found.get("server.port")).toEqual({
    key: "server.port",
    value: "4712",
    fallback: "4242",
    from: "environment",
    variable: "GAIA_PORT",
    unit: "port",
    description: KEYS.port.meaning,
  });
  const told = (key: string) => [found.get(key)?.value, found.get(key)?.fallback, found.get(key)?.from];
  expect(told("server.hosts")).toEqual(['[ "a.example", "b" ]', "[]", "file"]);
  expect(told("server.listen")).toEqual(['"127.0.0.1"', '"127.0.0.1"', "default"]);
  expect(told("worker.tags")).toEqual(['[ "gpu", "big" ]', "[]", "environment"]);
  expect(told("retention.max_age")).toEqual(['"30d"', '"90d"', "file"]);
  expect(told("worker.enabled")).toEqual(["true", "true", "default"]);
});

test("what is told can be written into the file as it is", () => {
  for (const { value, fallback } of explainConfig(file, {}))
    expect(parse(`x = ${value}`)).toEqual(parse(`x = ${fallback}`));
});

import type { Problem } from "@gaia/contracts";
import type { z } from "zod";
import { ProblemList } from "./problem-list.ts";
import { readShape } from "./shape.ts";
import { readYaml } from "./yaml-source.ts";

export interface YamlFileOptions<T extends z.ZodType> {
  readonly schema: T;
  /** What messages call the file. */
  readonly file: string;
  readonly maxBytes: number;
  /** Says what a shape cannot say; called when the shape is right. */
  readonly check?: (value: z.output<T>, problems: ProblemList) => void;
}

/** What a file holds; null when `problems` says why not. */
export interface YamlFile<T> {
  readonly value: T | null;
  readonly problems: readonly Problem[];
}

/** Reads a YAML file against its schema, with every problem at its place: for files other than workflows. */
export function readYamlFile<T extends z.ZodType>(
  text: string,
  options: YamlFileOptions<T>,
): YamlFile<z.output<T>> {
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const problems = new ProblemList(options.file, source);
  const yaml = readYaml(source, problems, { bytes: options.maxBytes, what: "the file" });
  if (yaml === null) return { value: null, problems: problems.all };
  problems.locate(yaml.root);
  const shaped = readShape(options.schema, yaml.value, problems);
  if (shaped !== null) options.check?.(shaped.value, problems);
  return { value: problems.hasErrors || shaped === null ? null : shaped.value, problems: problems.all };
}

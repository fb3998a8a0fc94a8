import { existsSync, statSync } from "node:fs";
import type { GraphView } from "@gaia/contracts/api.ts";
import { graphAsMermaid, graphAsText } from "@gaia/contracts/graph-text.ts";
import { countProblems } from "@gaia/contracts/problems.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import { readDefinition, type Input } from "../input.ts";
import { outColumns, outDocument } from "../output.ts";
import { withReference } from "../references.ts";
import { tellProblems } from "./problems.ts";

const PIPE_COLUMNS = 120;

/** `gaia graph FILE|RUN`: of a file it works without a server. */
export async function graph(context: Context, input: Input): Promise<number> {
  const name = input.argument(0);
  const found = isFile(name) ? await graphOfFile(context, name) : await graphOfRun(context, name);
  if (found === null) return EXIT.usage;
  if (input.json) {
    outDocument(context, found);
    return EXIT.success;
  }
  if (input.flag("mermaid")) {
    context.out(graphAsMermaid(found).trimEnd());
    return EXIT.success;
  }
  const columns = context.stdoutIsTerminal ? outColumns(context) : PIPE_COLUMNS;
  context.out(graphAsText(found, { columns }).trimEnd());
  return EXIT.success;
}

/** A name that looks like a file is meant as one even when it is not there: the message then says so. */
function isFile(name: string): boolean {
  if (name === "-" || /\.ya?ml$|\.json$|\//.test(name)) return true;
  return existsSync(name) && statSync(name).isFile();
}

async function graphOfFile(context: Context, file: string): Promise<GraphView | null> {
  const source = await readDefinition(file);
  const parsed = await context.port.parseWorkflow(source, file === "-" ? "stdin" : file);
  if (parsed.problems.length > 0) tellProblems(context, parsed.problems, source);
  if (parsed.graph === null) context.note(`  ${countProblems(parsed.problems)}.`);
  return parsed.graph;
}

async function graphOfRun(context: Context, ref: string): Promise<GraphView> {
  const client = context.client();
  return withReference(client, { run: ref, task: null }, () => client.graph(ref));
}

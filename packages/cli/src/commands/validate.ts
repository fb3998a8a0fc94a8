import { countProblems } from "@gaia/contracts/problems.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import { readDefinition, type Input } from "../input.ts";
import type { ParsedWorkflow } from "../server-port.ts";
import { outDocument } from "../output.ts";
import { plural } from "../terminal/time.ts";
import { tellProblems } from "./problems.ts";

/** `gaia validate FILE…`: works without a server. */
export async function validate(context: Context, input: Input): Promise<number> {
  const results: { file: string; source: string; parsed: ParsedWorkflow }[] = [];
  for (const file of input.rest(0)) {
    const source = await readDefinition(file);
    results.push({
      file,
      source,
      parsed: await context.port.parseWorkflow(source, file === "-" ? "stdin" : file),
    });
  }
  const valid = results.every(({ parsed }) => isValid(parsed));
  if (input.json) {
    const problems = results.flatMap(({ parsed }) => parsed.problems);
    const files = results.map(({ file, parsed }) => ({
      file,
      valid: isValid(parsed),
      problems: parsed.problems,
      graph: parsed.graph,
    }));
    outDocument(context, { valid, problems, files });
    return valid ? EXIT.success : EXIT.usage;
  }
  const style = context.outStyle;
  for (const { file, source, parsed } of results) {
    if (parsed.problems.length > 0) tellProblems(context, parsed.problems, source);
    if (!isValid(parsed) || input.quiet) continue;
    const tasks = plural(parsed.graph?.nodes.length ?? 0, "task");
    context.out(`  ${style.good("✓")} ${file}  ${style.faint(tasks)}`);
  }
  if (!valid) {
    const problems = results.flatMap(({ parsed }) => parsed.problems);
    context.note(`  ${countProblems(problems)}. Nothing was started.`);
  }
  return valid ? EXIT.success : EXIT.usage;
}

function isValid(parsed: ParsedWorkflow): boolean {
  return !parsed.problems.some((problem) => problem.severity === "error");
}

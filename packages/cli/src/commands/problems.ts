import type { Problem } from "@gaia/contracts/api.ts";
import type { GaiaError } from "@gaia/contracts/errors.ts";
import { countProblems, renderProblems } from "@gaia/contracts/problems.ts";
import type { Context } from "../context.ts";

/**
 * Shows the problems that an `invalid_definition` carries, with the lines of the source. False when the error is
 * another one, which is then told as any error is.
 */
export function tellInvalid(context: Context, error: GaiaError, source: string, json: boolean): boolean {
  const problems = error.details["problems"];
  if (json || error.code !== "invalid_definition" || !Array.isArray(problems) || problems.length === 0)
    return false;
  tellProblems(context, problems, source);
  context.note(`  ${countProblems(problems)}. Nothing was started.`);
  return true;
}

/** Problems with the lines that they are about, on stderr. */
export function tellProblems(context: Context, problems: readonly Problem[], source: string): void {
  const style = context.noteStyle;
  context.note(
    renderProblems(problems, source, {
      ...(context.stderrIsTerminal ? { columns: process.stderr.columns } : {}),
      paint: { error: style.bad, warning: style.warn, faint: style.faint },
    }),
  );
}

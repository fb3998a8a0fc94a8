import type { MacroName, Value } from "./ast.ts";
import { type Evaluated, type Meter, success, VOID } from "./meter.ts";
import { materialise } from "./values.ts";

/** Evaluates the body of a macro for one element; for all macros but `map` it answers with a boolean or an error. */
export type Body = (element: Value) => Evaluated;

/** Runs a macro over the elements of a list. Each element costs a step beside what its body costs. */
export function runMacro(macro: MacroName, elements: readonly Value[], body: Body, meter: Meter): Evaluated {
  switch (macro) {
    case "all":
      return decide(false, elements, body, meter);
    case "exists":
      return decide(true, elements, body, meter);
    case "map":
      return map(elements, body, meter);
    case "filter":
      return select(elements, body, meter, (found) => meter.list(found.length, () => found));
    case "exists_one":
      return select(elements, body, meter, (found) => success(found.length === 1));
  }
}

/** One element with the decisive value settles it, whatever errors the others give; else the first error counts. */
function decide(decisive: boolean, elements: readonly Value[], body: Body, meter: Meter): Evaluated {
  let firstError: Evaluated | null = null;
  for (const element of elements) {
    if (!meter.take(1)) return VOID;
    const result = body(element);
    if (result.kind === "error") firstError ??= result;
    else if (result.value === decisive) return result;
  }
  return firstError ?? success(!decisive);
}

function map(elements: readonly Value[], body: Body, meter: Meter): Evaluated {
  const results: Value[] = [];
  for (const element of elements) {
    if (!meter.take(1)) return VOID;
    const result = body(element);
    if (result.kind === "error") return result;
    const value = materialise(result.value, meter);
    if (value === undefined) return VOID;
    results.push(value);
  }
  return meter.list(results.length, () => results);
}

/** Hands the elements whose body is true to `finish`. */
function select(
  elements: readonly Value[],
  body: Body,
  meter: Meter,
  finish: (found: readonly Value[]) => Evaluated,
): Evaluated {
  const found: Value[] = [];
  for (const element of elements) {
    if (!meter.take(1)) return VOID;
    const result = body(element);
    if (result.kind === "error") return result;
    if (result.value === true) found.push(element);
  }
  return finish(found);
}

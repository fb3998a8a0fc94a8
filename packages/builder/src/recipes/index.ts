import type { ProgramLanguage } from "@gaia/program";
import type { Plan } from "../detect/detect.ts";
import { cpp } from "./cpp.ts";
import { declared } from "./declared.ts";
import { golang } from "./go.ts";
import { java } from "./java.ts";
import { nodejs } from "./node.ts";
import { python } from "./python.ts";
import { ruby } from "./ruby.ts";
import type { Recipe } from "./recipe.ts";

const RECIPES: Readonly<Record<ProgramLanguage, Recipe>> = { golang, python, nodejs, java, cpp, ruby };

/** How a plan is carried out. */
export function recipeOf(plan: Plan): Recipe {
  if (plan.kind === "declared") return declared(plan.declared);
  return RECIPES[plan.language];
}

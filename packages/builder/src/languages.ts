import { PROGRAM_LANGUAGES } from "@gaia/contracts/gaia-file.ts";
import type { ProgramLanguage } from "@gaia/program";

const OTHER_NAMES: Readonly<Record<string, ProgramLanguage>> = {
  go: "golang",
  "c++": "cpp",
  py: "python",
  python3: "python",
  node: "nodejs",
  "node.js": "nodejs",
  javascript: "nodejs",
  js: "nodejs",
  typescript: "nodejs",
  ts: "nodejs",
};

/** The language that people mean, in any case of its letters; null: none that Gaia builds by itself. */
export function languageNamed(name: string): ProgramLanguage | null {
  const lower = name.toLowerCase();
  return PROGRAM_LANGUAGES.find((language) => language === lower) ?? OTHER_NAMES[lower] ?? null;
}

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { OWN_PROGRAM_FOLDERS, readDropInName } from "@gaia/contracts/drop-in.ts";
import { shellWord } from "../live/row.ts";
import { plural } from "../terminal/time.ts";
import { ok, warning, type Finding } from "./check.ts";

/** Built programs in the home's folder: one whose name does not say what it is is not taken, and nobody sees its log. */
export function checkDropIns(home: string): readonly Finding[] {
  const folder = join(home, "pipelines");
  const names = namesIn(folder);
  const odd = names.flatMap((name) => {
    const read = readDropInName(name);
    if (read.kind === "ok") return [];
    const path = join(folder, name);
    return [warning("program", `not taken: ${name}: ${read.message}`, `mv ${shellWord(path)} NAME_golang`)];
  });
  if (odd.length > 0) return odd;
  return names.length === 0 ? [] : [ok("programs", `${plural(names.length, "file")} in ${folder}`)];
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith(".") && !OWN_PROGRAM_FOLDERS.includes(name));
  } catch {
    // No home yet, or one that cannot be read: other checks tell of it.
    return [];
  }
}

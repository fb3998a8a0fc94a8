import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BuildError } from "../build-error.ts";

/** What builds read of a `package.json`. */
export interface NodeManifest {
  readonly main?: string;
  readonly packageManager?: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

export interface PackageManager {
  readonly file: "npm" | "yarn" | "pnpm";
  readonly install: readonly string[];
}

const LOCKFILES: Readonly<Record<string, PackageManager["file"]>> = {
  "package-lock.json": "npm",
  "npm-shrinkwrap.json": "npm",
  "yarn.lock": "yarn",
  "pnpm-lock.yaml": "pnpm",
};

/** Reads the `package.json` of a folder; without one, an empty one. */
export async function readManifest(folder: string): Promise<NodeManifest> {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return {};
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
  } catch (reason) {
    throw new BuildError(`package.json is no JSON: ${String(reason)}.`, "Mend package.json.", {
      cause: reason,
    });
  }
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw new BuildError("package.json holds no object.", "Mend package.json.");
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(content, name);
    return typeof value === "string" ? value : undefined;
  };
  const scripts: unknown = Reflect.get(content, "scripts");
  const [main, packageManager] = [text("main"), text("packageManager")];
  return {
    ...(main === undefined ? {} : { main }),
    ...(packageManager === undefined ? {} : { packageManager }),
    ...(typeof scripts === "object" && scripts !== null
      ? { scripts: scripts as Record<string, string> }
      : {}),
  };
}

/** Who installs the dependencies: whose lockfile lies there. With a lockfile exactly what it names is installed. */
export async function packageManagerOf(folder: string, manifest: NodeManifest): Promise<PackageManager> {
  const there = Object.keys(LOCKFILES).filter((name) => existsSync(join(folder, name)));
  const managers = [...new Set(there.map((name) => LOCKFILES[name] ?? "npm"))];
  const named = /^(npm|yarn|pnpm)@(\d+)/.exec(manifest.packageManager ?? "");
  const wanted = managers.find((name) => name === named?.[1]) ?? managers[0] ?? "npm";
  if (managers.length > 1 && named === null) {
    throw new BuildError(
      `There are lockfiles of several package managers: ${there.join(", ")}.`,
      "Remove those that are out of use, or say `packageManager` in package.json.",
    );
  }
  switch (wanted) {
    case "npm":
      return { file: "npm", install: managers.length === 0 ? ["install"] : ["ci"] };
    case "yarn": {
      const isModern = existsSync(join(folder, ".yarnrc.yml")) || Number(named?.[2] ?? 1) >= 2;
      return { file: "yarn", install: ["install", isModern ? "--immutable" : "--frozen-lockfile"] };
    }
    case "pnpm":
      return { file: "pnpm", install: ["install", "--frozen-lockfile"] };
  }
}

import { open } from "node:fs/promises";
import { LIMITS } from "@gaia/contracts";
import { type FolderWatch, watchFolder, type WatchOptions } from "./folder-watch.ts";

/** What happened to a file of the definitions folder. `file` is its whole path. */
export type DefinitionChange =
  /** New, or with another text than before. */
  | { readonly kind: "changed"; readonly file: string; readonly text: string }
  | { readonly kind: "removed"; readonly file: string }
  | { readonly kind: "unreadable"; readonly file: string; readonly message: string };

const NAME = /^[^.].*\.ya?ml$/;

/**
 * Watches the `.yaml` and `.yml` files of a folder. Everything that is there at the start is told as changed. The
 * folder may be absent, vanish and come back. Files that start with a dot are left alone: editors keep their own there.
 */
export function watchDefinitions(
  folder: string,
  onChange: (change: DefinitionChange) => void,
  options: WatchOptions = {},
): FolderWatch {
  return watchFolder<DefinitionChange>({
    ...options,
    folder,
    isOurs: (name) => NAME.test(name),
    read: readDefinition,
    removed: (file) => ({ kind: "removed", file }),
    onChange,
  });
}

/** Reads a definition: at most one byte more than is allowed, so that a huge file costs nothing. */
export async function readDefinition(file: string): Promise<DefinitionChange> {
  try {
    await using handle = await open(file, "r");
    const found = await handle.stat();
    if (!found.isFile()) return unreadable(file, "it is not a file");
    if (found.size > LIMITS.definitionBytes) {
      return unreadable(file, `it has ${found.size} bytes, more than the limit of ${LIMITS.definitionBytes}`);
    }
    const bytes = await handle.readFile();
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { kind: "changed", file, text };
  } catch (reason) {
    if (reason instanceof TypeError) return unreadable(file, "it is not UTF-8 text; save it as UTF-8");
    const code = reason instanceof Error && "code" in reason ? String(reason.code) : "unknown error";
    return unreadable(file, SENTENCES[code] ?? `it cannot be read (${code})`);
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  EACCES: "the server may not read it; check its permissions",
  ENOENT: "it is a link that leads nowhere, or was removed just now",
  ELOOP: "it is a link that leads back to itself",
  EISDIR: "it is a folder",
};

function unreadable(file: string, message: string): DefinitionChange {
  return { kind: "unreadable", file, message };
}

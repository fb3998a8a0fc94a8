import { GaiaError, LIMITS } from "@gaia/contracts";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { type MasterKey, parseMasterKey } from "./envelope.ts";

/** The variable that holds master keys in place of the file. Workers and tasks never get it. */
export const VAULT_KEY_VARIABLE = "GAIA_VAULT_KEY";

/**
 * Where the master keys are. The first is the one that new values are sealed under; any other is there only until
 * everything has been taken over from it.
 */
export interface KeyPlace {
  readonly from: "file" | "environment";
  /** The file's path, or the variable's name. */
  readonly name: string;
  /** Empty: there is none yet. @throws GaiaError `vault_locked` when what is there holds no key. */
  read(): readonly MasterKey[];
  /** Durable when it returns, and either whole or not done. @throws GaiaError `conflict` where it cannot be written */
  write(keys: readonly MasterKey[]): void;
}

/** The variable if it is set, otherwise the file. */
export function keyPlace(file: string, environment: Readonly<Record<string, string | undefined>>): KeyPlace {
  const variable = environment[VAULT_KEY_VARIABLE];
  return variable === undefined || variable.trim() === "" ? fileOfKeys(file) : variableOfKeys(variable);
}

function variableOfKeys(text: string): KeyPlace {
  return {
    from: "environment",
    name: VAULT_KEY_VARIABLE,
    read: () => parsed(text.split(","), `The variable ${VAULT_KEY_VARIABLE}`),
    write() {
      throw new GaiaError(
        "conflict",
        `The master key comes from ${VAULT_KEY_VARIABLE}, which the server cannot change. Put a new key before the old one, with a comma between them (\`openssl rand -hex 32\` makes one), and start the server again: it takes everything over, then the old key can go.`,
      );
    },
  };
}

function fileOfKeys(file: string): KeyPlace {
  return {
    from: "file",
    name: file,
    read() {
      const text = textOf(file);
      return text === null ? [] : parsed(text.split("\n"), `The file ${file}`);
    },
    write: (keys) => replaceFile(file, keys.map((key) => `${key.bytes.toString("hex")}\n`).join("")),
  };
}

function parsed(parts: readonly string[], where: string): readonly MasterKey[] {
  const texts = parts.map((part) => part.trim()).filter((part) => part !== "");
  const keys = texts.map(parseMasterKey).filter((key) => key !== null);
  if (keys.length === 0 || keys.length < texts.length)
    throw new GaiaError(
      "vault_locked",
      `${where} does not hold a master key: 32 bytes as 64 hexadecimal digits or in base64 are wanted. Put the right one there.`,
    );
  if (keys.length > LIMITS.vaultKeys)
    throw new GaiaError(
      "vault_locked",
      `${where} holds ${keys.length} master keys; at most ${LIMITS.vaultKeys} can be (vaultKeys). Keep the newest, and the one before it.`,
    );
  return keys;
}

function textOf(file: string): string | null {
  try {
    const text = readFileSync(file, "utf8");
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
    return text;
  } catch (caught) {
    if (caught instanceof Error && "code" in caught && caught.code === "ENOENT") return null;
    throw unusable("vault_locked", file, caught);
  }
}

/** A name that holds the old text or the new one, whatever happens; both files are for their owner only. */
function replaceFile(file: string, text: string): void {
  const next = `${file}.${randomBytes(6).toString("hex")}.new`;
  try {
    const handle = openSync(next, "wx", 0o600);
    try {
      writeSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(next, file);
    const folder = openSync(dirname(file), "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch (caught) {
    rmSync(next, { force: true });
    throw unusable("storage_failed", file, caught);
  }
}

function unusable(code: "vault_locked" | "storage_failed", file: string, caught: unknown): GaiaError {
  const why = caught instanceof Error ? caught.message : String(caught);
  const what = code === "vault_locked" ? "read" : "written";
  return new GaiaError(
    code,
    `The file of the master key, ${file}, cannot be ${what}: ${why}`,
    {},
    { cause: caught },
  );
}

import { constants } from "node:os";

const NAMES = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));
const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** ENOENT for 2. */
export function errnoName(number: number): string {
  return NAMES.get(number) ?? `errno ${number}`;
}

/** The errno's name of a caught error of Node, or its text. */
export function errnoOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return String(error);
}

/** SIGTERM for 15; null for 0 and for a number that Node has no name for (real-time signals). */
export function signalName(number: number | null): NodeJS.Signals | null {
  if (number === null) return null;
  return (SIGNALS.get(number) as NodeJS.Signals | undefined) ?? null;
}

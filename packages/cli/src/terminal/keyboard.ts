import { readFileSync } from "node:fs";
import type { ReadStream } from "node:tty";

/** What a key asks for. */
export type Key = "interrupt" | "suspend" | "detach" | "logs" | "keys" | "other";

/** The part of a terminal's input that the keyboard needs. */
export type KeyInput = Pick<ReadStream, "isTTY" | "setRawMode" | "on" | "off" | "resume" | "pause">;

/** Reads single keys until closed. The terminal's own handling of Ctrl-C and Ctrl-Z is off in the meantime. */
export class Keyboard {
  readonly #input: KeyInput;
  readonly #onKey: (key: Key) => void;
  readonly #listener = (bytes: Buffer) => {
    for (const key of keysFrom(bytes.toString("utf8"))) this.#onKey(key);
  };
  #open = false;

  constructor(input: KeyInput, onKey: (key: Key) => void) {
    this.#input = input;
    this.#onKey = onKey;
  }

  open(): void {
    if (this.#open) return;
    this.#input.setRawMode(true);
    this.#input.on("data", this.#listener);
    this.#input.resume();
    this.#open = true;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#input.off("data", this.#listener);
    this.#input.pause();
    this.#input.setRawMode(false);
  }
}

/**
 * Whether this process may read keys and redraw: one in the background (`gaia run … &`) would be stopped by the
 * terminal for trying the first and would write over the prompt with the second.
 */
export function isInForeground(): boolean {
  try {
    // After the command in parentheses: state, ppid, pgrp, session, tty, tpgid.
    const fields = readFileSync("/proc/self/stat", "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const group = fields[2];
    const foreground = fields[5];
    return foreground === "-1" || group === foreground;
  } catch {
    return true;
  }
}

/**
 * Arrow and function keys are an escape and letters that mean something else here. Only they are left out: keys that
 * are pressed in quick succession arrive together.
 */
export function keysFrom(text: string): readonly Key[] {
  // oxlint-disable-next-line no-control-regex -- escapes are what this is about
  const plain = text.replace(/\u001B(?:\[[0-?]*[ -/]*[@-~]|O[ -~]|[^[O])?/g, "");
  return Array.from(plain, keyFrom);
}

function keyFrom(character: string): Key {
  switch (character) {
    case "\u0003":
      return "interrupt";
    case "\u001A":
      return "suspend";
    case "d":
    case "D":
      return "detach";
    case "l":
    case "L":
      return "logs";
    case "?":
    case "h":
      return "keys";
    default:
      return "other";
  }
}

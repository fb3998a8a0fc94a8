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
    const text = bytes.toString("utf8");
    // Arrow and function keys begin with an escape and end with a letter that means something else here.
    if (text.startsWith("\u001B")) return;
    for (const character of text) this.#onKey(keyFrom(character));
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

import { spawn } from "node:child_process";
import type { Environment } from "./client/endpoint.ts";

/**
 * The program that opens an address in a browser; null: nobody would see it. Over ssh the display, if there is one, is
 * another person's.
 */
export function browserProgram(environment: Environment, platform: NodeJS.Platform): string | null {
  const isSet = (name: string): boolean => (environment[name] ?? "") !== "";
  if (isSet("SSH_CONNECTION")) return null;
  if (platform === "darwin") return "open";
  return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") ? "xdg-open" : null;
}

/** Opens an address, without waiting for the browser's end. False: the program could not be started. */
export function openBrowser(program: string, url: string, environment: Environment): Promise<boolean> {
  const child = spawn(program, [url], { detached: true, stdio: "ignore", env: { ...environment } });
  child.unref();
  return new Promise((resolve) => {
    child.once("spawn", () => resolve(true));
    child.once("error", () => resolve(false));
  });
}

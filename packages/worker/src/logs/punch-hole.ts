import { execFile } from "node:child_process";

/**
 * Frees the space behind a stretch of a file; its bytes become zeros. Node has no call for it, util-linux has a
 * command. Where that is missing the space is freed only with the file: false.
 */
export function punchHole(path: string, offset: number, lengthBytes: number): Promise<boolean> {
  const range = ["--offset", String(offset), "--length", String(lengthBytes)];
  return new Promise((resolve) => {
    execFile("fallocate", ["--punch-hole", ...range, path], (error) => resolve(error === null));
  });
}

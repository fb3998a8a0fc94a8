import { accessSync, constants as fileModes, existsSync, statSync } from "node:fs";
import type { Refusal } from "./protocol.ts";
import type { SpawnRequest } from "./spawner.ts";

/**
 * Says why a start failed, in words that tell what to do. posix_spawn and Node give one errno for the folder, the
 * log and the command alike, so the three are looked at here, after the fact: a start that works pays nothing.
 */
export function explainRefusal(request: SpawnRequest, commandPath: string | null, errno: string): Refusal {
  const command = request.argv[0] ?? "";
  if (errno === "EEXIST") {
    return {
      code: "log_exists",
      message: `the log ${request.logPath} exists already: this attempt may have been started before, and is not started again`,
    };
  }
  if (!isFolder(request.cwd)) {
    return {
      code: "cwd_missing",
      message: `the working folder ${request.cwd} does not exist or cannot be entered; create it or change work_dir`,
    };
  }
  if (commandPath === null) {
    return {
      code: "command_missing",
      message: `the command "${command}" is not in PATH (${request.env.PATH ?? "not set"}); install it or give its full path`,
    };
  }
  if (!existsSync(request.logPath)) {
    return {
      code: "log_failed",
      message: `the log ${request.logPath} cannot be created: ${errno}${errno === "ENOSPC" ? ", the disk is full" : ""}`,
    };
  }
  return explainCommand(commandPath, request.cwd, errno);
}

function explainCommand(commandPath: string, cwd: string, errno: string): Refusal {
  const absolute = commandPath.startsWith("/") ? commandPath : `${cwd}/${commandPath}`;
  if (!existsSync(absolute)) {
    return { code: "command_missing", message: `the command ${absolute} does not exist` };
  }
  switch (errno) {
    case "EACCES":
      return {
        code: "command_missing",
        message: `the command ${absolute} is not executable; chmod +x, or call it through its interpreter`,
      };
    case "ENOENT":
      return {
        code: "command_missing",
        message: `the command ${absolute} exists, but the interpreter that it names does not (its first line, or its loader)`,
      };
    case "ENOEXEC":
      return {
        code: "spawn_failed",
        message: `the command ${absolute} is neither a program for this machine nor a script that begins with #!`,
      };
    case "E2BIG":
      return {
        code: "spawn_failed",
        message: `the arguments and the environment of ${absolute} are too long for the system (E2BIG); pass them in a file`,
      };
    default:
      return { code: "spawn_failed", message: `${absolute} could not be started: ${errno}` };
  }
}

function isFolder(path: string): boolean {
  try {
    accessSync(path, fileModes.X_OK);
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

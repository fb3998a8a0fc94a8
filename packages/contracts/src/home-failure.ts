import { GaiaError } from "./errors.ts";

/** Why a home folder cannot be used, from what the system said: the server and the command line tell it alike. */
export function homeFailure(path: string, caught: unknown): GaiaError {
  const code = caught instanceof Error && "code" in caught ? String(caught.code) : "";
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new GaiaError(
      "storage_full",
      `There is no space left for the home folder ${path}. Free some and try again.`,
    );
  }
  return new GaiaError(
    "storage_read_only",
    `The home folder ${path} cannot be used: ${reasonFor(code)}. Choose another with GAIA_HOME.`,
    {},
    { cause: caught },
  );
}

function reasonFor(code: string): string {
  switch (code) {
    case "EROFS":
      return "it is on a read-only file system";
    case "ENOTDIR":
    case "EEXIST":
      return "a file is in its place";
    case "ENAMETOOLONG":
      return "its path is too long";
    case "ELOOP":
      return "its path leads in a circle of links";
    default:
      return "you may not write there";
  }
}

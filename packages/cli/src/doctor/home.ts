import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { SOCKET_PATH_BYTES_MAX } from "../client/endpoint.ts";
import { shellWord } from "../live/row.ts";
import { sizeText } from "../terminal/time.ts";
import { failed, ok, warning, type Finding } from "./check.ts";

/** Below this a build may fill the disk within minutes; below the second number the database itself is in danger. */
const DISK_WARN_BYTES = 5_000_000_000;
const DISK_LEAST_BYTES = 500_000_000;

/** SQLite's locks cannot be trusted on these; from `linux/magic.h`. */
const NETWORK_FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0x6969: "NFS",
  0x517b: "SMB",
  0xff534d42: "CIFS",
  0xfe534d42: "SMB2",
  0x5346414f: "AFS",
  0x00c36400: "Ceph",
  0x01021997: "9P",
};

/** The home folder, its disk, and whether a socket can lie there. */
export function checkHome(home: string): readonly Finding[] {
  const there = nearestExisting(home);
  return [writable(home, there), disk(there), ...fileSystem(home, there), socket(home)];
}

function writable(home: string, there: string): Finding {
  if (!statSync(there).isDirectory()) {
    return failed("home", `${there} is a file where a folder has to be`, "export GAIA_HOME=~/.gaia");
  }
  try {
    accessSync(there, constants.W_OK | constants.X_OK);
  } catch {
    return failed("home", `${there} cannot be written`, `sudo chown -R "$USER" ${shellWord(there)}`);
  }
  if (there !== home) return ok("home", `${home} (made by gaia up)`);
  const mode = statSync(home).mode & 0o777;
  if ((mode & 0o077) !== 0) {
    return warning(
      "home",
      `${home} can be read by others (${mode.toString(8)})`,
      `chmod 700 ${shellWord(home)}`,
    );
  }
  return ok("home", home);
}

function disk(there: string): Finding {
  const { bavail, bsize } = statfsSync(there);
  const freeBytes = bavail * bsize;
  const text = `${sizeText(freeBytes)} free`;
  const remedy = "gaia db compact; du -sh ~/.gaia/*";
  if (freeBytes < DISK_LEAST_BYTES) return failed("disk", `only ${text}: nothing is started`, remedy);
  return freeBytes < DISK_WARN_BYTES ? warning("disk", `only ${text}`, remedy) : ok("disk", text);
}

function fileSystem(home: string, there: string): readonly Finding[] {
  const name = NETWORK_FILE_SYSTEMS[statfsSync(there).type >>> 0];
  if (name === undefined) return [];
  return [
    failed(
      "file system",
      `${home} lies on ${name}; a database needs a local disk`,
      "export GAIA_HOME=/var/tmp/gaia",
    ),
  ];
}

function socket(home: string): Finding {
  const path = join(home, "gaia.sock");
  const bytes = Buffer.byteLength(path);
  if (bytes <= SOCKET_PATH_BYTES_MAX)
    return ok("socket", `${bytes} of ${SOCKET_PATH_BYTES_MAX} bytes of path`);
  if (process.platform === "linux")
    return ok("socket", `in a short folder: the path of the home has ${bytes} bytes`);
  return failed("socket", `the path ${path} is too long for a socket`, "export GAIA_HOME=~/.gaia");
}

/** The folder itself, or the nearest one above it that is there. */
function nearestExisting(path: string): string {
  let folder = path;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

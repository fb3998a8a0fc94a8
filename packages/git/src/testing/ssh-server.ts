import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const SSHD = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"];
const STARTS = 5;
const DEADLINE_MS = 20_000;

/** A real `sshd` for this user, on a free port of this machine, that takes one key. */
export class SshServer {
  readonly port: number;
  /** Private key that is let in. */
  readonly key: string;
  /** The line of a `known_hosts` file. */
  readonly knownHosts: string;
  readonly #process: ChildProcess;

  private constructor(folder: string, port: number, process: ChildProcess) {
    this.port = port;
    this.#process = process;
    this.key = readFileSync(join(folder, "client"), "utf8");
    const [type = "", host = ""] = readFileSync(join(folder, "host.pub"), "utf8").split(" ");
    this.knownHosts = `[127.0.0.1]:${port} ${type} ${host}\n`;
  }

  /** @param folder for keys and configuration */
  static async start(folder: string): Promise<SshServer> {
    const program = SSHD.find((path) => existsSync(path));
    if (program === undefined)
      throw new Error("sshd is not installed. Install it: apt-get install openssh-server");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    makeKey(join(folder, "host"));
    makeKey(join(folder, "client"));
    writeFileSync(join(folder, "authorized"), readFileSync(join(folder, "client.pub")));
    // What Debian's service makes at boot; only a server of root's looks for it.
    if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    for (let start = 0; start < STARTS; start++) {
      const port = await freePort();
      writeFileSync(join(folder, "config"), configuration(folder, port));
      const child = spawn(program, ["-D", "-e", "-f", join(folder, "config")], { stdio: "ignore" });
      if (await answers(port, child)) return new SshServer(folder, port, child);
      child.kill("SIGKILL");
    }
    throw new Error("sshd does not start here");
  }

  url(path: string): string {
    return `ssh://${userInfo().username}@127.0.0.1:${this.port}${path}`;
  }

  async close(): Promise<void> {
    const exit = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGTERM");
    await exit;
  }
}

/** A pair of keys: `path`, and `path.pub`. */
export function makeKey(path: string, passphrase = ""): void {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-C", "test", "-f", path]);
}

function configuration(folder: string, port: number): string {
  return `Port ${port}
ListenAddress 127.0.0.1
HostKey ${join(folder, "host")}
AuthorizedKeysFile ${join(folder, "authorized")}
PidFile none
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AcceptEnv GIT_PROTOCOL
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** False: somebody else has taken the port meanwhile. */
async function answers(port: number, child: ChildProcess): Promise<boolean> {
  const deadline = performance.now() + DEADLINE_MS;
  while (child.exitCode === null && performance.now() < deadline) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isThere) return true;
    await pause(20);
  }
  return false;
}

import { execFileSync, spawn } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** Git's own server for HTTP, with Basic authentication, on a free port of this machine. */
export class GitHttpServer {
  /** What clients have shown, as it came. */
  readonly authorizations: (string | undefined)[] = [];
  /** `user:password` that is wanted; null: none. */
  wants: string | null = null;
  /** Answers every request so instead. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | null = null;
  readonly #root: string;
  readonly #server = createServer((request, response) => this.#serve(request, response));

  private constructor(root: string) {
    this.#root = root;
  }

  /** @param root folder of the repositories */
  static async start(root: string): Promise<GitHttpServer> {
    const server = new GitHttpServer(root);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}/${path}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { authorization } = request.headers;
    this.authorizations.push(authorization);
    if (this.answer !== null) return this.answer(request, response);
    const wanted = this.wants === null ? null : `Basic ${Buffer.from(this.wants).toString("base64")}`;
    if (wanted !== null && authorization !== wanted) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
      return;
    }
    this.#perform(request, response);
  }

  /** As a web server performs a CGI program. */
  #perform(request: IncomingMessage, response: ServerResponse): void {
    const [path = "", query = ""] = (request.url ?? "").split("?");
    const child = spawn(join(execPath(), "git-http-backend"), {
      env: {
        PATH: process.env["PATH"],
        GIT_PROJECT_ROOT: this.#root,
        GIT_HTTP_EXPORT_ALL: "1",
        GIT_CONFIG_GLOBAL: "/dev/null",
        PATH_INFO: path,
        QUERY_STRING: query,
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
        GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      },
      stdio: ["pipe", "pipe", "ignore"],
    });
    request.pipe(child.stdin);
    // A client that goes away takes its program along.
    child.stdin.on("error", () => undefined);
    const parts: Buffer[] = [];
    child.stdout.on("data", (bytes: Buffer) => parts.push(bytes));
    child.on("close", () => {
      const all = Buffer.concat(parts);
      const end = all.indexOf("\r\n\r\n");
      let status = 200;
      for (const line of all.subarray(0, end).toString("latin1").split("\r\n")) {
        const [, name = "", value = ""] = /^([^:]+): (.*)$/.exec(line) ?? [];
        if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
        else if (name !== "") response.setHeader(name, value);
      }
      response.writeHead(status).end(all.subarray(end + 4));
    });
  }
}

function execPath(): string {
  return execFileSync("git", ["--exec-path"], { encoding: "utf8" }).trim();
}

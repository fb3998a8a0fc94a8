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
  /** Answers what it takes on (true): a forge has more than repositories. */
  beside: ((request: IncomingMessage, response: ServerResponse) => boolean) | null = null;
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
    await server.#listen(0);
    return server;
  }

  /** Goes down; what is under way is broken off. Answers with how it comes back at the same place. */
  async stop(): Promise<() => Promise<void>> {
    const { port } = this;
    await this.close();
    return () => this.#listen(port);
  }

  #listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", resolve);
    });
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
    if (this.beside?.(request, response) === true) return;
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

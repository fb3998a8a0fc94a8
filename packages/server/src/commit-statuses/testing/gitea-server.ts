import { GitHttpServer } from "@gaia/git/testing/http-server.ts";
import { TestRepository } from "@gaia/git/testing/repositories.ts";
import { createHmac } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { z } from "zod";

/** `CreateStatusOption` of Gitea's API. Gitea passes over a field that it does not know; here one is a mistake. */
const createStatus = z.strictObject({
  state: z.enum(["pending", "success", "error", "failure", "warning"]),
  context: z.string().min(1),
  description: z.string(),
  target_url: z.url().optional(),
});

export type GivenStatus = z.infer<typeof createStatus>;

/**
 * A Gitea of one repository, `team/app`, which is a real one and can be cloned; of its API it has the one call by which a
 * commit gets its status, and takes that as Gitea takes it, or more strictly.
 */
export class GiteaServer {
  readonly repository: TestRepository;
  /** The token that may write statuses. */
  token = "gitea-status-token";
  /** A request is answered only when this resolves. */
  hold: Promise<void> | null = null;
  /** Requests that have come, those that were refused included. */
  requests = 0;
  /** Refuses every status so. */
  refusal: { readonly status: number; readonly message: string; readonly retryAfter?: string } | null = null;
  readonly #given: { readonly commit: string; readonly status: GivenStatus }[] = [];
  readonly #server: GitHttpServer;

  private constructor(server: GitHttpServer, repository: TestRepository) {
    this.#server = server;
    this.repository = repository;
    server.beside = (request, response) => {
      if (request.url?.startsWith("/api/") !== true) return false;
      void this.#serve(request, response);
      return true;
    };
  }

  /** @param root an empty folder */
  static async start(root: string): Promise<GiteaServer> {
    const repository = new TestRepository(join(root, "team", "app.git"));
    // Any commit can be fetched by its id, as on a forge.
    repository.git("config", "uploadpack.allowAnySHA1InWant", "true");
    return new GiteaServer(await GitHttpServer.start(root), repository);
  }

  /** Address of the repository. */
  get url(): string {
    return this.#server.url("team/app.git");
  }

  /** What was told of a commit, the first first. */
  statusesOf(commit: string): readonly GivenStatus[] {
    return this.#given.filter((given) => given.commit === commit).map(({ status }) => status);
  }

  /** Goes down; answers with how it comes back at the same place. */
  stop(): Promise<() => Promise<void>> {
    return this.#server.stop();
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    this.requests += 1;
    await this.hold;
    const { status, body, headers } = this.#answer(request, Buffer.concat(parts).toString("utf8"));
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  }

  #answer(request: IncomingMessage, text: string): Answer {
    const [, sha] = /^\/api\/v1\/repos\/team\/app\/statuses\/([^/?]+)$/.exec(request.url ?? "") ?? [];
    if (sha === undefined) return refused(404, "not found");
    if (request.method !== "POST") return refused(405, "method not allowed");
    const { authorization, "content-type": type, "user-agent": agent } = request.headers;
    if (authorization === undefined) return refused(401, "token is required");
    if (authorization !== `token ${this.token}`) return refused(401, "invalid username, password or token");
    if (type !== "application/json" || agent === undefined) return refused(415, "unsupported media type");
    if (this.refusal !== null) {
      const { status, message, retryAfter } = this.refusal;
      return {
        ...refused(status, message),
        headers: retryAfter === undefined ? {} : { "retry-after": retryAfter },
      };
    }
    if (!this.#hasCommit(sha)) return refused(404, `sha not found: ${sha}`);
    const order = createStatus.safeParse(JSON.parse(text));
    if (!order.success) return refused(422, z.prettifyError(order.error));
    this.#given.push({ commit: sha, status: order.data });
    return { status: 201, body: { id: this.#given.length, ...order.data }, headers: {} };
  }

  #hasCommit(sha: string): boolean {
    try {
      this.repository.git("cat-file", "-e", `${sha}^{commit}`);
      return true;
    } catch {
      return false;
    }
  }
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

function refused(status: number, message: string): Answer {
  return { status, body: { message, url: "https://gitea.example/api/swagger" }, headers: {} };
}

/** What Gitea delivers after a push, signed as it signs. */
export function giteaPush(
  secret: string,
  { commit, ref = "refs/heads/main" }: { readonly commit: string; readonly ref?: string },
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const body = JSON.stringify({
    ref,
    before: "1".repeat(40),
    after: commit,
    commits: [{ id: commit, message: "Change", added: [], modified: ["a"], removed: [] }],
    total_commits: 1,
    repository: { full_name: "team/app" },
    sender: { login: "ana" },
  });
  return {
    body,
    headers: {
      "x-gitea-event": "push",
      "x-gitea-delivery": commit,
      "x-gitea-signature": createHmac("sha256", secret).update(body).digest("hex"),
    },
  };
}

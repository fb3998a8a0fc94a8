import { ask, type Question, type Reply, type Target } from "./client.ts";

/** A browser, as far as a server can tell: it keeps cookies, follows nothing by itself, and says what pages may not choose. */
export class Browser {
  readonly target: Target;
  readonly host: string;
  readonly cookies = new Map<string, string>();

  constructor(target: Target, host: string) {
    this.target = target;
    this.host = host;
  }

  get origin(): string {
    return `http://${this.host}`;
  }

  get cookie(): string {
    return Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join("; ");
  }

  /** A person opens an address. */
  async visit(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    const told = { accept: "text/html,*/*", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
    return this.ask({ path, headers: { ...told, "sec-fetch-site": "none", ...headers } });
  }

  /** A page of ours asks. */
  fetch(question: Question): Promise<Reply> {
    const method = question.method ?? "GET";
    const told = { "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" };
    const origin: Record<string, string> = method === "GET" ? {} : { origin: this.origin };
    return this.ask({ ...question, headers: { ...told, ...origin, ...question.headers } });
  }

  /** Just the cookies go along. */
  async ask(question: Question): Promise<Reply> {
    const cookie: Record<string, string> = this.cookies.size === 0 ? {} : { cookie: this.cookie };
    const headers = { host: this.host, ...cookie, ...question.headers };
    const reply = await ask(this.target, { ...question, headers });
    for (const text of reply.headers["set-cookie"] ?? []) this.#keep(text);
    return reply;
  }

  #keep(text: string): void {
    const [pair = ""] = text.split(";");
    const [name = "", value = ""] = pair.split("=");
    if (/; Max-Age=0(;|$)/.test(text)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

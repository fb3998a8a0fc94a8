import { buildOf, type Encoding, filesBelow, readWhole, type SiteFile } from "./files.ts";
import { makeNonce, pageHeaders } from "./headers.ts";
import { unbuiltPage } from "./pages.ts";

/** What a browser asks for. */
export interface SiteQuestion {
  /** As it stands in the request, without the query. */
  readonly path: string;
  readonly accept: string;
  readonly acceptEncoding: string;
  readonly ifNoneMatch: string;
}

export interface SiteAnswer {
  readonly status: 200 | 304 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

interface Build {
  /** As `buildOf` says. */
  readonly id: string;
  readonly files: ReadonlyMap<string, SiteFile>;
  readonly index: string;
}

const NONCE_PLACE = /<meta\s+name="csp-nonce"[^>]*>/;
const FOREVER = "public, max-age=31536000, immutable";

/** The dashboard as it was built: a folder of files, and its `index.html` for every address that is a place in it. */
export class Site {
  readonly #folder: string;
  #build: Build | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Null: there is no such file, and the path looks like one. */
  async answer(question: SiteQuestion): Promise<SiteAnswer | null> {
    const path = decoded(question.path);
    if (path === null) return null;
    try {
      return await this.#found(path, question);
    } catch (caught) {
      if (!isGone(caught)) throw caught;
      // It is being built again just now.
      this.#build = null;
      return looksLikeFile(path, question.accept) ? null : unbuilt();
    }
  }

  async #found(path: string, question: SiteQuestion): Promise<SiteAnswer | null> {
    const build = await this.#current(path);
    if (build === null) return looksLikeFile(path, question.accept) ? null : unbuilt();
    const file = path === "/" || path === "/index.html" ? undefined : build.files.get(path);
    if (file !== undefined) return fileAnswer(file, question);
    return looksLikeFile(path, question.accept) ? null : indexAnswer(build.index);
  }

  /** A build that took the place of the former one is found with the next page, or with the first file that is new. */
  async #current(path: string): Promise<Build | null> {
    const known = this.#build;
    if (known?.files.get(path)?.isHashed === true) return known;
    const id = await buildOf(this.#folder);
    if (id === null) return null;
    if (known?.id === id) return known;
    const files = await filesBelow(this.#folder);
    const index = files.get("/index.html");
    if (index === undefined) return null;
    const { data } = await readWhole(index.file);
    this.#build = { id, files, index: data.toString("utf8") };
    return this.#build;
  }
}

/** A file of the list is not there any more, or a link has taken its place. */
function isGone(caught: unknown): boolean {
  const code = caught instanceof Error && "code" in caught ? caught.code : null;
  return code === "ENOENT" || code === "ELOOP" || code === "ENOTDIR";
}

/** Null: it cannot be the path of a place or a file. */
function decoded(path: string): string | null {
  let text: string;
  try {
    text = decodeURIComponent(path);
  } catch {
    return null;
  }
  const isStrange = /[\\\0]/.test(text) || text.split("/").some((part) => part === ".." || part === ".");
  return isStrange || !text.startsWith("/") ? null : text;
}

/** Places may have dots in their names as well (`/pipelines/v1.2`): who asks for a page says that he wants HTML. */
function looksLikeFile(path: string, accept: string): boolean {
  if (path.startsWith("/assets/")) return true;
  return (path.split("/").at(-1) ?? "").includes(".") && !accept.includes("text/html");
}

function indexAnswer(index: string): SiteAnswer {
  const nonce = makeNonce();
  // A function, as `$&` and the like would mean something in a text.
  const body = index.replace(NONCE_PLACE, () => `<meta name="csp-nonce" content="${nonce}">`);
  return {
    status: 200,
    headers: { ...pageHeaders(nonce), "content-type": "text/html; charset=utf-8" },
    body,
  };
}

function unbuilt(): SiteAnswer {
  const { headers, body } = unbuiltPage();
  return { status: 503, headers, body };
}

async function fileAnswer(file: SiteFile, question: SiteQuestion): Promise<SiteAnswer> {
  const encoding = encodingFor(file, question.acceptEncoding);
  const { data, hash } = await readWhole(encoding?.file ?? file.file);
  const etag = `"${hash}"`;
  const headers = {
    ...pageHeaders(makeNonce()),
    "content-type": file.contentType,
    "cache-control": file.isHashed ? FOREVER : "no-cache",
    etag,
    ...(file.encodings.length > 0 ? { vary: "accept-encoding" } : {}),
    ...(encoding === null ? {} : { "content-encoding": encoding.name }),
  };
  return matches(question.ifNoneMatch, etag)
    ? { status: 304, headers, body: "" }
    : { status: 200, headers, body: data };
}

function matches(ifNoneMatch: string, etag: string): boolean {
  return ifNoneMatch
    .split(",")
    .some((part) => part.trim().replace(/^W\//, "") === etag || part.trim() === "*");
}

/** The best that was built and is wanted; `q=0` says that it is not. */
function encodingFor(file: SiteFile, acceptEncoding: string): Encoding | null {
  const wanted = new Map(
    acceptEncoding.split(",").map((part) => {
      const [name = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
      return [name, Number(quality) > 0] as const;
    }),
  );
  return file.encodings.find(({ name }) => wanted.get(name) ?? wanted.get("*") ?? false) ?? null;
}

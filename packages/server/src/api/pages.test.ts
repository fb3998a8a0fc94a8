import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, type Reply, type Target } from "./testing/client.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";

const INDEX =
  '<!doctype html><html><head><meta name="csp-nonce" content=""><title>$& Gaia</title></head></html>';
const SCRIPT = `console.log("${"gaia ".repeat(200)}");`;
const HASHED = "/assets/index-B3fXq0aZ.js";

let server: TestServer;
let target: Target;
let port: number;
let web: string;

beforeAll(async () => {
  server = await startTestServer();
  ({ target, port } = await server.tcp());
  web = join(server.home, "web");
  mkdirSync(join(web, "assets"), { recursive: true });
  writeFileSync(join(web, "index.html"), INDEX);
  writeFileSync(join(web, HASHED), SCRIPT);
  writeFileSync(join(web, `${HASHED}.br`), brotliCompressSync(SCRIPT));
  writeFileSync(join(web, `${HASHED}.gz`), gzipSync(SCRIPT));
  writeFileSync(join(web, "favicon.svg"), "<svg/>");
  writeFileSync(join(web, ".secret.txt"), "hidden");
  writeFileSync(join(server.home, "outside.txt"), "outside");
  symlinkSync(join(server.home, "outside.txt"), join(web, "link.txt"));
  symlinkSync(join(server.home, "secrets"), join(web, "folder"));
});
afterAll(() => server.close());

function get(path: string, headers: Readonly<Record<string, string>> = {}, method = "GET"): Promise<Reply> {
  return ask(target, { path, method, headers });
}

const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

describe("the dashboard", () => {
  test("is at every address that is no file and not the API's", async () => {
    for (const path of [
      "/",
      "/index.html",
      "/runs/run_1",
      "/runs?status=failed",
      "/apis",
      "/healthy",
      "/%C3%A4",
    ]) {
      const reply = await get(path, HTML);
      expect([path, reply.status, reply.headers["content-type"]]).toEqual([
        path,
        200,
        "text/html; charset=utf-8",
      ]);
      expect(reply.text).toContain("<title>$& Gaia</title>");
    }
    // Names of places may have dots.
    expect((await get("/pipelines/v1.2", HTML)).status).toBe(200);
    for (const path of ["/api", "/api/", "/api/v1/nothing", "/api/v2/x", "/metrics", "/metrics/x"])
      expect([path, (await get(path, HTML)).json.error.code]).toEqual([path, "unauthenticated"]);
    expect((await get("/health", HTML)).json.status).toBe("alive");
    expect((await server.ask("/api/v1/nothing")).json.error.code).toBe("not_found");
    expect((await server.ask("/")).text).toContain("Gaia");
  });

  test("comes with a policy whose nonce is another one each time, and stands in the page", async () => {
    const nonces = new Set<string>();
    for (let round = 0; round < 3; round++) {
      const { headers, text } = await get("/");
      const nonce = /'nonce-([^']+)'/.exec(String(headers["content-security-policy"]))?.[1] ?? "";
      expect(Buffer.from(nonce, "base64")).toHaveLength(16);
      expect(text).toContain(`<meta name="csp-nonce" content="${nonce}">`);
      nonces.add(nonce);
      expect(headers["content-security-policy"]).toBe(
        `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'`,
      );
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
      });
      expect(headers["permissions-policy"]).toContain("camera=()");
    }
    expect(nonces.size).toBe(3);
  });

  test("is refused to a name that was rebound, and to a page of another origin, files as well", async () => {
    for (const path of ["/", HASHED, "/sign-in", "/?ticket=x"]) {
      for (const headers of [{ host: `evil.example:${port}` }, { origin: "http://evil.example" }])
        expect([path, (await get(path, headers)).status]).toEqual([path, 403]);
      const rebound = { host: "evil.example", authorization: "Bearer x" };
      expect([path, (await get(path, rebound)).json.error.code]).toEqual([path, "forbidden"]);
    }
  });
});

describe("a file", () => {
  test("with a hash in its name is kept for ever, others are asked for again", async () => {
    const hashed = await get(HASHED);
    expect([hashed.status, hashed.text]).toEqual([200, SCRIPT]);
    expect(hashed.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      "content-length": String(SCRIPT.length),
      vary: "accept-encoding",
    });
    const icon = await get("/favicon.svg");
    expect(icon.headers).toMatchObject({
      "content-type": "image/svg+xml; charset=utf-8",
      "cache-control": "no-cache",
    });
    const etag = String(icon.headers.etag);
    for (const known of [etag, `"x", W/${etag}`, "*"]) {
      const again = await get("/favicon.svg", { "if-none-match": known });
      expect([again.status, again.text, again.headers.etag]).toEqual([304, "", etag]);
    }
    expect((await get("/favicon.svg", { "if-none-match": '"x"' })).status).toBe(200);
  });

  test("is sent as it was compressed, if that is wanted", async () => {
    const br = await get(HASHED, { "accept-encoding": "gzip, deflate, br" });
    expect([br.headers["content-encoding"], brotliDecompressSync(br.bytes).toString()]).toEqual([
      "br",
      SCRIPT,
    ]);
    const gzip = await get(HASHED, { "accept-encoding": "br;q=0, gzip" });
    expect([gzip.headers["content-encoding"], gunzipSync(gzip.bytes).toString()]).toEqual(["gzip", SCRIPT]);
    expect(
      (await get(HASHED, { "accept-encoding": "identity" })).headers["content-encoding"],
    ).toBeUndefined();
    expect(
      (await get("/favicon.svg", { "accept-encoding": "br" })).headers["content-encoding"],
    ).toBeUndefined();
    const etags = [br, gzip, await get(HASHED)].map(({ headers }) => headers.etag);
    expect(new Set(etags).size).toBe(3);
  });

  test("has a head", async () => {
    for (const path of [HASHED, "/", "/runs"]) {
      const [whole, head] = [await get(path, HTML), await get(path, HTML, "HEAD")];
      expect([path, head.status, head.text, head.headers["content-length"]]).toEqual([
        path,
        200,
        "",
        whole.headers["content-length"],
      ]);
    }
  });

  test("that is not there is not the dashboard", async () => {
    for (const path of [
      "/assets/gone-12345678.js",
      "/robots.txt",
      `${HASHED}.br`,
      "/assets/",
      "/.secret.txt",
    ])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    expect((await get("/assets/gone-12345678.js", HTML)).status).toBe(404);
  });

  test("outside of the folder cannot be reached", async () => {
    const paths = [
      "/../outside.txt",
      "/assets/../../outside.txt",
      "/..%2foutside.txt",
      "/%2e%2e/outside.txt",
      "/%2e%2e%2foutside.txt",
      "/..%5coutside.txt",
      "/assets/..%2f..%2foutside.txt",
      "/%252e%252e%252foutside.txt",
      "/link.txt",
      "/folder/token",
      "/outside.txt%00.js",
      "/favicon.svg%00",
      "/....//outside.txt",
      "//outside.txt",
      `/${server.home}/outside.txt`,
      "/%ff",
    ];
    for (const path of paths) {
      for (const headers of [{}, HTML]) {
        const reply = await get(path, headers);
        expect([
          path,
          reply.text.includes("outside") && !reply.text.includes("There is nothing"),
          reply.text.includes("gaia_"),
        ]).toEqual([path, false, false]);
      }
    }
    for (const path of ["/link.txt", "/folder/token.txt", "/favicon.svg%00"])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    for (const path of paths.slice(0, 7)) expect([path, (await get(path, HTML)).status]).toEqual([path, 404]);
  });

  test("that a build takes away just now is not there, and what is in its place is not followed", async () => {
    writeFileSync(join(web, "gone.svg"), "<svg/>");
    renameSync(join(web, "index.html"), join(web, "index.new"));
    renameSync(join(web, "index.new"), join(web, "index.html"));
    expect((await get("/gone.svg")).status).toBe(200);
    rmSync(join(web, "gone.svg"));
    expect((await get("/gone.svg")).status).toBe(404);
    expect((await get("/", HTML)).status).toBe(200);
    rmSync(join(web, "favicon.svg"));
    symlinkSync(join(server.home, "outside.txt"), join(web, "favicon.svg"));
    expect((await get("/favicon.svg")).status).toBe(404);
  });

  test("of a new build is found without a restart, and without a build it is said what to do", async () => {
    writeFileSync(join(web, "assets", "next-A1b2C3d4.js"), "next");
    writeFileSync(join(web, "index.new"), INDEX.replace("Gaia", "Gaia again"));
    renameSync(join(web, "index.new"), join(web, "index.html"));
    expect((await get("/", HTML)).text).toContain("Gaia again");
    expect((await get("/assets/next-A1b2C3d4.js")).text).toBe("next");
    rmSync(web, { recursive: true });
    const reply = await get("/runs", HTML);
    expect([reply.status, reply.headers["content-type"]]).toEqual([503, "text/html; charset=utf-8"]);
    expect(reply.text).toContain("npm run build");
    expect((await get("/favicon.svg")).status).toBe(404);
  });
});

test("the sign-in page says nothing that was put into its address", async () => {
  const to = '/"><script>alert(1)</script>';
  const reply = await get(`/sign-in?problem=%3Cb%3E&to=${encodeURIComponent(to)}`);
  expect(reply.status).toBe(200);
  expect(reply.text).not.toMatch(/<script|<b>/);
  expect(reply.text).toContain('value="/&#34;&#62;&#60;script&#62;');
  for (const elsewhere of ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb"])
    expect((await get(`/sign-in?to=${encodeURIComponent(elsewhere)}`)).text).toContain(
      'name="to" type="hidden" value="/"',
    );
  expect(reply.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
});

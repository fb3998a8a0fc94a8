import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Headers, proofOf } from "./signature.ts";

const SECRET = "It's a Secret to Everybody";
const BODY = Buffer.from("Hello, World!");
const hex = (secret: string, body: Buffer): string => createHmac("sha256", secret).update(body).digest("hex");

/** The examples that the schemes' own documents print. */
const GITHUB = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
const STANDARD = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  body: Buffer.from('{"test": 2432232314}'),
  headers: {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  },
} as const;

describe("a signature", () => {
  it.each<[string, Headers]>([
    ["GitHub", { "x-hub-signature-256": `sha256=${GITHUB}` }],
    ["Gitea", { "x-gitea-signature": GITHUB }],
    ["Gogs", { "x-gogs-signature": GITHUB }],
    ["Bitbucket", { "x-hub-signature": `sha256=${GITHUB}` }],
    ["GitLab", { "x-gitlab-token": SECRET }],
  ])("as %s makes it is right for its body and secret only", (_, headers) => {
    expect(proofOf(headers, BODY, SECRET)).toEqual({ signedAt: null });
    expect(proofOf(headers, BODY, `${SECRET}.`)).toBeNull();
    if (!("x-gitlab-token" in headers))
      expect(proofOf(headers, Buffer.from("Hello, World?"), SECRET)).toBeNull();
  });

  it("of Standard Webhooks covers id, time and body", () => {
    const { secret, body, headers } = STANDARD;
    expect(proofOf(headers, body, secret)).toEqual({ signedAt: 1_614_265_330_000 });
    const several = { ...headers, "webhook-signature": `v1a,xx v1,AAAA ${headers["webhook-signature"]}` };
    expect(proofOf(several, body, secret)).not.toBeNull();
    for (const wrong of [
      { ...headers, "webhook-id": "msg_other" },
      { ...headers, "webhook-timestamp": "1614265331" },
      { ...headers, "webhook-timestamp": "soon" },
      { ...headers, "webhook-signature": headers["webhook-signature"].slice(3) },
      { "webhook-signature": headers["webhook-signature"] },
    ])
      expect(proofOf(wrong, body, secret), JSON.stringify(wrong)).toBeNull();
    expect(proofOf(headers, Buffer.from("{}"), secret)).toBeNull();
  });

  it("of Standard Webhooks is made with a secret in base64, or of plain text", () => {
    const { headers, body, secret } = STANDARD;
    expect(proofOf(headers, body, secret.slice("whsec_".length))).not.toBeNull();
    const signature = createHmac("sha256", "plain text!")
      .update(`m.1.${String(body)}`)
      .digest("base64");
    const plain = { "webhook-id": "m", "webhook-timestamp": "1", "webhook-signature": `v1,${signature}` };
    expect(proofOf(plain, body, "plain text!")).toEqual({ signedAt: 1_000 });
    expect(proofOf(plain, body, "plain text?")).toBeNull();
  });

  it.each<[string, Headers]>([
    ["that is not there", {}],
    ["that is empty", { "x-hub-signature-256": "" }],
    ["that is cut", { "x-hub-signature-256": `sha256=${GITHUB.slice(0, 32)}` }],
    ["without its prefix", { "x-hub-signature-256": GITHUB }],
    ["of SHA-1", { "x-hub-signature": `sha1=${createHmac("sha1", SECRET).update(BODY).digest("hex")}` }],
    ["by a key of nothing", { "x-hub-signature-256": `sha256=${hex("", BODY)}` }],
    ["that is empty, of GitLab", { "x-gitlab-token": "" }],
  ])("%s proves nothing", (_, headers) => {
    expect(proofOf(headers, BODY, SECRET)).toBeNull();
  });

  it("that is wrong is not made good by one of a weaker scheme", () => {
    const headers = { "x-hub-signature-256": `sha256=${hex("other", BODY)}`, "x-gitlab-token": SECRET };
    expect(proofOf(headers, BODY, SECRET)).toBeNull();
  });
});

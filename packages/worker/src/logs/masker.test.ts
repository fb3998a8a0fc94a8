import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MASK, maskerFor } from "./masker.ts";
import { secretPatterns } from "./patterns.ts";

/** Cuts bytes into pieces at these places and sends them through a stream. */
function streamed(secrets: readonly string[], data: Buffer, cuts: readonly number[], skipBytes = 0): Buffer {
  const stream = maskerFor(secrets).stream({ skipBytes });
  const places = [0, ...cuts.map((cut) => cut % (data.length + 1)).toSorted((a, b) => a - b), data.length];
  const out: Buffer[] = [];
  // The same memory for each piece, as the reader of a log has it.
  const shared = Buffer.alloc(data.length);
  for (let at = 1; at < places.length; at += 1) {
    const piece = data.subarray(places[at - 1], places[at]);
    piece.copy(shared);
    out.push(Buffer.from(stream.push(shared.subarray(0, piece.length))));
  }
  out.push(stream.end());
  return Buffer.concat(out);
}

/** What masking means, written down simply: every byte that any occurrence of any pattern covers. */
function reference(secrets: readonly string[], data: Buffer): Buffer {
  const covered = new Uint8Array(data.length);
  for (const pattern of secretPatterns(secrets)) {
    for (let at = data.indexOf(pattern); at !== -1; at = data.indexOf(pattern, at + 1)) {
      covered.fill(1, at, at + pattern.length);
    }
  }
  const out: number[] = [];
  for (let at = 0; at < data.length; at += 1) {
    if (covered[at] === 0) out.push(data[at] ?? 0);
    else if (covered[at - 1] !== 1) out.push(...Buffer.from(MASK));
  }
  return Buffer.from(out);
}

const SECRET = 's3cr3t/pässword+"x"';

describe("secrets", () => {
  const masker = maskerFor([SECRET, "line one of a key\nab\nline three of it\r\n"]);
  const bytes = Buffer.from(SECRET, "utf8");

  it.each([
    ["as it is", SECRET],
    ["URL-encoded", encodeURIComponent(SECRET)],
    ["URL-encoded in small letters", encodeURIComponent(SECRET).toLowerCase().replace("s3cr3t", "s3cr3t")],
    ["JSON-escaped", JSON.stringify(SECRET).slice(1, -1)],
    ["JSON-escaped in ASCII", JSON.stringify(SECRET).slice(1, -1).replace("ä", "\\u00e4")],
    ["in hex", bytes.toString("hex")],
    ["in capital hex", bytes.toString("hex").toUpperCase()],
    ["a line of a longer one", "line three of it"],
  ])("are masked %s", (_name, shown) => {
    expect(masker.text(`before ${shown} after`)).toBe(`before ${MASK} after`);
  });

  it("are masked in base64, wherever they begin in it", () => {
    for (const before of ["", "u", "us", "use", "user:"]) {
      for (const encoding of ["base64", "base64url"] as const) {
        const shown = masker.text(Buffer.from(`${before}${SECRET}tail`, "utf8").toString(encoding));
        expect(shown).toContain(MASK);
        expect(shown.length).toBeLessThan(
          Buffer.from(`${before}tail`).toString("base64").length + MASK.length + 4,
        );
      }
    }
  });

  it.each([76, 64])(
    "are masked in base64 of %i columns, with a line end behind them or without",
    (columns) => {
      const key = `-----BEGIN KEY-----\n${"c0ffee+/".repeat(40)}\n-----END KEY-----`;
      for (const text of [key, `${key}\n`]) {
        const encoded = Buffer.from(text, "utf8").toString("base64");
        const lines = encoded.match(new RegExp(`.{1,${columns}}`, "g")) ?? [];
        expect(lines.length).toBeGreaterThan(3);
        const shown = maskerFor([key])
          .text(`${lines.join("\n")}\n`)
          .split("\n");
        expect(shown.slice(0, -2)).toEqual(lines.slice(0, -1).map(() => MASK));
        // What is left of the last line is the padding, and with a line end a character of six mixed bits.
        expect(shown.at(-2)).toMatch(/^\*\*\*[A-Za-z0-9+/]{0,3}={0,2}$/);
      }
    },
  );

  it("shorter than five bytes are let through, for they would mask half of any text", () => {
    expect(maskerFor(["ab", "abcd"]).text("ab abcd")).toBe("ab abcd");
    expect(masker.text("ab")).toBe("ab");
  });

  it("leave text without any as it is", () => {
    expect(maskerFor([]).text("nothing to hide")).toBe("nothing to hide");
    expect(maskerFor([]).overlapBytes).toBe(0);
  });
});

describe("a stream", () => {
  // Few letters and short secrets, so that matches overlap, repeat and touch.
  const secret = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 5, maxLength: 8 });
  const noise = fc.string({ unit: fc.constantFrom("a", "b", "c", "\n", "é"), maxLength: 30 });
  const cuts = fc.array(fc.nat(), { maxLength: 12 });

  it("masks what the whole text would have masked, wherever it is cut, and changes nothing else", () => {
    fc.assert(
      fc.property(
        fc.array(secret, { maxLength: 3 }),
        fc.array(fc.tuple(noise, fc.nat(2)), { maxLength: 8 }),
        cuts,
        (secrets, parts, cuts) => {
          const data = Buffer.from(
            parts.map(([text, which]) => text + (secrets[which] ?? "")).join(""),
            "utf8",
          );
          expect(streamed(secrets, data, cuts).toString("latin1")).toBe(
            reference(secrets, data).toString("latin1"),
          );
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("never shows a secret, in any form, wherever it is cut", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 40 }), fc.string(), cuts, (secret, text, cuts) => {
        const secrets = [secret];
        const forms = secretPatterns(secrets);
        const data = Buffer.concat([
          Buffer.from(text),
          ...forms.flatMap((form) => [form, Buffer.from(`|${text}`)]),
        ]);
        const shown = streamed(secrets, data, cuts);
        // No form has an asterisk then, so none can arise from masks and what lies between them.
        fc.pre(!secret.includes("*"));
        for (const form of forms) expect(shown.includes(form)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it("passes over a context without showing it, nor the rest of a secret that began there", () => {
    fc.assert(
      fc.property(secret, noise, noise, fc.nat(40), cuts, (value, before, after, skip, cuts) => {
        const data = Buffer.from(before + value + after, "utf8");
        const skipBytes = Math.min(skip, data.length);
        const marks = Buffer.alloc(data.length);
        for (const pattern of secretPatterns([value])) {
          for (let at = data.indexOf(pattern); at !== -1; at = data.indexOf(pattern, at + 1))
            marks.fill(1, at, at + pattern.length);
        }
        const out: number[] = [];
        for (let at = skipBytes; at < data.length; at += 1) {
          if (marks[at] === 0) out.push(data[at] ?? 0);
          else if (at === skipBytes || marks[at - 1] !== 1) out.push(...Buffer.from(MASK));
        }
        expect(streamed([value], data, cuts, skipBytes).toString("latin1")).toBe(
          Buffer.from(out).toString("latin1"),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("holds back only what may be the beginning of a secret", () => {
    const stream = maskerFor(["0123456789"]).stream();
    expect(stream.push(Buffer.from("seen at once\n")).toString()).toBe("seen at once\n");
    expect(stream.push(Buffer.from("perhaps 01234")).toString()).toBe("perhaps ");
    expect(stream.push(Buffer.from("6789, no, 0123")).toString()).toBe("012346789, no, ");
    expect(stream.push(Buffer.from("456789!")).toString()).toBe("***!");
  });
});

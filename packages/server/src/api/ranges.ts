/** A part of something that is `size` bytes long. */
export type ByteRange =
  | { readonly kind: "part"; readonly offset: number; readonly length: number }
  /** The header says nothing that can be followed: everything is sent, as RFC 9110 allows. */
  | { readonly kind: "whole" }
  | { readonly kind: "outside" };

/** Reads a `Range` header with one range: `bytes=5-9`, `bytes=5-`, `bytes=-5`. */
export function rangeFrom(header: string | undefined, size: number): ByteRange {
  const parts = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
  if (parts === null) return { kind: "whole" };
  const [, first = "", last = ""] = parts;
  if (first === "" && last === "") return { kind: "whole" };
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? { kind: "outside" } : { kind: "part", offset: size - length, length };
  }
  const offset = Number(first);
  const end = last === "" ? size : Math.min(Number(last) + 1, size);
  if (offset >= size) return { kind: "outside" };
  return end <= offset ? { kind: "whole" } : { kind: "part", offset, length: end - offset };
}

/** `Content-Range` of a part. */
export function contentRange(offset: number, length: number, size: number): string {
  return `bytes ${offset}-${offset + length - 1}/${size}`;
}
